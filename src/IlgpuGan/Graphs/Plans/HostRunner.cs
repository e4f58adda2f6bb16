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
    private readonly ComputeDevice device;
    private readonly IReadOnlyList<IReadOnlyList<Launch>> segments;
    private readonly HostProgram[] programs;
    private readonly GCHandle[] handles;
    private readonly MemoryBuffer1D<int, Stride1D.Dense> gate;
    private readonly Action<AcceleratorStream, KernelConfig, ArrayView<int>, long, int> team;

    /// <summary>A runner of segments.</summary>
    /// <param name="device">The CPU accelerator.</param>
    /// <param name="segments">Launches for the workers of a processor.</param>
    /// <param name="takesTimes">Whether to take the time of each launch.</param>
    public HostRunner(ComputeDevice device, IReadOnlyList<IReadOnlyList<Launch>> segments, bool takesTimes)
    {
        (this.device, this.segments) = (device, segments);
        programs = [.. segments.Select(segment => new HostProgram([.. segment.Cast<IHostTask>()]))];
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
        team(device.Stream, CpuBackend.Threads, gate.View, (long)GCHandle.ToIntPtr(handles[segment]), device.Workers);
        if (programs[segment].Failure is { } failure)
        {
            throw new InvalidOperationException($"A kernel failed on {device.Name}: {failure.Message}", failure);
        }
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
