using System.Diagnostics;
using System.Runtime.InteropServices;
using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Runs segments on the CPU accelerator, each as one launch of all workers: a launch costs more there than most operations.</summary>
internal sealed class HostRunner : ISegmentRunner
{
    // What calling the workers together takes, and their meetings within a small segment; and what one of them does in a second, with all it touches in its cache.
    private const double CallSeconds = 120e-6, FlopsASecond = 100e9, BytesASecond = 100e9;

    private readonly ComputeDevice device;
    private readonly IReadOnlyList<IReadOnlyList<Launch>> segments;
    private readonly HostProgram[] programs;
    private readonly GCHandle[] handles;
    private readonly bool[] areSmall;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> gate;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<int>, long, int> team;

    /// <summary>A runner of segments.</summary>
    /// <param name="device">The CPU accelerator.</param>
    /// <param name="segments">Launches for the workers of a processor.</param>
    /// <param name="takesTimes">Whether to take the time of each launch.</param>
    public HostRunner(ComputeDevice device, IReadOnlyList<IReadOnlyList<Launch>> segments, bool takesTimes)
    {
        // Times are those of each launch, one after the other.
        this.device = device;
        this.segments = segments = takesTimes ? [.. segments.Select(segment => segment.SelectMany(launch => launch is HostLaunches together ? together.Parts : [launch]).ToList())] : segments;
        programs = [.. segments.Select(segment => new HostProgram([.. segment.Cast<IHostTask>()]))];
        areSmall = [.. segments.Select(segment => IsSmall(segment, device.Workers))];
        handles = [.. programs.Select(program => GCHandle.Alloc(program))];
        gate = device.Accelerator.Allocate1D<int>(Team.GateSize);
        gate.MemSetToZero(device.Stream);
        team = device.Accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, ArrayView<int>, long, int>>(
            ((Action<ArrayView<int>, long, int>)Team.Entry).Method);
        if (takesTimes)
        {
            foreach (var program in programs)
            {
                program.Trace();
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<(double Seconds, Launch Launch)> Times =>
        from pair in programs.Zip(segments)
        where pair.First is { Runs: > 0, Ticks: not null }
        from timed in pair.First.Ticks!.Zip(pair.Second)
        select ((double)timed.First / Stopwatch.Frequency / pair.First.Runs, timed.Second);

    /// <inheritdoc/>
    public void Run(int segment)
    {
        if (areSmall[segment])
        {
            programs[segment].RunAlone(gate.View);
        }
        else
        {
            team(device.Stream, CpuBackend.Threads(device.Workers), gate.View, (long)GCHandle.ToIntPtr(handles[segment]), device.Workers);
        }
        if (programs[segment].Failure is { } failure)
        {
            throw new InvalidOperationException($"A kernel failed on {device.Name}: {failure.Message}", failure);
        }
    }

    /// <summary>Whether a segment, such as a small generator's for a single latent, is over sooner on the thread at hand than with all workers.</summary>
    private static bool IsSmall(IReadOnlyList<Launch> segment, int workers)
    {
        double alone = segment.Sum(launch => launch.Cost.Flops) / FlopsASecond + segment.Sum(launch => launch.Cost.Bytes) / BytesASecond;
        return alone * (1 - 1.0 / workers) <= CallSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var handle in handles)
        {
            handle.Free();
        }
        gate.Dispose();
    }
}
