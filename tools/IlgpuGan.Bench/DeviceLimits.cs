using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>What a device can do at most, as measured.</summary>
/// <param name="Gflops">10^9 floating-point operations per second in fused multiply-adds of registers.</param>
/// <param name="GigabytesPerSecond">10^9 bytes per second read and written by a copy beyond the caches.</param>
internal sealed record DeviceLimits(double Gflops, double GigabytesPerSecond)
{
    /// <summary>Measures a device, each of the two for the time given.</summary>
    public static DeviceLimits Measure(ComputeDevice device, int copyFloats, TimeSpan time) => new(
        Speedometer.FusedMultiplyAdd(device, time),
        8.0 * copyFloats / Speedometer.Copy(device, copyFloats, time).Best / 1e9);
}

/// <summary>The limits at both ends of a run: on a shared machine they change from minute to minute.</summary>
internal sealed record MeasuredLimits(DeviceLimits Before, DeviceLimits After)
{
    // What a quiet machine stays well below.
    private const double Unrest = 1.1;

    /// <summary>The larger of each: what the device has shown that it can do.</summary>
    public DeviceLimits Larger => new(
        Math.Max(Before.Gflops, After.Gflops), Math.Max(Before.GigabytesPerSecond, After.GigabytesPerSecond));

    /// <summary>Whether one of them changed so much during the run that the shares are to be taken with care.</summary>
    public bool Differ =>
        Larger.Gflops > Unrest * Math.Min(Before.Gflops, After.Gflops) ||
        Larger.GigabytesPerSecond > Unrest * Math.Min(Before.GigabytesPerSecond, After.GigabytesPerSecond);
}
