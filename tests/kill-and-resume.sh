#!/usr/bin/env bash
# Kills runs with SIGKILL at random moments, resumes them until their end, and compares each byte of what they leave with a run that nobody disturbed.
#
#   tests/kill-and-resume.sh [COUNT [SEED]]
#
# COUNT runs (default 10) take turns among five kinds: points, faces with R1 and R2, labels, adaptive augmentation, WGAN-GP. Each has a cache of kernel timings
# that is its own, shared by all, or damaged. Environment: ILGPUGAN, the command, which must not start another (default: the program built here); TUNE, how kernels are chosen (default quick).
# The exit code is 0 when all runs were equal, 1 when one was not; its folder is kept then, and named.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
count=${1:-10}
seed=${2:-$(date +%s)}
tune=${TUNE:-quick}
program=(dotnet "$here/tools/IlgpuGan.Cli/bin/Release/net10.0/IlgpuGan.Cli.dll")
if [ -n "${ILGPUGAN:-}" ]; then read -ra program <<<"$ILGPUGAN"; fi
RANDOM=$((seed % 32768))
echo "kill and resume: $count runs, seed $seed, --tune $tune"

kinds=(points faces labels ada wgan-gp)
small=(--batch 4 --faces 16 --size 16 --width 4 --no-cache)
arguments() {
    case $1 in
        points) echo ring --width 8 --depth 2 --batch 32 --steps 60 ;;
        faces) echo faces "${small[@]}" --steps 24 ;;
        labels) echo faces "${small[@]}" --steps 24 --condition hair ;;
        ada) echo faces "${small[@]}" --steps 24 --augment ada --ada-kimg 0.1 ;;
        wgan-gp) echo faces "${small[@]}" --steps 12 --loss wasserstein --penalty wgan-gp --d-steps 2 ;;
    esac
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# The lines of a log without what the clock decides.
log() { sed -E 's/,"(seconds|images_per_second)":[^,}]*//g' "$1/log.jsonl"; }
# begin FOLDER KIND: the command that begins a run.
begin() {
    # shellcheck disable=SC2207
    command=("${program[@]}" train $(arguments "$2") --out "$1" --device cpu --tune "$tune" --checkpoint-every 3 --sample-every 5 --report-every 4)
}
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

declare -A whole_time
whole() {
    if [ -n "${whole_time[$1]:-}" ]; then return; fi
    local from
    from=$(milliseconds)
    begin "$work/whole-$1" "$1"
    XDG_CACHE_HOME=$work/cache-whole-$1 "${command[@]}" >"$work/whole-$1.output" 2>&1 || { cat "$work/whole-$1.output"; exit 1; }
    whole_time[$1]=$(($(milliseconds) - from))
}

# cache MODE NUMBER: sets the folder of timings.
cache() {
    case $1 in
        fresh) export XDG_CACHE_HOME=$work/cache-$2 ;;
        shared) export XDG_CACHE_HOME=$work/cache-shared ;;
        damaged)
            export XDG_CACHE_HOME=$work/cache-$2
            mkdir -p "$XDG_CACHE_HOME"
            # Without tuning there is none.
            if [ -d "$work/cache-whole-$3" ]; then cp -r "$work/cache-whole-$3/." "$XDG_CACHE_HOME"; fi
            local file
            while read -r file; do
                # Cut short, or one byte another.
                if [ $((RANDOM % 2)) -eq 0 ]; then truncate -s $((RANDOM % 200)) "$file"; else printf 'x' | dd of="$file" bs=1 seek=$((RANDOM % 200)) conv=notrunc 2>/dev/null; fi
            done < <(find "$XDG_CACHE_HOME" -type f -name '*.json')
            ;;
    esac
}

failed=0
for ((i = 1; i <= count; i++)); do
    kind=${kinds[$(((i - 1 + seed) % 5))]}
    modes=(fresh shared damaged)
    whole "$kind"
    run=$work/run-$i
    kills=0
    for ((try = 1; ; try++)); do
        mode=${modes[$((RANDOM % 3))]}
        cache "$mode" "$i-$try" "$kind"
        if [ -e "$run/options.json" ]; then
            command=("${program[@]}" train --out "$run" --resume --tune "$tune")
        else
            begin "$run" "$kind"
        fi
        "${command[@]}" >"$run.output" 2>&1 &
        pid=$!
        # Three times at most, so that the last one always comes to an end.
        if [ "$try" -le 3 ]; then
            # Sleeping is what the script is about: a moment nobody chose.
            sleep "$(printf '%d.%03d' $((RANDOM * whole_time[$kind] / 32768 / 1000)) $((RANDOM % 1000)))"
            if kill -KILL "$pid" 2>/dev/null; then kills=$((kills + 1)); fi
        fi
        code=0
        wait "$pid" 2>/dev/null || code=$?
        if [ "$code" -eq 0 ]; then break; fi
        if [ "$code" -ne 137 ]; then
            echo "$i $kind: exit code $code after $kills kills"
            cat "$run.output"
            failed=$((failed + 1))
            continue 2
        fi
    done
    last=$(ls "$work/whole-$kind/checkpoints" | tail -n 1)
    picture=$(ls "$work/whole-$kind/samples" | tail -n 1)
    if cmp "$work/whole-$kind/checkpoints/$last" "$run/checkpoints/$last" && cmp "$work/whole-$kind/samples/$picture" "$run/samples/$picture" \
        && cmp <(log "$work/whole-$kind") <(log "$run"); then
        echo "$i $kind: equal after $kills kills, the last cache was $mode"
        rm -rf "$run" "$work"/cache-"$i"-*
    else
        echo "$i $kind: differs after $kills kills"
        failed=$((failed + 1))
    fi
done
if [ "$failed" -gt 0 ]; then
    trap - EXIT
    echo "$failed of $count differ; their folders are in $work"
    exit 1
fi
echo "all $count are equal"
