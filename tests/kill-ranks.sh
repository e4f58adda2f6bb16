#!/usr/bin/env bash
# Kills a random rank of runs on several ranks with SIGKILL at a random moment, goes on with another number of them, and compares what is left with a run of one process that nobody disturbed.
# Every second moment is any, most of which are those of the start, and every second one after the first checkpoint.
#
#   tests/kill-ranks.sh [COUNT [SEED]]
#
# COUNT runs (default 10) take turns among Open MPI and MPICH, those that are installed. Environment: ILGPUGAN, the command, which must not start another (default: the program built here).
# The exit code is 0 when all runs were equal, 1 when one was not; its folder is kept then, and named.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
count=${1:-10}
seed=${2:-$(date +%s)}
program=(dotnet "$here/tools/IlgpuGan.Cli/bin/Release/net10.0/IlgpuGan.Cli.dll")
if [ -n "${ILGPUGAN:-}" ]; then read -ra program <<<"$ILGPUGAN"; fi
RANDOM=$((seed % 32768))
libraries=()
for name in openmpi mpich; do if command -v "mpirun.$name" >/dev/null; then libraries+=("$name"); fi; done
if [ ${#libraries[@]} -eq 0 ]; then echo "There is neither mpirun.openmpi nor mpirun.mpich; install openmpi-bin or mpich."; exit 1; fi
echo "kill a rank and resume: $count runs, seed $seed, ${libraries[*]}"

settings=(faces --faces 24 --size 16 --condition hair-colour --network dcgan --width 4 --latent 8 --batch 16 --leaves 8 --augment ada --ada-kimg 1
    --device cpu --tune=off --no-cache --report-every 5 --sample-every 100 --checkpoint-every 8 --steps 400)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_CACHE_HOME=$work/cache
log() { sed -E 's/,"(seconds|images_per_second)":[^,}]*//g; s/,"rank_waits":\{[^}]*\}//g' "$1/log.jsonl"; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }
# on LIBRARY RANKS: what starts the program.
on() {
    case $1 in
        openmpi) start=(mpirun.openmpi --allow-run-as-root --oversubscribe --bind-to none -n "$2" "${program[@]}") ;;
        mpich) start=(mpirun.mpich -bind-to none -n "$2" "${program[@]}") ;;
    esac
}
# The processes of the ranks that train into a folder.
ranks_of() {
    local process
    for process in $(pgrep -f -- "--out $1( |$)" || true); do
        if tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null | grep -qE '^(OMPI_COMM_WORLD_RANK|PMI_RANK)='; then echo "$process"; fi
    done
}

"${program[@]}" train "${settings[@]}" --out "$work/whole" >"$work/whole.output" 2>&1 || { cat "$work/whole.output"; exit 1; }
# until_saved RUN PROCESS: waits for the first checkpoint, or the end.
until_saved() {
    while [ -z "$(compgen -G "$1/checkpoints/step-*")" ] && kill -0 "$2" 2>/dev/null; do sleep 0.02; done
}
begin=$(milliseconds)
on "${libraries[0]}" 2
"${start[@]}" train "${settings[@]}" --out "$work/timed" >"$work/timed.output" 2>&1 &
until_saved "$work/timed" $!
saved=$(milliseconds)
wait $! || { cat "$work/timed.output"; exit 1; }
time=$(($(milliseconds) - begin))
rest=$(($(milliseconds) - saved))

failed=0 killed=0
for ((i = 1; i <= count; i++)); do
    library=${libraries[$(((i + seed) % ${#libraries[@]}))]}
    run=$work/run-$i
    first=$((2 + RANDOM % 3))
    on "$library" "$first"
    "${start[@]}" train "${settings[@]}" --out "$run" >"$run.output" 2>&1 &
    mpirun=$!
    span=$time
    if [ $((i % 2)) -eq 0 ]; then
        until_saved "$run" "$mpirun"
        span=$rest
    fi
    # Sleeping is what the script is about: a moment nobody chose.
    sleep "$(awk -v r=$RANDOM -v t="$span" 'BEGIN { printf "%.3f", r / 32768 * t / 1000 }')"
    mapfile -t processes < <(ranks_of "$run")
    which=none
    if [ ${#processes[@]} -gt 0 ]; then
        which=$((RANDOM % ${#processes[@]}))
        if kill -KILL "${processes[$which]}" 2>/dev/null; then killed=$((killed + 1)); fi
    fi
    code=0
    wait "$mpirun" 2>/dev/null || code=$?
    last=none
    if [ -d "$run/checkpoints" ]; then last=$(find "$run/checkpoints" -name 'step-*' -printf '%f\n' | sort | tail -n 1); fi
    later=$((1 + (first + RANDOM % 3) % 4))
    library=${libraries[$((RANDOM % ${#libraries[@]}))]}
    if [ "$later" -eq 1 ]; then start=("${program[@]}"); else on "$library" "$later"; fi
    if [ -e "$run/options.json" ]; then again=(--out "$run" --resume --tune=off); else again=("${settings[@]}" --out "$run"); fi
    if ! "${start[@]}" train "${again[@]}" >"$run.again" 2>&1; then
        echo "$i: the run of $first ranks, killed with code $code, does not go on with $later"
        cat "$run.again"
        failed=$((failed + 1))
        continue
    fi
    checkpoint=checkpoints/$(cd "$work/whole/checkpoints" && find . -name 'step-*' | sort | tail -n 1)
    picture=samples/$(cd "$work/whole/samples" && find . -name 'step-*' | sort | tail -n 1)
    if cmp "$work/whole/$checkpoint" "$run/$checkpoint" && cmp "$work/whole/$picture" "$run/$picture" && cmp <(log "$work/whole") <(log "$run"); then
        echo "$i: equal; process $which of $first ranks was killed (exit code $code, ${last%.safetensors}), $later went on"
        rm -rf "$run" "$run.output" "$run.again"
    else
        echo "$i: differs; process $which of $first ranks was killed (exit code $code, ${last%.safetensors}), $later went on"
        failed=$((failed + 1))
    fi
done
if [ "$failed" -gt 0 ]; then
    trap - EXIT
    echo "$failed of $count differ or do not go on; their folders are in $work"
    exit 1
fi
echo "all $count are equal; a rank was killed in $killed of them"
