using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>What a row measures.</summary>
internal enum BenchKind
{
    MatMul,
    Convolution,
    Elementwise,
    Step,
    Launch,
    Metric,
}

/// <summary>One thing that was measured.</summary>
/// <param name="Name">Name of the row, such as <c>matmul 512</c>.</param>
/// <param name="Label">Short name beside the row's point in the figure.</param>
/// <param name="Kind">What it measures.</param>
/// <param name="Timing">Time of one run.</param>
/// <param name="Flops">Floating-point operations of one run, as the mathematics counts them; 0 if there are none to count.</param>
/// <param name="Bytes">Bytes of one run with each tensor touched once; 0 if nothing is moved to speak of.</param>
internal sealed record BenchRow(string Name, string Label, BenchKind Kind, Timing Timing, double Flops, double Bytes)
{
    /// <summary>What only rows of this kind have, by JSON key.</summary>
    public IReadOnlyList<(string Key, double Value)> Figures { get; init; } = [];

    /// <summary>Whether it does work that the device limits; a row of bare launches does not.</summary>
    public bool IsWork => Bytes > 0;

    /// <summary>10^9 floating-point operations per second, by the median time.</summary>
    public double Gflops => Flops / Timing.Median / 1e9;

    /// <summary>10^9 floating-point operations per second of the fastest run.</summary>
    public double BestGflops => Flops / Timing.Best / 1e9;

    /// <summary>10^9 bytes per second, by the median time.</summary>
    public double GigabytesPerSecond => Bytes / Timing.Median / 1e9;

    /// <summary>Arithmetic intensity in FLOP per byte.</summary>
    public double Intensity => Flops / Bytes;

    /// <summary>What the roofline model allows it (Williams, Waterman and Patterson, "Roofline", CACM 2009).</summary>
    public Roof Under(DeviceLimits limits)
    {
        bool isCompute = Intensity * limits.GigabytesPerSecond >= limits.Gflops;
        double gflops = isCompute ? limits.Gflops : Intensity * limits.GigabytesPerSecond;
        double bytes = isCompute ? limits.Gflops / Intensity : limits.GigabytesPerSecond;
        return new(
            isCompute ? "compute" : "memory",
            Kind == BenchKind.Elementwise ? bytes : gflops,
            Kind == BenchKind.Elementwise ? "GB/s" : "GFLOP/s",
            isCompute ? Gflops / limits.Gflops : GigabytesPerSecond / limits.GigabytesPerSecond);
    }
}

/// <summary>The roof above a row.</summary>
/// <param name="Limit"><c>compute</c> or <c>memory</c>: what would stop it.</param>
/// <param name="Bound">The most the device allows at the row's arithmetic intensity, in <paramref name="Unit"/>.</param>
/// <param name="Unit">GB/s for element-wise rows, else GFLOP/s.</param>
/// <param name="Share">What the row reaches of the limit, which is also its share of the bound; 1 is all of it.</param>
internal sealed record Roof(string Limit, double Bound, string Unit, double Share);
