using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>One row to come.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Measure">Measures it for about the time given.</param>
internal sealed record BenchCase(string Name, Func<BenchTarget, TimeSpan, BenchRow> Measure);

/// <summary>What rows are measured on.</summary>
/// <param name="Device">The device.</param>
/// <param name="Asked">How products shall multiply.</param>
internal sealed record BenchTarget(ComputeDevice Device, Precision Asked)
{
    /// <summary>How they do.</summary>
    public Precision Precision { get; } = Device.Traits.Supported(Asked);
}

/// <summary>What was measured on a device.</summary>
internal sealed record BenchRun(BenchTarget Target, MeasuredLimits Limits, IReadOnlyList<BenchRow> Rows)
{
    /// <summary>The device.</summary>
    public ComputeDevice Device => Target.Device;

    // A few runs of each probe: the largest of all samples counts, not their median.
    private static readonly TimeSpan MostForALimit = TimeSpan.FromSeconds(0.1);

    /// <summary>Measures every case, and the device's limits before each and after the last.</summary>
    /// <param name="context">Where progress is told.</param>
    /// <param name="target">The device, and how it multiplies.</param>
    /// <param name="cases">What to measure.</param>
    /// <param name="time">How long to measure each case.</param>
    public static BenchRun Measure(BenchContext context, BenchTarget target, IReadOnlyList<BenchCase> cases, TimeSpan time)
    {
        var device = target.Device;
        using var progress = new Progress(context);
        foreach (var passed in device.PassedOver)
        {
            progress.Show($"{passed.Id} ({passed.Name}) is left out: {passed.Reason}");
        }
        using var probe = new LimitProbe(device, context.CopyFloats);
        var each = time / 10 < MostForALimit ? time / 10 : MostForALimit;
        var limits = new List<DeviceLimits>();
        void SampleLimits() => limits.Add(new(probe.MeasureGflops(each), probe.MeasureGigabytesPerSecond(each)));
        var rows = new List<BenchRow>();
        progress.Show($"measuring the limits of {device.Id}");
        foreach (var item in cases)
        {
            SampleLimits();
            progress.Show($"{rows.Count + 1}/{cases.Count} {item.Name}");
            rows.Add(item.Measure(target, time));
        }
        SampleLimits();
        return new(target, new(limits), rows);
    }
}
