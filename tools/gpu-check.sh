#!/usr/bin/env bash
# Puts tests and benchmarks into one file for a machine with a graphics card, its driver and nothing else, and writes run-on-gpu.sh next to it.
# Usage: tools/gpu-check.sh [FOLDER]   (default: gpu-check)
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
out=${1:-gpu-check}
mkdir -p "$out"
out=$(cd "$out" && pwd)
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

dotnet publish "$root/tools/IlgpuGan.GpuCheck" -c Release -r linux-x64 --self-contained -v quiet -o "$out" \
    -p:PublishSingleFile=true -p:EnableCompressionInSingleFile=true -p:IncludeAllContentForSelfExtract=true -p:DebugType=none
cp "$root/tools/IlgpuGan.GpuCheck/pytorch_peer.py" "$out/"
cat >"$out/run-on-gpu.sh" <<'RUN'
#!/usr/bin/env bash
# Proves and measures IlgpuGan on this machine. Usage: run-on-gpu.sh [cuda|opencl|cpu] [--quick]
# Exit code 0 when every test passed; results, with the figures, go to the folder results-DEVICE beside this file.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
device=${1:-cuda}
quick=${2:-}
case $device$quick in
    cuda | opencl | cpu | cuda--quick | opencl--quick | cpu--quick) ;;
    *) echo "Usage: run-on-gpu.sh [cuda|opencl|cpu] [--quick]" >&2; exit 2 ;;
esac
results=$here/results-$device
mkdir -p "$results"
export ILGPUGAN_TEST_DEVICE=$device DOTNET_BUNDLE_EXTRACT_BASE_DIR="$here/.extracted"
check=$here/ilgpugan-gpu-check
status=0

# step TITLE FILE COMMAND...: shows what a command prints, keeps it, and remembers a failure.
step() {
    printf '\n== %s\n' "$1"
    "${@:3}" 2>&1 | tee "$results/$2" || { echo "== FAILED: $1"; status=1; }
}

step "kernels on $device against double precision on the processor" kernels.txt \
    "$check" test kernels -noColor -class- '*.RaceCheckTests'
step "operations, their gradients, and a whole step against PyTorch's" operations.txt \
    "$check" test engine -noColor -class '*.DeviceOperationTests' -class '*.DcganFixtureTests'
step "training is deterministic, and resumes bit for bit" training.txt \
    "$check" test engine -noColor -class '*.TrainerTests'
step "benchmarks" bench.txt \
    "$check" bench report --device "$device" --out "$results" ${quick:+--quick}
# A card is measured as cards are used; a processor takes minutes for that, and has one precision.
if [ "$device" = cpu ]; then precisions=fp32 batch=16 side=1024; else precisions='fp32 tf32 bf16' batch=128 side=4096; fi
: >"$results/ours.jsonl"
for precision in $precisions; do
    for work in "step --size 64 --width 64 --batch $batch" "matmul --size $side"; do
        # shellcheck disable=SC2086 # words on purpose
        "$check" bench $work --device "$device" --precision $precision --json ${quick:+--seconds 1} >>"$results/ours.jsonl" || status=1
    done
done
if python3 -c 'import torch' 2>/dev/null; then
    step "PyTorch in the same minutes, and the ratios" peer.txt \
        python3 "$here/pytorch_peer.py" --device "$device" --batch $batch --side $side --ours "$results/ours.jsonl" ${quick:+--seconds 1}
else
    echo "python3 has no torch here: no comparison."
fi
printf '\n== %s; results are in %s\n' "$([ $status -eq 0 ] && echo 'all passed' || echo 'SOMETHING FAILED')" "$results"
exit $status
RUN
chmod +x "$out/run-on-gpu.sh"
bytes=$(stat -c %s "$out/ilgpugan-gpu-check")
echo "$out/ilgpugan-gpu-check: $((bytes / 1000000)) MB. Carry the folder to the other machine and start run-on-gpu.sh there."
