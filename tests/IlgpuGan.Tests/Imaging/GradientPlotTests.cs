using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class GradientPlotTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private SKBitmap Draw(int count, params (string Layer, double Norm)[] layers)
    {
        var path = folder["gradients.png"];
        GradientPlot.Save(path, [.. Enumerable.Range(1, count).Select(i => new GradientPoint(i * 50L, layers.ToDictionary(layer => layer.Layer, layer => layer.Norm)))]);
        return ImageFileTests.Decode(path);
    }

    /// <summary>The rows of a plot in which a line runs: coloured pixels left of the legend.</summary>
    private static List<int> Lines(SKBitmap plot)
    {
        bool IsLine(int y) => Enumerable.Range(300, 300).Count(x => plot.GetPixel(x, y) is var pixel
            && Math.Max(pixel.Red, Math.Max(pixel.Green, pixel.Blue)) - Math.Min(pixel.Red, Math.Min(pixel.Green, pixel.Blue)) > 80) > 250;
        var rows = Enumerable.Range(0, plot.Height).Where(IsLine).ToList();
        return [.. rows.Where(row => !rows.Contains(row - 1))];
    }

    [Theory]
    [InlineData(2)]
    [InlineData(300)]
    [InlineData(5000)]
    public void Norms_of_equal_ratios_lie_at_equal_distances(int count)
    {
        using var plot = Draw(count, ("layer0", 10), ("layer1", 0.1), ("layer2", 0.001));

        Assert.Equal((1000, 500), (plot.Width, plot.Height));
        var lines = Lines(plot);
        Assert.Equal(3, lines.Count);
        Assert.InRange(lines[1] - lines[0] - (lines[2] - lines[1]), -2, 2);
    }

    [Fact]
    public void A_layer_without_gradient_is_left_out()
    {
        using var plot = Draw(10, ("layer0", 1), ("layer1", 0), ("layer2", 0.1));

        Assert.Equal(2, Lines(plot).Count);
    }

    [Fact]
    public void A_deep_network_has_a_plot_too()
    {
        using var plot = Draw(3, [.. Enumerable.Range(0, 60).Select(i => ($"layer{i}", Math.Pow(10, -i / 10.0)))]);

        Assert.Equal(1000, plot.Width);
    }

    [Fact]
    public void A_run_whose_gradients_are_all_nothing_has_a_plot_with_empty_axes()
    {
        using var plot = Draw(3, ("layer0", 0));

        Assert.Empty(Lines(plot));
    }
}
