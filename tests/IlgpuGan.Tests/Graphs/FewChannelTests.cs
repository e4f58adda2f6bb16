using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Tests.Graphs;

[Collection(nameof(TestDevice))]
public sealed class FewChannelTests(TestDevice device)
{
    [Fact]
    public void Colours_that_a_shift_follows_are_summed_from_taps_like_those_without_one()
    {
        var geometry = new ConvolutionGeometry(16, 12, 3, 8, 7, 7, 1, 3);
        float[] features = new float[16 * 12 * 8], kernel = new float[geometry.Weights.Size];
        Initialization.Normal(features, 1, 0);
        Initialization.Normal(kernel, 1, 1);
        var graph = new Graph();
        var colours = graph.ConvolutionDataGradient(geometry, graph.Literal(Shape.Of(1, 16, 12, 8), features), graph.Literal(geometry.Weights, kernel));
        var shifted = colours * 0.01f + graph.Literal(Shape.Of(3), 0.5f, 0, -0.5f);
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        using var plan = Plan.Compile(variables, graph, shifted);
        using var both = Plan.Compile(variables, graph, shifted, colours);

        plan.Run();
        both.Run();

        Assert.Contains(plan.AllLaunches, launch => launch.Name.StartsWith("FoldTaps", StringComparison.Ordinal));
        float[] plain = both.Fetch(colours);
        // The same products in the same order; only the shift is added elsewhere.
        Assert.All(plan.Fetch(shifted).Index(), pixel => Assert.Equal(plain[pixel.Index] * 0.01f + (1 - pixel.Index % 3) * 0.5f, pixel.Item, 1e-5f));
    }
}
