#!/usr/bin/env bash
# Publishes tests/IlgpuGan.CudaStandIn as a library of machine code, unless that was done since its last change, and prints the library's path.
# Exit code 77: this machine lacks what that takes; the reason is on standard error.
set -euo pipefail
project=$(cd "$(dirname "$0")/IlgpuGan.CudaStandIn" && pwd)
folder=$project/bin/driver
library=$folder/IlgpuGan.CudaStandIn.so

lacking() {
    echo "$1" >&2
    exit 77
}

[ "$(uname -s)" = Linux ] || lacking "The stand-in for a CUDA card is a library of Linux."
command -v gcc >/dev/null || lacking "The stand-in for a CUDA card is linked by gcc, which is not installed."
case $(uname -m) in
    x86_64) platform=linux-x64 ;;
    aarch64) platform=linux-arm64 ;;
    *) lacking "The stand-in for a CUDA card is not compiled for $(uname -m)." ;;
esac

mkdir -p "$folder"
exec 9>"$folder/lock"
flock 9
changed=$(find "$project" "$project/../../Directory.Build.props" "$project/../../Directory.Packages.props" -type f \
    -not -path "$project/bin/*" -not -path "$project/obj/*" -newer "$library" -print -quit 2>/dev/null || true)
if [ ! -e "$library" ] || [ -n "$changed" ]; then
    touch "$folder/begun"
    if ! dotnet publish "$project" -c Release -r "$platform" -p:IsDriver=true -p:RunAnalyzers=false --artifacts-path "$project/bin/driver-build" -o "$folder" --nologo >"$folder/log" 2>&1 9>&-; then
        if grep -qE 'error NU1[0-9]{3}' "$folder/log"; then lacking "The compiler for the stand-in of a CUDA card could not be restored: $(grep -m 1 -oE 'NU1[0-9]{3}.*' "$folder/log")"; fi
        grep -E 'error' "$folder/log" >&2 || tail -n 5 "$folder/log" >&2
        exit 1
    fi
    # What was changed meanwhile is newer.
    touch -r "$folder/begun" "$library"
fi
echo "$library"
