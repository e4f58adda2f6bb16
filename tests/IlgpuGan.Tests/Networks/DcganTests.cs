using IlgpuGan.Graphs;
using IlgpuGan.Networks;

namespace IlgpuGan.Tests.Networks;

public class DcganTests
{
    [Fact]
    public void The_published_size_has_the_published_number_of_parameters()
    {
        Assert.Equal(3_576_704, Dcgan.Generator(new(Shape.Of(64, 64, 3), 100, 64)).Parameters.Size);
        Assert.Equal(2_765_568, Dcgan.Discriminator(new(Shape.Of(64, 64, 3), 100, 64)).Parameters.Size);
    }

    [Theory]
    [InlineData(16, 16, 1)]
    [InlineData(28, 28, 1)]
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
