using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Networks.Translation;

[Collection(nameof(TestDevice))]
public sealed class TranslationTests(TestDevice device)
{
    // What tests/fixtures-scripts/translation.py counts in PyTorch; the published code has no shift in the two convolutions of a U-Net that nothing normalises.
    [Theory]
    [InlineData(256, 54_413_955)]
    [InlineData(128, 41_828_995)]
    [InlineData(64, 29_244_035)]
    public void The_published_UNet_has_the_published_number_of_parameters(int side, int published)
    {
        var network = UNet.Generator(Published(side) with { Norm = Normalization.Batch });

        Assert.Equal(published + 64 + 512, network.Parameters.Size);
    }

    // The published code shifts before each normalisation, which takes the shift away again: that of all channels but those drawn.
    [Theory]
    [InlineData(256, 11_378_179, 9)]
    [InlineData(128, 7_837_699, 6)]
    public void The_published_translator_of_residual_blocks_has_the_published_number_of_parameters(int side, int published, int blocks)
    {
        var network = ResidualTranslator.Generator(Published(side));

        Assert.Equal(published - (64 + 128 + 256 + blocks * 2 * 256 + 128 + 64), network.Parameters.Size);
    }

    [Fact]
    public void The_published_discriminators_of_patches_have_the_published_number_of_parameters()
    {
        Assert.Equal(2_764_737 - (128 + 256 + 512), PatchGan.Discriminator(new(Shape.Of(256, 256, 3), 64)).Parameters.Size);
        Assert.Equal(2_768_705, PatchGan.Discriminator(new(Shape.Of(256, 256, 6), 64) { Norm = Normalization.Batch }).Parameters.Size);
        Assert.Equal(8_705 - 128, PatchGan.Discriminator(new(Shape.Of(256, 256, 3), 64) { Layers = 0 }).Parameters.Size);
    }

