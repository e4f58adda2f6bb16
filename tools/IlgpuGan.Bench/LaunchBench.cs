using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>What a launch costs when there is nothing to do: plans of operations on 16 floats.</summary>
internal static class LaunchBench
{
    private const int Floats = 16;

    private static readonly int[] Operations = [0, 1, 10, 100];

    /// <summary>
    /// One row for each number of operations. What one of them costs is told against an empty plan that is timed right before, both by
    /// their fastest runs: on a shared machine the difference of two medians is mostly what else the machine did.
    /// </summary>
    public static IReadOnlyList<BenchCase> Cases() =>
    [
        .. Operations.Select(count =>
        {
            string name = $"launch {count} {(count == 1 ? "operation" : "operations")}";
            return new BenchCase(name, (target, time) => Measure(name, count, target.Device, time));
        }),
    ];

    private static BenchRow Measure(string name, int count, ComputeDevice device, TimeSpan time)
    {
        using var variables = new VariableStore(device);
        using var empty = Plan.Compile(variables, Chain(0));
        using var plan = Plan.Compile(variables, Chain(count));
        double nothing = count < 10 ? 0 : Speedometer.Time(empty, time / 2).Best;
        var timing = Speedometer.Time(plan, time);
        var row = new BenchRow(name, name, BenchKind.Launch, timing, Flops: 0, Bytes: 0) { Figures = [("us", timing.Median * 1e6)] };
        // The difference of one operation drowns in what else the machine does.
        return count < 10 ? row : row with { Figures = [.. row.Figures, ("us_per_operation", (timing.Best - nothing) / count * 1e6)] };
    }

    // Each reads what the one before it wrote, so none can be fused, left out or run beside another.
    private static Graph Chain(int count)
    {
        var graph = new Graph();
        var variable = new Variable("chain", Floats);
        for (int i = 0; i < count; i++)
        {
            graph.Assign(variable, 0, graph.Read(variable, 0, Shape.Of(Floats)) + 1);
        }
        return graph;
    }
}
