using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>Product of square matrices of random numbers.</summary>
internal static class MatMulBench
{
    public static IReadOnlyDictionary<string, object> Measure(ComputeDevice device, int size, TimeSpan time)
    {
        var timing = Speedometer.MatrixProduct(device, size, time);
        return new Dictionary<string, object>
        {
            ["name"] = $"matmul {size}",
            ["device"] = device.Id,
            ["ms"] = Math.Round(timing.Median * 1e3, 4),
            ["gflops"] = Math.Round(2.0 * size * size * size / timing.Median / 1e9, 2),
            ["best_gflops"] = Math.Round(2.0 * size * size * size / timing.Best / 1e9, 2),
            ["runs"] = timing.Runs,
        };
    }
}
