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
/// <param name="GigabytesPerSecond">10^9 bytes per second read and written by a copy.</param>
public sealed record DeviceSpeed(double Gflops, double GigabytesPerSecond);

/// <summary>Measures what a device does with our kernels.</summary>
public static class Speedometer
{
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
        double copy = Copy(device, floats, time).Best;
        return new(2.0 * n * n * n / product / 1e9, 8.0 * floats / copy / 1e9);
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

    /// <summary>Times of a copy of floats from one array to another: 8 bytes moved for each.</summary>
    public static Timing Copy(ComputeDevice device, int floats, TimeSpan time)
    {
        using var variables = new VariableStore(device);
        var (from, to) = (new Variable("from", floats), new Variable("to", floats));
        // Written once, or an operating system may lend the same empty page a thousand times.
        var values = new float[floats];
        Array.Fill(values, 1);
        variables.Upload(from, values);
        var graph = new Graph();
        graph.Assign(to, 0, graph.Read(from, 0, Shape.Of(floats)));
        using var plan = Plan.Compile(variables, graph);
        return Time(plan, time);
    }

    /// <summary>Runs a plan twice to warm up, then until the time is over, and at least three times.</summary>
    public static Timing Time(Plan plan, TimeSpan time) =>
        Time(() =>
        {
            plan.Run();
            plan.Device.Stream.Synchronize();
        }, time);

    /// <summary>The same for anything that ends when its work is done.</summary>
    public static Timing Time(Action run, TimeSpan time)
    {
        run();
        run();
        var seconds = new List<double>();
        var total = Stopwatch.StartNew();
        while (seconds.Count < 3 || total.Elapsed < time)
        {
            var clock = Stopwatch.StartNew();
            run();
            seconds.Add(clock.Elapsed.TotalSeconds);
        }
        seconds.Sort();
        return new(seconds[seconds.Count / 2], seconds[0], seconds.Count);
    }

    private static Variable Random(VariableStore variables, string name, int size)
    {
        var variable = new Variable(name, size);
        var values = new float[size];
        Initialization.Normal(values, seed: 1, stream: name[0]);
        variables.Upload(variable, values);
        return variable;
    }
}
