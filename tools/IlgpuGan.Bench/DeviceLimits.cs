namespace IlgpuGan.Bench;

/// <summary>What a device can do at most, as measured.</summary>
/// <param name="Gflops">10^9 floating-point operations per second in fused multiply-adds of registers.</param>
/// <param name="GigabytesPerSecond">10^9 bytes per second read and written by a copy beyond the caches.</param>
internal sealed record DeviceLimits(double Gflops, double GigabytesPerSecond);

/// <summary>The limits as they were measured before, between and after the rows of a run: on a shared machine they change all the time.</summary>
internal sealed record MeasuredLimits(IReadOnlyList<DeviceLimits> Samples)
{
    // What a quiet machine stays well below.
    private const double Unrest = 1.1;

    /// <summary>The largest of each: what the device has shown that it can do.</summary>
    public DeviceLimits Largest => new(Samples.Max(sample => sample.Gflops), Samples.Max(sample => sample.GigabytesPerSecond));

    /// <summary>The least of each.</summary>
    public DeviceLimits Least => new(Samples.Min(sample => sample.Gflops), Samples.Min(sample => sample.GigabytesPerSecond));

    /// <summary>Whether one of them changed so much during the run that the shares are to be taken with care.</summary>
    public bool Differ =>
        Largest.Gflops > Unrest * Least.Gflops || Largest.GigabytesPerSecond > Unrest * Least.GigabytesPerSecond;
}
