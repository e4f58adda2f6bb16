using IlgpuGan.Augmentation;
using IlgpuGan.Graphs;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Augmentation;

/// <summary>Colour changes in one matrix against the same changes one after the other, as they are defined.</summary>
public sealed class ColourChangeTests
{
    [Theory]
    [InlineData(0.3, 1.4, 1, 0.0, 1.0)]
    [InlineData(-0.2, 0.7, -1, 0.0, 1.0)]
    [InlineData(0.1, 1.0, 1, 1.1, 1.0)]
    [InlineData(0.0, 1.0, 1, -2.6, 0.4)]
    [InlineData(0.25, 0.6, -1, 2.9, 1.7)]
    public void One_matrix_is_brightness_contrast_luma_hue_and_saturation_one_after_the_other(
        double brightness, double contrast, int luma, double hue, double saturation)
    {
        double[] pixel = [0.5, -0.3, 0.8];
        var graph = new Graph();
        var images = graph.Literal(Shape.Of(1, 1, 1, 3), [.. pixel.Select(value => (float)value)]);
        Tensor Column(double value) => graph.Literal(Shape.Of(1, 1), (float)value);
        var change = new ColourChange(
            Column(contrast * luma), Column(contrast * saturation * Math.Cos(hue)), Column(contrast * saturation * Math.Sin(hue)));
        double[] actual = Value(change.Apply(images, Column(contrast * luma * brightness)));

        double[] expected = [.. pixel.Select(value => (value + brightness) * contrast)];
        expected = luma < 0 ? [.. expected.Select(value => value - 2 * expected.Average())] : expected;
        expected = Turned(expected, hue);
        expected = [.. expected.Select(value => expected.Average() + saturation * (value - expected.Average()))];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-6);
        }
    }

    [Fact]
    public void A_third_of_a_turn_of_hue_sends_red_to_green() =>
        Assert.Equal([0, 1, 0], Turned([1, 0, 0], 2 * Math.PI / 3).Select(value => Math.Round(value, 12)));

    [Fact]
    public void A_mean_of_colours_leaves_alpha_out()
    {
        var graph = new Graph();
        Assert.Equal(0.2, Value(ColourChange.Mean(graph.Literal(Shape.Of(1, 1, 2, 4), 0.1f, 0.2f, 0.3f, 9, 0.3f, 0.2f, 0.1f, 9)))[0], 1e-6);
        Assert.Equal(0.2, Value(ColourChange.Mean(graph.Literal(Shape.Of(1, 1, 2, 2), 0.1f, 9, 0.3f, 9)))[0], 1e-6);
    }

    private static double[] Value(Tensor tensor) => new HostReference().Run(tensor.Graph)[tensor];

    /// <summary>Rodrigues' formula around (1, 1, 1) / sqrt(3).</summary>
    private static double[] Turned(double[] x, double angle)
    {
        double axis = 1 / Math.Sqrt(3), along = axis * x.Sum();
        double[] cross = [axis * (x[2] - x[1]), axis * (x[0] - x[2]), axis * (x[1] - x[0])];
        return [.. x.Select((value, i) => value * Math.Cos(angle) + cross[i] * Math.Sin(angle) + axis * along * (1 - Math.Cos(angle)))];
    }
}
