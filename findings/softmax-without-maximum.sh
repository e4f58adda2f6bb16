#!/usr/bin/env bash
# TensorPrimitives.SoftMax (System.Numerics.Tensors) raises e to each number as it is, without taking the greatest off first. From about 88.73 on the
# power of a float is infinite and the result NaN, although the softmax of any finite numbers is finite: [1, 0] for [100, 0]. torch.softmax and
# scipy.special.softmax give that. Whoever turns logits into probabilities with it has to shift them first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
cd "$folder"
cat >softmax.cs <<'CS'
#:package System.Numerics.Tensors@11.0.0
using System.Numerics.Tensors;
using System.Reflection;

var library = typeof(TensorPrimitives).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
Console.WriteLine($"System.Numerics.Tensors {library.Split('+')[0]}");
foreach (float greatest in (float[])[88f, 89f, 100f])
{
    float[] probabilities = new float[2];
    TensorPrimitives.SoftMax([greatest, 0f], probabilities);
    Console.WriteLine(FormattableString.Invariant($"SoftMax([{greatest}, 0]) = [{probabilities[0]}, {probabilities[1]}]"));
}
CS
seen=$(dotnet run softmax.cs)
echo "$seen"
expected='SoftMax([88, 0]) = [1, 6.054601E-39]
SoftMax([89, 0]) = [NaN, 0]
SoftMax([100, 0]) = [NaN, 0]'
[ "$(tail -n 3 <<<"$seen")" = "$expected" ] || { echo "This is not what was seen before:"; echo "$expected"; exit 1; }
