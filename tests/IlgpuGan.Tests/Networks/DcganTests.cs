using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;

namespace IlgpuGan.Tests.Networks;

public class DcganTests
{
    [Fact]
    public void The_published_size_has_the_published_number_of_parameters()
    {
        Assert.Equal(3_576_704, Dcgan.Generator(new(Shape.Of(64, 64, 3), 100, 64)).Parameters.Size);
        Assert.Equal(2_765_568, Dcgan.Discriminator(new(Shape.Of(64, 64, 3), 100, 64)).Parameters.Size);
    }

    // Layer by layer as the homework has them: G's matrix and its normalisation, three doublings with theirs, the last; D's convolutions with their shifts, three normalisations.
    [Theory]
    [InlineData("hw6")]
    [InlineData("hw6-wgan")]
    [InlineData("hw6-wgan-gp")]
    public void The_presets_of_homework_6_have_its_layers(string preset)
    {
        int[][] drawing =
        [
            [100 * 8192], [2 * 8192], [512 * 256 * 5 * 5], [2 * 256], [256 * 128 * 5 * 5], [2 * 128], [128 * 64 * 5 * 5], [2 * 64], [64 * 3 * 5 * 5],
        ];
        int[][] judging =
        [
            [3 * 64 * 4 * 4, 64], [64 * 128 * 4 * 4, 128], [2 * 128], [128 * 256 * 4 * 4, 256], [2 * 256], [256 * 512 * 4 * 4, 512], [2 * 512], [512 * 4 * 4, 1],
        ];
        Assert.Equal((5_142_080, 2_766_529), (drawing.Sum(layer => layer.Sum()), judging.Sum(layer => layer.Sum())));

        var options = Presets.Named(preset);
        var (generator, discriminator) = options.Build(Shape.Of(64, 64, 3), 0);

        Assert.Equal(drawing.Select(layer => layer.Sum()), SizesOf(generator));
        Assert.Equal(judging.Select(layer => layer.Sum()), SizesOf(discriminator));
        Assert.Equal([Shape.Of(8192), Shape.Of(8, 8, 256), Shape.Of(16, 16, 128), Shape.Of(32, 32, 64), Shape.Of(64, 64, 3)],
            generator.Placed.Where(layer => layer.Layer is LinearLayer or ConvolutionTransposedLayer).Select(layer => layer.Output));
        Assert.All(generator.Layers.OfType<ConvolutionTransposedLayer>(), layer => Assert.Equal(
            (5, 2, 2, 1), (layer.Geometry.KernelHeight, layer.Geometry.Stride, layer.Geometry.Padding, layer.OutputPadding)));
        Assert.Equal(3, discriminator.Layers.Count(layer => preset == "hw6-wgan-gp" ? layer is InstanceNormLayer : layer is BatchNormLayer));
        Assert.All(generator.Parameters.Parameters.Where(parameter => parameter.Shape.Rank > 1), weight => Assert.Equal((0, 0.02f), (weight.Mean, weight.Deviation)));
        Assert.Equal((64, 1e-4f, new(64, 64)), (options.Batch, options.LearningRate.From, Presets.SizeOf(preset)));
        Assert.Equal(preset == "hw6-wgan" ? (UpdateRule.RmsProp, 0f) : (UpdateRule.Adam, 0.5f), (options.Optimizer, options.Beta1));
        options.Validate();

        static IEnumerable<int> SizesOf(Network network) =>
            network.Placed.Where(layer => layer.Parameters.Count > 0).Select(layer => layer.Parameters.Sum(parameter => parameter.Shape.Size));
    }

