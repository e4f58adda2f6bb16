using System.Diagnostics;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Takes the time of each launch of a plan on a device, by waiting for it: the whole takes longer than it would untraced.</summary>
internal sealed class LaunchTimes
{
    private readonly Dictionary<Launch, (long Ticks, int Runs)> spent = [];

    /// <summary>Mean time of one run of each launch so far, in seconds, without the first one, in which some drivers still compile.</summary>
    public IEnumerable<(double Seconds, Launch Launch)> Means =>
        spent.Where(item => item.Value.Runs > 0).Select(item => ((double)item.Value.Ticks / Stopwatch.Frequency / item.Value.Runs, item.Key));

    /// <summary>Runs launches one after the other. Returns when the device has finished.</summary>
    public void Run(IEnumerable<DeviceLaunch> launches, AcceleratorStream stream)
    {
        stream.Synchronize();
        foreach (var launch in launches)
        {
            long start = Stopwatch.GetTimestamp();
            launch.Enqueue(stream);
            stream.Synchronize();
            spent[launch] = spent.TryGetValue(launch, out var before) ? (before.Ticks + Stopwatch.GetTimestamp() - start, before.Runs + 1) : (0, 0);
        }
    }
}
