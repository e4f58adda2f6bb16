using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

/// <summary>A segment that runs again and again, and the one before it that makes what is the same each time.</summary>
[Collection(nameof(TestDevice))]
public sealed class RepeatedSegmentTests(TestDevice under)
{
    [Fact]
    public void What_is_the_same_each_time_is_computed_once_and_kept_until_the_last()
    {
        var (values, segments) = Run(isRepeated: true);
        var (expected, whole) = Run(isRepeated: false);
        Assert.Equal(expected, values);
        // Of three products two have the formula as an operand, which depends on the weights alone; the sums depend on what is drawn.
        Assert.Equal(0, whole[0]);
        Assert.InRange(segments[0], 1, whole[1] - 1);
        Assert.True(segments[1] < whole[1]);
    }

    private (float[] Sums, double[] BytesOfSegments) Run(bool isRepeated)
    {
        const int side = 64, times = 5;
        using var variables = new VariableStore(under.Open());
        var (weights, sums, counter) = (new Variable("weights", side * side), new Variable("sums", side * side), new Counter("number"));
        var random = new Random(5);
        variables.Upload(weights, [.. Enumerable.Range(0, weights.Size).Select(_ => random.NextSingle() - 0.5f)]);
        variables.Upload(sums, new float[sums.Size]);
        variables.Upload(counter, 0);
        var (shape, graph) = (Shape.Of(side, side), new Graph());
        graph.CloseSegment();
        var formula = graph.Read(weights, shape).Exp();
        var drawn = graph.RandomNormal(shape, 3, 1, counter);
        // The temporaries of the later products are as large as what is kept.
        var product = graph.MatrixProduct(graph.MatrixProduct(drawn, formula).Tanh(), graph.MatrixProduct(drawn, formula * 0.5f).Tanh());
        graph.Assign(sums, 0, (graph.Read(sums, shape) + product).Reshape(side * side));
        graph.Advance(counter);
        graph.CloseSegment(isRepeated);
        using var plan = Plan.Compile(variables, graph);
        plan.Run(0);
        for (int i = 0; i < times; i++)
        {
            plan.Run(1);
        }
        return (variables.Download(sums), [plan.Bytes(0), plan.Bytes(1)]);
    }
}
