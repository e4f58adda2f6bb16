using IlgpuGan.Devices;
using IlgpuGan.Kernels;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Measures what a device can do at most, as often as is asked for: on a shared machine that changes from second to second.</summary>
/// <param name="device">The device.</param>
/// <param name="copyFloats">Floats of each of the two arrays of the copy; they stay allocated.</param>
internal sealed class LimitProbe(ComputeDevice device, int copyFloats) : IDisposable
{
    // Groups of 256 threads for each multiprocessor: all of them resident on the largest there are.
    private const int GroupsPerMultiprocessor = 8;

    // Long enough that a launch does not count, short enough that other work on the machine misses some of the runs.
    private const double ShortestRun = 4e-3;

    private readonly VariableStore variables = new(device);
    private Plan? multiplyAdds, copy;

    /// <summary>10^9 floating-point operations per second in fused multiply-adds of registers, the fastest run in about the time given.</summary>
    public double MeasureGflops(TimeSpan time)
    {
        multiplyAdds ??= MultiplyAdds();
        return multiplyAdds.Flops(0) / Speedometer.Time(multiplyAdds, time).Best / 1e9;
    }

    /// <summary>10^9 bytes per second read and written by a copy past the caches, the fastest run in about the time given.</summary>
    public double MeasureGigabytesPerSecond(TimeSpan time)
    {
        copy ??= Copy();
        return copy.Bytes(0) / Speedometer.Time(copy, time).Best / 1e9;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        multiplyAdds?.Dispose();
        copy?.Dispose();
        variables.Dispose();
    }

    private Plan MultiplyAdds()
    {
        bool isCpu = device.Kind == DeviceKind.Cpu;
        int groups = GroupsPerMultiprocessor * device.Accelerator.NumMultiprocessors;
        int threads = isCpu ? device.Workers : groups * FmaPeak.Threads;
        var output = variables.View(new Variable("sums", threads));
        for (int steps = 1 << 12; ; steps *= 4)
        {
            double flops = 2.0 * steps * threads * (isCpu ? FmaPeak.WorkerChains : FmaPeak.ThreadChains);
            var parameters = new FmaPeakParameters { Output = output, Steps = steps, Groups = groups, Factor = 0.5f };
            var plan = Plan.Of(variables, Launch.Create(isCpu, typeof(FmaPeak), parameters, "FmaPeak", new(flops, Bytes: 0)));
            if (Speedometer.Time(plan, TimeSpan.Zero).Best > ShortestRun)
            {
                return plan;
            }
            plan.Dispose();
        }
    }

    private Plan Copy()
    {
        var (from, to) = (new Variable("from", copyFloats), new Variable("to", copyFloats));
        // Written once, or an operating system may lend the same empty page a thousand times.
        var fill = new Graph();
        fill.Assign(from, 0, fill.Constant(1).BroadcastTo(Shape.Of(copyFloats)));
        using var filling = Plan.Compile(variables, fill);
        filling.Run();
        var parameters = new CopyPeakParameters { Output = variables.View(to).SubView(0, copyFloats), Source = variables.View(from).SubView(0, copyFloats) };
        return Plan.Of(variables, Launch.Create(device.Kind == DeviceKind.Cpu, typeof(CopyPeak), parameters, $"CopyPeak [{copyFloats}]", Cost.OfFloats(2.0 * copyFloats)));
    }
}
