using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Networks;

[Collection(nameof(TestDevice))]
public sealed class DropoutTests(TestDevice device)
{
    private const ulong Seed = 11;

    private static readonly Shape Batch = Shape.Of(4, 8, 8, 16);

    private readonly Counter step = new("step");

    [Theory]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    public void A_share_is_zero_and_the_rest_is_larger_by_what_is_lost(float share)
    {
        float[] made = Draw(Network(share), Batch, new(Seed, 1, step));

        int size = Batch.Size, dropped = made.Count(value => value == 0);
        Assert.All(made, value => Assert.True(value == 0 || value == 1 / (1 - share)));
        // Five deviations of a binomial leave one chance in two million.
        Assert.Equal(share, (double)dropped / size, 5 * Math.Sqrt(share * (1 - share) / size));
    }

    [Fact]
    public void Nothing_is_dropped_where_images_are_drawn_for_use() => Assert.All(Draw(Network(0.5f), Batch, null), value => Assert.Equal(1, value));

    [Fact]
    public void Steps_streams_and_layers_drop_differently_and_a_step_that_is_made_again_drops_the_same()
    {
        var twice = Network(0.5f).Add(new DropoutLayer(0.5f));
        float[] first = Draw(Network(0.5f), Batch, new(Seed, 1, step));

        Assert.Equal(first, Draw(Network(0.5f), Batch, new(Seed, 1, step)));
        Assert.NotEqual(first, Draw(Network(0.5f), Batch, new(Seed, 2, step)));
        Assert.NotEqual(first, Draw(Network(0.5f), Batch, new(Seed + 1, 1, step)));
        Assert.NotEqual(first, Draw(Network(0.5f), Batch, new(Seed, 1, step), steps: 1));
        // Of two layers that dropped the same half would be left, of two that do not a quarter.
        Assert.Equal(0.25, Draw(twice, Batch, new(Seed, 1, step)).Count(value => value != 0) / (double)Batch.Size, 0.05);
        Assert.Throws<InvalidOperationException>(() => Draw(Network(0.5f), Batch, new(Seed, 1 << 16, step)));
    }

    [Fact]
    public void A_batch_in_leaves_drops_what_the_whole_batch_does()
    {
        float[] whole = Draw(Network(0.5f), Batch, new(Seed, 1, step));
        var leaf = new Leaf(new("leaf"), 2, 2);
        foreach (int number in new[] { 0, 1 })
        {
            float[] part = Draw(Network(0.5f), Shape.Of(2, 8, 8, 16), new(Seed, 1, step), leaf: leaf, number: number);
            Assert.Equal(whole.AsSpan(number * part.Length, part.Length).ToArray(), part);
        }
    }

    [Fact]
    public void Gradients_pass_where_nothing_was_dropped()
    {
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        var input = new Variable("input", Batch.Size);
        variables.Upload(input, [.. Enumerable.Repeat(1f, Batch.Size)]);
        var graph = new Graph();
        var x = graph.Read(input, Batch);
        var network = Network(0.5f);
        var y = network.Apply(x, network.Take(graph), dropout: new(Seed, 1, step));
        var slope = Differentiation.Gradient((y * y).Sum() * 0.5f, x);
        using var plan = Plan.Compile(variables, graph, y, slope);

        plan.Run();

        Assert.Equal(plan.Fetch(y).Select(value => 2 * value), plan.Fetch(slope));
    }

    [Theory]
    [InlineData(256, 3)]
    [InlineData(64, 3)]
    [InlineData(32, 2)]
    [InlineData(8, 0)]
    public void A_UNet_drops_behind_its_deepest_stages(int side, int layers) =>
        Assert.Equal(layers, UNet.Generator(new(Shape.Of(side, side, 3), 3, 2) { Dropout = 0.5f }).Dropouts);

    private static Network Network(float share) => new Network("network", Shape.Of(8, 8, 16)).Add(new DropoutLayer(share));

    /// <summary>What a network makes of ones.</summary>
    private float[] Draw(Network network, Shape batch, DropoutDraws? dropout, int steps = 0, Leaf? leaf = null, int number = 0)
    {
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        var graph = new Graph { Leaf = leaf };
        for (int i = 0; i < steps; i++)
        {
            graph.Advance(step);
        }
        for (int i = 0; i < number; i++)
        {
            graph.Advance(leaf!.Counter);
        }
        var ones = graph.Literal(batch, [.. Enumerable.Repeat(1f, batch.Size)]);
        var output = network.Apply(ones, network.Take(graph), dropout: dropout);
        using var plan = Plan.Compile(variables, graph, output);
        plan.Run();
        return plan.Fetch(output);
    }
}
