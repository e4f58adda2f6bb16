#!/usr/bin/env bash
# Builds a program that this project is measured against in a folder of its own, and runs it: tools/peers/run.sh torchsharp|onnxruntime [ARGS]; what they are is at the head of their files.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
peer=${1:?give torchsharp or onnxruntime}
work=${XDG_CACHE_HOME:-$HOME/.cache}/ilgpugan-peers/$peer
mkdir -p "$work"
rm -f "$work"/*.cs
cp "$here/$peer"/* "$work"
dotnet build -c Release -v q --nologo -clp:ErrorsOnly "$work" >&2
if [ "$peer" = torchsharp ]; then
    # TorchSharp is built against the C++ library of GCC 13; with an older one it lacks a symbol, and names two versions that there are not.
    python3 "$work/weaken_glibcxx.py" "$(find "$work/bin" -name libLibTorchSharp.so | head -n 1)"
    g++ -shared -fPIC -o "$work/shim.so" "$work/shim.cc"
    export LD_PRELOAD=$work/shim.so
fi
exec dotnet "$(find "$work/bin/Release" -iname "${peer}peer.dll" | head -n 1)" "${@:2}"
