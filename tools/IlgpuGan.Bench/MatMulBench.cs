using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;

namespace IlgpuGan.Bench;

/// <summary>Product of square matrices of random numbers.</summary>
internal static class MatMulBench
{
    /// <summary>Sides that are measured unless told otherwise.</summary>
    public static int[] DefaultSizes => [512, 1024, 2048];

    /// <summary>One row for each side.</summary>
    /// <exception cref="OptionException">A side is out of range.</exception>
    public static IReadOnlyList<BenchCase> Cases(IReadOnlyList<int> sizes)
    {
        foreach (int size in sizes)
        {
            if (size is < 1 or > 16384)
            {
                throw new OptionException($"A matrix of side {size} is not measured; give sides between 1 and 16384.");
            }
        }
        return [.. sizes.Select(size =>
        {
            string name = $"matmul {size}";
            var cost = Cost.OfProduct(size, size, size);
            return new BenchCase(name, (target, time) => new(
                name, $"{size}", BenchKind.MatMul, Speedometer.MatrixProduct(target.Device, size, time, target.Precision), cost.Flops, cost.Bytes));
        })];
    }
}
