#!/usr/bin/env bash
# Trains for some minutes and prints each minute what the process takes: memory, heap, handles, threads, time of a step.
#
#   tests/soak.sh [MINUTES [ARGUMENTS OF bench soak...]]
#
# The exit code is 1 when one of them drifts beyond its bound (bench soak --help). Use an idle machine: the step time is one of them.
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-60}
exec dotnet run -c Release --project tools/IlgpuGan.Bench -- soak --minutes "$minutes" "${@:2}"
