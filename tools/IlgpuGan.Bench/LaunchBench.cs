using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>What a launch costs when there is nothing to do: plans of operations on 16 floats.</summary>
internal static class LaunchBench
{
    private const int Floats = 16;

    private static readonly int[] Operations = [0, 1, 10, 100];

    /// <summary>
    /// One row for each number of operations; what one more costs is told against the empty plan, which comes first, by the
    /// fastest runs: the difference of two medians is mostly what else the machine did.
    /// </summary>
    public static IReadOnlyList<BenchCase> Cases()
    {
        double empty = 0;
        return [.. Operations.Select(count =>
        {
            string name = $"launch {count} {(count == 1 ? "operation" : "operations")}";
            return new BenchCase(name, (device, time) =>
            {
                using var variables = new VariableStore(device);
                using var plan = Plan.Compile(variables, Chain(count));
                var timing = Speedometer.Time(plan, time);
                if (count == 0)
                    empty = timing.Best;
                var row = new BenchRow(name, name, BenchKind.Launch, timing, Flops: 0, Bytes: 0);
                return row with
                {
                    Figures = count == 0
                        ? [("us", timing.Median * 1e6)]
                        : [("us", timing.Median * 1e6), ("us_per_operation", (timing.Best - empty) / count * 1e6)],
                };
            });
        })];
    }

    // Each reads what the one before it wrote, so none can be fused, left out or run beside another.
    private static Graph Chain(int count)
    {
        var graph = new Graph();
        var variable = new Variable("chain", Floats);
        for (int i = 0; i < count; i++)
            graph.Assign(variable, 0, graph.Read(variable, 0, Shape.Of(Floats)) + 1);
        return graph;
    }
}
