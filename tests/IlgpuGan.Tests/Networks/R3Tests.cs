using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Tests.Networks;

public class R3Tests
{
    // Millions of parameters of G and D as in Huang et al. 2024, table 2 (FFHQ-256), and as computed from the widths of their code (FFHQ-64).
    [Theory]
    [InlineData(256, 23.06, 23.01)]
    [InlineData(64, 22.4, 22.4)]
    public void The_published_widths_have_the_published_number_of_parameters(int side, double generator, double discriminator)
    {
        var design = new NetworkDesign(Shape.Of(side, side, 3), 64, 768);

        Assert.Equal(generator, R3.Generator(design).Parameters.Size / 1e6, side == 256 ? 0.005 : 0.05);
        Assert.Equal(discriminator, R3.Discriminator(design).Parameters.Size / 1e6, side == 256 ? 0.005 : 0.05);
    }

    [Theory]
    [InlineData("r3", 32, 32)]
    [InlineData("r3", 48, 48)]
    [InlineData("r3", 28, 28)]
    [InlineData("r3", 24, 40)]
    [InlineData("resnet", 32, 32)]
    [InlineData("resnet", 48, 48)]
    [InlineData("resnet", 64, 64)]
    public void Every_supported_size_is_drawn_and_judged(string family, int height, int width)
    {
        var design = new NetworkDesign(Shape.Of(height, width, 3), 8, 8) { HasMinibatchDeviation = true };
        var (generator, discriminator) = family == "r3" ? (R3.Generator(design), R3.Discriminator(design)) : (ResNet.Generator(design), ResNet.Discriminator(design));
        var graph = new Graph();
        var latents = graph.RandomNormal(Shape.Of([4, .. generator.Input.ToArray()]), 1, 0, new Counter("step"));

        var images = generator.Apply(latents);

        Assert.Equal(Shape.Of(4, height, width, 3), images.Shape);
        Assert.Equal(Shape.Of(4, 1), discriminator.Apply(images).Shape);
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(36, 35)]
    public void Other_sizes_are_refused_with_the_remedy(int height, int width)
    {
        var design = new NetworkDesign(Shape.Of(height, width, 3), 8, 8);

        Assert.Contains("Size", Assert.ThrowsAny<ArgumentException>(() => R3.Generator(design)).Message, StringComparison.Ordinal);
        Assert.Contains("Size", Assert.ThrowsAny<ArgumentException>(() => ResNet.Discriminator(design)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Residuals_are_nothing_at_first()
    {
        var parameters = R3.Discriminator(new(Shape.Of(32, 32, 3), 8, 16)).Parameters;
        var values = Initialization.Draw(parameters, seed: 3);

        // The last convolution of each of four stages' two blocks.
        Assert.Equal(8, parameters.Parameters.Count(parameter => parameter.Shape.Rank == 4 && values.AsSpan(parameter.Offset, parameter.Shape.Size).IndexOfAnyExcept(0f) < 0));
    }

    [Fact]
    public void Widths_and_groups_that_do_not_fit_are_refused()
    {
        var design = new NetworkDesign(Shape.Of(32, 32, 3), 8, 8);

        Assert.Contains("stages", Assert.ThrowsAny<ArgumentException>(() => R3.Generator(design with { StageWidths = [8, 8] })).Message, StringComparison.Ordinal);
        Assert.Contains("groups of 16", Assert.ThrowsAny<ArgumentException>(() => R3.Generator(design with { Width = 9 })).Message, StringComparison.Ordinal);
    }
}
