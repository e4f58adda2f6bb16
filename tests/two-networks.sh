#!/usr/bin/env bash
# Trains on two ranks in two network namespaces of this machine, with addresses and host names of their own and a shaped link between them, and compares the predicted time of a step with the one
# that it takes. Needs root, iproute2, and Open MPI; delay of the link needs a kernel with netem.
#
#   tests/two-networks.sh [MBIT [MILLISECONDS]]
#
# The link carries MBIT (default 1000) and delays each way by MILLISECONDS (default 1). Environment: ILGPUGAN, the command (default: the program built here); SETTINGS, what is trained.
# The exit code is 0 when the run has the bits of one process and the prediction is within 15 percent.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
mbit=${1:-1000}
delay=${2:-1}
program=(dotnet "$here/tools/IlgpuGan.Cli/bin/Release/net10.0/IlgpuGan.Cli.dll")
if [ -n "${ILGPUGAN:-}" ]; then read -ra program <<<"$ILGPUGAN"; fi
read -ra settings <<<"${SETTINGS:-faces --faces 64 --size 32 --network dcgan --width 32 --batch 64 --leaves 8}"
settings+=(--device cpu --tune=off --no-cache)
work=$(mktemp -d)
a=gan-a-$$ b=gan-b-$$
clean() {
    ip netns del "$a" 2>/dev/null || true
    ip netns del "$b" 2>/dev/null || true
    rm -rf "$work"
}
trap clean EXIT
ip netns add "$a"
ip netns add "$b"
ip link add va netns "$a" type veth peer name vb netns "$b"
for side in "$a va 10.77.0.1" "$b vb 10.77.0.2"; do
    read -r space link address <<<"$side"
    ip -n "$space" address add "$address/24" dev "$link"
    ip -n "$space" link set lo up
    ip -n "$space" link set "$link" up
    if ! tc -n "$space" qdisc add dev "$link" root netem rate "${mbit}mbit" delay "${delay}ms" 2>"$work/tc"; then
        echo "netem: $(head -n 1 "$work/tc") The link has the rate alone, by tbf, and no delay."
        tc -n "$space" qdisc add dev "$link" root tbf rate "${mbit}mbit" burst 256kb latency 100ms
    fi
done
# What mpirun has in place of ssh: the second host.
cat >"$work/agent" <<AGENT
#!/bin/sh
shift
exec ip netns exec $b unshare --uts sh -c 'hostname node-b; exec sh -c "\$0"' "\$*"
AGENT
chmod +x "$work/agent"
# Each rank has one core.
both() {
    ip netns exec "$a" unshare --uts sh -c 'hostname node-a; exec "$@"' sh mpirun.openmpi --allow-run-as-root -n 2 -H 10.77.0.1:1,10.77.0.2:1 --bind-to none \
        --mca plm_rsh_agent "$work/agent" --mca oob_tcp_if_include 10.77.0.0/24 --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca pml ob1 \
        sh -c 'core=$OMPI_COMM_WORLD_RANK; exec taskset -c $((core % $(nproc --all))) "$@"' sh "${program[@]}" train "$@"
}
both "${settings[@]}" --dry-run --json >"$work/predicted" 2>"$work/dry" || { cat "$work/dry"; exit 1; }
predicted=$(grep -o '"seconds_per_step":[0-9.eE+-]*' "$work/predicted" | head -n 1 | cut -d: -f2)
both "${settings[@]}" --out "$work/run" --steps 60 --report-every 10 --sample-every 1000 --checkpoint-every 1000 --no-watchdog >"$work/output" 2>&1 || { cat "$work/output"; exit 1; }
grep -E 'ranks: ' "$work/output" || true
batch=$(grep -o '"batch": *[0-9]*' "$work/run/options.json" | head -n 1 | grep -o '[0-9]*$')
# The median of the reports but for the first, which pays for the start.
speed=$(grep -o '"images_per_second":[0-9.]*' "$work/run/log.jsonl" | cut -d: -f2 | tail -n +2 | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
"${program[@]}" train "${settings[@]}" --out "$work/alone" --steps 60 --report-every 10 --sample-every 1000 --checkpoint-every 1000 --no-watchdog >"$work/output" 2>&1 || { cat "$work/output"; exit 1; }
cmp "$work/run/checkpoints/step-000060.safetensors" "$work/alone/checkpoints/step-000060.safetensors"
echo "messages: $(grep -o '"latency":[^,]*,"bytes_per_second":[^,]*' "$work/predicted")"
awk -v p="$predicted" -v s="$speed" -v b="$batch" 'BEGIN {
    m = b / s; e = p / m - 1
    printf "a step was predicted to take %.1f ms and took %.1f ms: %+.1f %%; the bits are those of one process\n", 1000 * p, 1000 * m, 100 * e
    exit e > 0.15 || e < -0.15
}'