    [Fact]
    public void The_published_networks_of_StarGAN_have_the_published_number_of_parameters()
    {
        Assert.Equal(8_430_528, StarGan.Generator(Published(128) with { Labels = 5 }).Parameters.Size);
        Assert.Equal(44_762_048, StarGan.Discriminator(Shape.Of(128, 128, 3), 64, 5).Parameters.Size);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 3)]
    [InlineData(11, 4)]
    public void Every_supported_size_and_number_of_channels_is_drawn(int taken, int drawn)
    {
        foreach (var (height, width) in new[] { (8, 8), (16, 40), (24, 8), (64, 64), (96, 48) })
        {
            foreach (var upsampling in Enum.GetValues<Upsampling>())
            {
                foreach (var norm in Enum.GetValues<Normalization>())
                {
                    var design = new TranslationDesign(Shape.Of(height, width, taken), drawn, 2) { Upsampling = upsampling, Norm = norm, Dropout = 0.5f, Labels = 2 };
                    foreach (var network in new[] { UNet.Generator(design), ResidualTranslator.Generator(design), StarGan.Generator(design) })
                    {
                        var graph = new Graph();
                        var images = graph.RandomNormal(Shape.Of(2, height, width, taken), 1, 0, new Counter("step"));
                        Assert.Equal(Shape.Of(2, height, width, drawn), network.Apply(images, network.Take(graph), graph.Literal(Shape.Of(2, 2), 1, 0, 0, 1)).Shape);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(256, 256, 8)]
    [InlineData(128, 128, 7)]
    [InlineData(64, 64, 6)]
    [InlineData(96, 64, 5)]
    [InlineData(40, 24, 3)]
    [InlineData(1024, 512, 8)]
    [InlineData(36, 64, 2)]
    public void A_UNet_halves_a_size_as_long_as_both_sides_are_even_and_at_most_eight_times(int height, int width, int stages)
    {
        Assert.Equal(stages, UNet.Stages(height, width));
        Assert.Equal(stages >= 3, UNet.Supports(height, width));
    }

    [Theory]
    [InlineData(128, 6)]
    [InlineData(132, 9)]
    public void Residual_blocks_are_six_up_to_128_pixels_and_nine_beyond(int side, int blocks) => Assert.Equal(blocks, ResidualTranslator.Blocks(side, 64));

    [Fact]
    public void Other_sizes_and_depths_are_refused_with_the_remedy()
    {
        Refuses("Size", () => UNet.Generator(new(Shape.Of(36, 64, 3), 3, 8)));
        Refuses("Size", () => UNet.Generator(new(Shape.Of(1, 1, 3), 3, 8)));
        Refuses("Stages", () => UNet.Generator(new(Shape.Of(32, 32, 3), 3, 8) { Depth = 6 }));
        Refuses("Stages", () => UNet.Generator(new(Shape.Of(32, 32, 3), 3, 8) { Depth = 0 }));
        Refuses("Size", () => ResidualTranslator.Generator(new(Shape.Of(30, 32, 3), 3, 8)));
        Refuses("Size", () => ResidualTranslator.Generator(new(Shape.Of(4, 32, 3), 3, 8)));
        Refuses("Stages", () => ResidualTranslator.Generator(new(Shape.Of(32, 32, 3), 3, 8) { Depth = 0 }));
        Refuses("Size", () => StarGan.Discriminator(Shape.Of(30, 30, 3), 8, 2));
        Refuses("Condition", () => StarGan.Generator(new(Shape.Of(32, 32, 3), 3, 8)));
        Refuses("Layers", () => PatchGan.Discriminator(new(Shape.Of(16, 16, 3), 8)));
        Refuses("Layers", () => PatchGan.Discriminator(new(Shape.Of(256, 256, 3), 8) { Layers = 6 }));
        Refuses("Dropout", () => UNet.Generator(new(Shape.Of(32, 32, 3), 3, 8) { Dropout = 1 }));
        Refuses("Dropout", () => ResidualTranslator.Generator(new(Shape.Of(32, 32, 3), 3, 8) { Dropout = float.NaN }));

        static void Refuses(string name, Action build) => Assert.Contains(name, Assert.ThrowsAny<ArgumentException>(build).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 16, 6)]
    [InlineData(2, 34, 12)]
    [InlineData(3, 70, 24)]
    [InlineData(4, 142, 48)]
    [InlineData(5, 286, 96)]
    public void A_discriminator_of_patches_sees_what_is_published_and_judges_the_smallest_image_that_it_states(int layers, int field, int side)
    {
        var network = PatchGan.Discriminator(new(Shape.Of(side, side, 3), 2) { Layers = layers });

        Assert.Equal(field, PatchGan.ReceptiveField(layers));
        Assert.Equal(side, PatchGan.SmallestSide(layers));
        Assert.Equal(Shape.Of(1, 1, 1), network.Output);
        Assert.Equal(Math.Max(1, layers) + 1, PatchGan.FeatureLayers(network).Count);
        Assert.Equal(layers == 0, Record.Exception(() => PatchGan.Discriminator(new(Shape.Of(side, Math.Max(1, side - 1), 3), 2) { Layers = layers })) is null);
    }

    [Fact]
    public void Layers_for_contrast_are_the_image_both_halvings_and_two_blocks()
    {
        var design = new TranslationDesign(Shape.Of(32, 24, 3), 3, 4);
        var network = ResidualTranslator.Generator(design);
        var graph = new Graph();

        var layers = network.ApplyByLayers(graph.RandomNormal(Shape.Of(1, 32, 24, 3), 1, 0, new Counter("step")), network.Take(graph));

        Assert.Equal(
            [Shape.Of(1, 38, 30, 3), Shape.Of(1, 16, 12, 8), Shape.Of(1, 8, 6, 16), Shape.Of(1, 8, 6, 16), Shape.Of(1, 8, 6, 16)],
            ResidualTranslator.ContentLayers(design).Select(layer => layers[layer].Shape));
        Assert.IsType<ResidualLayer>(network.Layers[10]);
        Assert.IsType<ResidualLayer>(network.Layers[14]);
        Assert.Same(layers[^1], network.Apply(layers[0].Inputs[0], network.Take(graph)));
    }

    [Fact]
    public void Weights_of_one_size_fit_every_other_of_the_same_depth()
    {
        foreach (var upsampling in Enum.GetValues<Upsampling>())
        {
            foreach (var norm in Enum.GetValues<Normalization>())
            {
                var design = new TranslationDesign(Shape.Of(32, 32, 3), 3, 4) { Upsampling = upsampling, Norm = norm, Labels = 2 };
                Fits(size => UNet.Generator(design with { Image = size, Depth = 4 }), (32, 32), (16, 16), (48, 80), (64, 16));
                Fits(size => ResidualTranslator.Generator(design with { Image = size, Depth = 6 }), (32, 32), (8, 12), (100, 44), (256, 132));
                Fits(size => StarGan.Generator(design with { Image = size }), (32, 32), (8, 12), (100, 44));
            }
        }

        static void Fits(Func<Shape, Network> build, params (int Height, int Width)[] sizes)
        {
            var first = Of(sizes[0]);
            Assert.All(sizes, size => Assert.Equal(first, Of(size)));

            List<(string, Shape, int)> Of((int Height, int Width) size) =>
                [.. build(Shape.Of(size.Height, size.Width, 3)).Parameters.Parameters.Select(parameter => (parameter.Name, parameter.Shape, parameter.Offset))];
        }
    }

    [Fact]
    public void A_larger_image_is_translated_as_its_parts_are_far_from_their_borders()
    {
        // Without normalisation by image a pixel sees what is less than 28 pixels away: 3, 1, 2 in the halvings, 8 in the block, 4, 2 and 3 behind it.
        var design = new TranslationDesign(Shape.Of(96, 96, 3), 3, 4) { Norm = Normalization.None, Depth = 1 };
        var (large, small) = (ResidualTranslator.Generator(design), ResidualTranslator.Generator(design with { Image = Shape.Of(64, 64, 3) }));
        using var variables = new VariableStore(device.Open(), Precision.Fp32);
        float[] weights = [.. Initialization.Draw(large.Parameters, seed: 3).Select(value => 10 * value)];
        variables.Upload(large.Parameters.Values, weights);
        variables.Upload(small.Parameters.Values, weights);
        float[] image = new float[96 * 96 * 3];
        Initialization.Normal(image, 1, 0);
        float[] part = [.. from row in Enumerable.Range(16, 64) from i in Enumerable.Range(16 * 3, 64 * 3) select image[row * 96 * 3 + i]];
        var graph = new Graph();
        var whole = large.Apply(graph.Literal(Shape.Of(1, 96, 96, 3), image));
        var cut = small.Apply(graph.Literal(Shape.Of(1, 64, 64, 3), part));
        using var plan = Plan.Compile(variables, graph, whole, cut);

        plan.Run();

        float[] wholePixels = plan.Fetch(whole), partPixels = plan.Fetch(cut);
        for (int row = 28; row < 36; row++)
        {
            for (int i = 28 * 3; i < 36 * 3; i++)
            {
                Assert.Equal(wholePixels[(row + 16) * 96 * 3 + i + 16 * 3], partPixels[row * 64 * 3 + i], 1e-6);
            }
        }
        Assert.True(wholePixels.Max(Math.Abs) > 0.05);
    }

    private static TranslationDesign Published(int side) => new(Shape.Of(side, side, 3), 3, 64) { Upsampling = Upsampling.Transposed };
}
