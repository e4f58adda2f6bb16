using System.Diagnostics;
using IlgpuGan.Devices;

namespace IlgpuGan.Graphs.Plans;

/// <summary>Times of repeated runs of one plan.</summary>
/// <param name="Median">Median of the runs, in seconds.</param>
/// <param name="Best">Fastest run, in seconds.</param>
/// <param name="Runs">Number of runs.</param>
public sealed record Timing(double Median, double Best, int Runs);

/// <summary>What a device does with our kernels.</summary>
/// <param name="Gflops">10^9 floating-point operations per second in a matrix product.</param>
/// <param name="GigabytesPerSecond">10^9 bytes per second read and written by a copy past the caches.</param>
public sealed record DeviceSpeed(double Gflops, double GigabytesPerSecond);

/// <summary>Measures what a device does with our kernels.</summary>
public static class Speedometer
{
    // A clock is read in some 25 ns and a device answers in some 10 us; beside this both vanish.
    private const double ShortestSample = 1e-3;

    /// <summary>Measures a device in about half a second.</summary>
    public static DeviceSpeed Measure(ComputeDevice device)
    {
        const int floats = 1 << 23;
        var time = TimeSpan.FromSeconds(0.15);
        // A slow device answers in time with a small product; a fast one is busy only with a large one.
        int n = 256;
        double product = MatrixProduct(device, n, time / 10).Best;
        if (product < 2e-3)
        {
            n = product > 2e-4 ? 1024 : 4096;
            product = MatrixProduct(device, n, time).Best;
        }
        using var limits = new LimitProbe(device, floats);
        return new(Cost.OfProduct(n, n, n).Flops / product / 1e9, limits.MeasureGigabytesPerSecond(time));
    }

    /// <summary>Times of a square matrix product of side n: 2 n^3 floating-point operations.</summary>
    public static Timing MatrixProduct(ComputeDevice device, int n, TimeSpan time, Precision precision = Precision.Tf32)
    {
        using var variables = new VariableStore(device, precision);
        var (a, b) = (Random(variables, "a", n * n), Random(variables, "b", n * n));
        var graph = new Graph();
        var product = graph.MatrixProduct(graph.Read(a, 0, Shape.Of(n, n)), graph.Read(b, 0, Shape.Of(n, n)));
        using var plan = Plan.Compile(variables, graph, product);
        return Time(plan, time);
    }

    /// <summary>Runs a plan twice to warm up, then until the time is over, and at least three times; several runs at a time if one is too short for a clock.</summary>
    public static Timing Time(Plan plan, TimeSpan time) => Time(plan.Run, plan.Device, time);

    /// <summary>The same for one segment.</summary>
    public static Timing Time(Plan plan, TimeSpan time, int segment) => Time(() => plan.Run(segment), plan.Device, time);

    /// <summary>The same for anything that ends when its work is done, one at a time.</summary>
    public static Timing Time(Action run, TimeSpan time)
    {
        run();
        run();
        return Repeat(run, runsPerSample: 1, time);
    }

    private static Timing Time(Action enqueue, ComputeDevice device, TimeSpan time)
    {
        int runs = 1;
        void Sample()
        {
            for (int i = 0; i < runs; i++)
            {
                enqueue();
            }
            device.Stream.Synchronize();
        }
        Sample();
        double once = Seconds(Sample);
        // A second look: the first run after a pause may well be ten times as long.
        if (once < ShortestSample)
        {
            runs = (int)Math.Ceiling(ShortestSample / Math.Max(1e-7, Math.Min(once, Seconds(Sample))));
        }
        return Repeat(Sample, runs, time);
    }

    private static Timing Repeat(Action sample, int runsPerSample, TimeSpan time)
    {
        var seconds = new List<double>();
        var total = Stopwatch.StartNew();
        while (seconds.Count < 3 || total.Elapsed < time)
        {
            seconds.Add(Seconds(sample) / runsPerSample);
        }
        seconds.Sort();
        return new(seconds[seconds.Count / 2], seconds[0], seconds.Count * runsPerSample);
    }

    private static double Seconds(Action action)
    {
        var clock = Stopwatch.StartNew();
        action();
        return clock.Elapsed.TotalSeconds;
    }

    internal static Variable Random(VariableStore variables, string name, int size)
    {
        var variable = new Variable(name, size);
        var values = new float[size];
        Initialization.Normal(values, seed: 1, stream: name[0]);
        variables.Upload(variable, values);
        return variable;
    }
}
