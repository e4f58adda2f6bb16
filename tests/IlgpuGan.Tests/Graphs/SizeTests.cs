using System.Globalization;
using System.Text.RegularExpressions;
using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels;
using IlgpuGan.Options;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Kernels count in 32 bits: what is more than they can tell apart is refused, before any memory is taken for it.</summary>
[Collection(nameof(TestDevice))]
public sealed partial class SizeTests(TestDevice under)
{
    private static readonly DeviceTraits Processor = new() { Kind = DeviceKind.Cpu, VectorBits = 256, Multiprocessors = 2 };
    private static readonly DeviceTraits Card = new() { Kind = DeviceKind.OpenCl, GroupThreads = 256, Multiprocessors = 64 };

    [Fact]
    public void A_shape_has_the_most_elements_that_can_be_rounded_up_and_no_more()
    {
        Assert.Equal(Shape.MostElements, Shape.Of(Shape.MostElements).Size);
        Assert.True(GridSize.For(Shape.MostElements).Groups > 0);
        Assert.Contains("2,146,435,072 elements", Assert.Throws<TensorSizeException>(() => Shape.Of(Shape.MostElements + 1)).Message, StringComparison.Ordinal);
        Assert.Contains("[65536, 65536, 65536, 65536] has 18,446,744,073,709,551,616 elements",
            Assert.Throws<TensorSizeException>(() => Shape.Of(65536, 65536, 65536, 65536)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_that_are_too_many_together_are_refused()
    {
        var set = new ParameterSet("generator");
        for (int i = 0; i < 31; i++)
        {
            set.Add($"layer{i}.weight", Shape.Of(8192, 8192), 0, 1);
        }
        Assert.Equal(
            "The generator has 2,147,483,648 parameters with layer31.weight where at most 2,146,435,071 fit; use a smaller network or image.",
            Assert.Throws<TensorSizeException>(() => set.Add("layer31.weight", Shape.Of(8192, 8192), 0, 1)).Message);
        Assert.Equal(31 << 26, set.Size);
    }

    /// <summary>Three columns become a panel of at least eight: 2^31 floats and more of 2^28 rows.</summary>
    [Fact]
    public void A_packed_operand_that_is_too_large_is_refused_before_there_is_an_arena()
    {
        var graph = new Graph();
        var counter = new Counter("step");
        var (a, b) = (graph.RandomNormal(Shape.Of(1 << 28, 1), 1, 0, counter), graph.RandomNormal(Shape.Of(1 << 28, 3), 1, 1, counter));
        var product = graph.MatrixProduct(a, b, transposeLeft: true);
        Assert.Contains("elements where at most 2,146,435,071 fit", Refusal(graph, product, Processor), StringComparison.Ordinal);
    }

    /// <summary>A product of one column in tiles of as many threads for a row as there are: more threads than elements.</summary>
    [Fact]
    public void A_grid_that_cannot_be_counted_is_refused_before_there_is_an_arena()
    {
        var graph = new Graph();
        var counter = new Counter("step");
        var (a, b) = (graph.RandomNormal(Shape.Of(Shape.MostElements, 1), 1, 0, counter), graph.RandomNormal(Shape.Of(1, 1), 1, 1, counter));
        var widest = TileShapes.All.MaxBy(shape => (double)shape.Threads / shape.Rows)!;
        Assert.Contains("MatrixProduct 2146435071x1x1 takes", Refusal(graph, graph.MatrixProduct(a, b), Card, $"tiled {widest.Rows}x{widest.Columns}"), StringComparison.Ordinal);
    }

    /// <summary>All taps of few channels at once would be 2^14 x 64 x 64 x 48 = 3 x 2^30 floats; class by class there is room.</summary>
    [Fact]
    public void A_data_gradient_whose_taps_are_too_many_is_computed_another_way()
    {
        var graph = new Graph();
        var counter = new Counter("step");
        var geometry = new ConvolutionGeometry(128, 128, 3, 1, 4, 4, 2, 1);
        var x = graph.ConvolutionDataGradient(geometry, graph.RandomNormal(geometry.Output(1 << 14), 1, 0, counter), graph.RandomNormal(geometry.Weights, 1, 1, counter));
        using var variables = new VariableStore(under.Open());
        var compiler = new PlanCompiler(variables, graph, [x], new ProductKernels(Processor, Precision.Fp32));
        // The image, what it is made of, and little else.
        Assert.InRange(compiler.ArenaSize, x.Shape.Size, 1.2 * x.Shape.Size);
    }

    [Theory]
    [InlineData("dcgan", 64, 64)]
    [InlineData("resnet", 64, 64)]
    [InlineData("r3", 64, 64)]
    [InlineData("mlp", 64, 64)]
    public void A_batch_that_a_layer_cannot_be_counted_for_is_refused_by_its_option_with_the_one_that_can(string network, int side, int width)
    {
        var options = Presets.Radford2016 with { Network = network, Width = width, Batch = 8192, GroupSize = 16 };
        var image = Shape.Of(network == "mlp" ? side * 8 : side * 4, side * 4, 3);
        var remedies = Remedies().Match(Refusal(options, image));
        int leaves = int.Parse(remedies.Groups[1].ValueSpan, CultureInfo.InvariantCulture), most = int.Parse(remedies.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        (options with { Leaves = leaves }).Build(image, 0);
        Assert.Contains($"Leaves {leaves},", Refusal(options with { Leaves = leaves / 2 }, image), StringComparison.Ordinal);
        Assert.InRange(most, 2, 8191);
        Assert.Contains($"Batch is {most + 1}", Refusal(options with { Batch = most + 1 }, image), StringComparison.Ordinal);
        var (generator, discriminator) = (options with { Batch = most }).Build(image, 0);
        // What the option allows the graph allows, too.
        var graph = new Graph();
        var latent = graph.RandomNormal(Shape.Of(most, generator.Input.Size), 1, 0, new("step"));
        var fake = generator.Apply(latent.Reshape([most, .. generator.Input.ToArray()]));
        Assert.Equal(most, discriminator.Apply(fake).Shape.Size);
    }

    [GeneratedRegex("give Leaves ([0-9]+), Batch ([0-9]+) or less")]
    private static partial Regex Remedies();

    private static string Refusal(TrainingOptions options, Shape image) => Assert.Throws<OptionException>(() => options.Build(image, 0)).Message;

    private string Refusal(Graph graph, Tensor output, DeviceTraits traits, string? kernel = null)
    {
        using var variables = new VariableStore(under.Open());
        var products = new ProductKernels(traits, Precision.Fp32) { Choose = (_, _, candidates) => kernel is null ? candidates[0] : candidates.Single(candidate => candidate.Name == kernel) };
        return Assert.Throws<TensorSizeException>(() => new PlanCompiler(variables, graph, [output], products)).Message;
    }
}