    [Fact]
    public void An_output_padding_that_no_window_reaches_is_refused()
    {
        Assert.Equal(Shape.Of(8, 10, 3), new Network("generator", Shape.Of(4, 5, 2)).ConvolutionTransposed(3, 5, 5, 2, 2, 1).Output);
        var fault = Assert.Throws<ArgumentException>(() => new Network("generator", Shape.Of(4, 5, 2)).ConvolutionTransposed(3, 5, 5, 2, 2, outputPadding: 2));
        Assert.Contains("at most 1", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(11)]
    public void Kernels_of_any_side_double(int kernel)
    {
        var design = new NetworkDesign(Shape.Of(16, 24, 3), 10, 4) { GeneratorKernel = kernel, HasLinearStart = kernel % 2 == 0 };
        Assert.Equal(design.Image, Dcgan.Generator(design).Output);
        // By way of odd sides, too: 28, 14, 7, 3 and 60, 30, 15, 7.
        design = design with { Image = Shape.Of(28, 60, 3) };
        Assert.Equal([Shape.Of(7, 15, 8), Shape.Of(14, 30, 4), design.Image], Doublings(design));
    }

    [Theory]
    [InlineData(16, 24, 1)]
    [InlineData(28, 60, 3)]
    [InlineData(72, 72, 2)]
    public void The_nearest_pixel_doubles_all_sides(int height, int width, int channels)
    {
        var design = new NetworkDesign(Shape.Of(height, width, channels), 10, 4) { Upsampling = Upsampling.Resize };
        var network = Dcgan.Generator(design);
        Assert.Equal(design.Image, network.Output);
        Assert.Equal(Dcgan.Widths(design).Count, network.Layers.OfType<ResizeConvolutionLayer>().Count());
    }

    private static IEnumerable<Shape> Doublings(NetworkDesign design) => Dcgan.Generator(design).Layers.OfType<ConvolutionTransposedLayer>().Where(layer => layer.Geometry.Stride == 2)
        .Select(layer => Shape.Of(layer.Geometry.Height, layer.Geometry.Width, layer.Geometry.Channels));

    [Theory]
    [InlineData(28, 1, Halving.Even, 165_344, 10_048)]
    [InlineData(28, 1, Halving.Any, 99_040, 41_888)]
    [InlineData(64, 3, Halving.Any, 378_080, 175_072)]
    [InlineData(72, 3, Halving.Even, 560_352, 47_008)]
    [InlineData(72, 3, Halving.Any, 378_080, 175_072)]
    [InlineData(72, 3, Halving.Any, 378_080, 175_072, "128,64,32,16")]
    public void Odd_sides_are_halved_so_that_D_has_as_much_to_judge_by_as_of_others(int side, int channels, Halving halving, int generator, int discriminator, string? widths = null)
    {
        var options = new TrainingOptions { Halving = halving, StageWidths = widths };

        var (g, d) = options.Build(Shape.Of(side, side, channels), classes: 0);

        Assert.Equal((generator, discriminator), (g.Parameters.Size, d.Parameters.Size));
    }

    [Fact]
    public void Sides_of_which_one_is_odd_are_not_halved()
    {
        // 28 x 32: 14 x 16, 7 x 8.
        Assert.Equal(2, Dcgan.Widths(new(Shape.Of(28, 32, 3), 10, 4)).Count);
        Assert.ThrowsAny<ArgumentException>(() => Dcgan.Generator(new(Shape.Of(28, 32, 3), 10, 4) { StageWidths = [16, 8, 4] }));
    }

    [Theory]
    [InlineData(16, 16, 1)]
    [InlineData(28, 28, 1)]
    [InlineData(28, 60, 1)]
    [InlineData(28, 32, 1)]
    [InlineData(72, 72, 3)]
    [InlineData(48, 64, 3)]
    [InlineData(64, 48, 4)]
    [InlineData(20, 36, 2)]
    [InlineData(100, 44, 3)]
    [InlineData(256, 256, 3)]
    public void Every_supported_size_is_drawn_and_judged(int height, int width, int channels)
    {
        var design = new NetworkDesign(Shape.Of(height, width, channels), 10, 4);
        var generator = Dcgan.Generator(design);
        var discriminator = Dcgan.Discriminator(design);
        var graph = new Graph();
        var latents = graph.RandomNormal(Shape.Of([3, .. generator.Input.ToArray()]), 1, 0, new Counter("step"));

        var images = generator.Apply(latents);

        Assert.Equal(Shape.Of(3, height, width, channels), images.Shape);
        Assert.Equal(3, discriminator.Apply(images).Shape.Size);
    }

    [Theory]
    [InlineData(12, 16)]
    [InlineData(16, 18)]
    [InlineData(1, 1)]
    public void Other_sizes_are_refused_with_the_remedy(int height, int width)
    {
        Assert.False(Dcgan.Supports(height, width));
        var fault = Assert.ThrowsAny<ArgumentException>(() => Dcgan.Generator(new(Shape.Of(height, width, 3), 100, 64)));
        Assert.Contains("Size", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void First_weights_are_drawn_as_published()
    {
        var parameters = Dcgan.Generator(new(Shape.Of(32, 32, 3), 100, 32)).Parameters;
        var values = Initialization.Draw(parameters, seed: 7);
        float[] Of(string name)
        {
            var parameter = parameters.Parameters.Single(parameter => parameter.Name == name);
            return values[parameter.Offset..(parameter.Offset + parameter.Shape.Size)];
        }

        // 0.02 / sqrt(n) is the deviation of a mean of n; four of them leave one chance in 16,000.
        Assert.Equal(0, Of("layer0.weight").Average(), 4 * 0.02 / Math.Sqrt(Of("layer0.weight").Length));
        Assert.Equal(0.02, Math.Sqrt(Of("layer0.weight").Average(value => value * value)), 0.001);
        Assert.Equal(1, Of("layer0.gamma").Average(), 4 * 0.02 / Math.Sqrt(Of("layer0.gamma").Length));
        Assert.All(Of("layer0.beta"), value => Assert.Equal(0, value));
    }
}
