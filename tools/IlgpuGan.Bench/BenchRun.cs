using IlgpuGan.Devices;

namespace IlgpuGan.Bench;

/// <summary>One row to come.</summary>
/// <param name="Name">Name of the row.</param>
/// <param name="Measure">Measures it for about the time given.</param>
internal sealed record BenchCase(string Name, Func<ComputeDevice, TimeSpan, BenchRow> Measure);

/// <summary>What was measured on a device.</summary>
internal sealed record BenchRun(ComputeDevice Device, MeasuredLimits Limits, IReadOnlyList<BenchRow> Rows)
{
    // The limits are steady sooner than a row whose median counts.
    private static readonly TimeSpan MostForALimit = TimeSpan.FromSeconds(0.5);

    /// <summary>Measures the device's limits, every case, and the limits again.</summary>
    /// <param name="context">Where progress is told.</param>
    /// <param name="device">The device.</param>
    /// <param name="cases">What to measure.</param>
    /// <param name="time">How long to measure each case.</param>
    public static BenchRun Measure(BenchContext context, ComputeDevice device, IReadOnlyList<BenchCase> cases, TimeSpan time)
    {
        using var progress = new Progress(context);
        foreach (var passed in device.PassedOver)
            progress.Show($"{passed.Id} ({passed.Name}) is left out: {passed.Reason}");
        DeviceLimits Limits()
        {
            progress.Show($"measuring the limits of {device.Id}");
            return DeviceLimits.Measure(device, context.CopyFloats, time < MostForALimit ? time : MostForALimit);
        }
        var before = Limits();
        var rows = new List<BenchRow>();
        foreach (var item in cases)
        {
            progress.Show($"{rows.Count + 1}/{cases.Count} {item.Name}");
            rows.Add(item.Measure(device, time));
        }
        return new(device, new(before, Limits()), rows);
    }
}
