using IlgpuGan.Imaging;
using IlgpuGan.Runs;
using IlgpuGan.Theory;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class LayerPlotTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0.001)]
    [InlineData(0)]
    public void A_gradient_of_0_lies_below_the_others_and_leaves_them_apart(double last)
    {
        string path = folder["layers.png"];
        LayerPlot.Save(path, "Gradients", "norm", ["a", "b", "c"], [new LayerLine("one", [1, 0.01, last])]);

        using var plot = ImageFileTests.Decode(path);
        // Where the line's markers are, by thirds of what the three layers take.
        double[] heights = [.. Enumerable.Range(0, 3).Select(layer => Height(plot, 100 + layer * 265, 365 + layer * 265))];
        Assert.True(heights[1] > heights[0] + 80, string.Join(", ", heights));
        Assert.True(heights[2] > heights[1] + 60, string.Join(", ", heights));
    }

    [Fact]
    public void Nothing_but_zeros_has_a_plot()
    {
        LayerPlot.Save(folder["layers.png"], "Gradients", "norm", ["a"], [new LayerLine("one", [0])]);

        using var plot = ImageFileTests.Decode(folder["layers.png"]);
        Assert.Equal(900, plot.Width);
    }

    /// <summary>Names that do not fit beside each other are turned, and the picture grows by what they take.</summary>
    [Theory]
    [InlineData(5, 900, 0)]
    [InlineData(27, 900, 40)]
    [InlineData(120, 120 * 16, 40)]
    public void However_many_layers_there_are_their_names_stand_apart(int count, int leastWidth, int leastMore)
    {
        string[] layers = [.. Enumerable.Range(0, count).Select(layer => $"layer{layer}")];
        LayerPlot.Save(folder["layers.png"], "Gradients", "norm", layers, [new LayerLine("one", [.. layers.Select(_ => 1.0)])]);

        using var plot = ImageFileTests.Decode(folder["layers.png"]);
        Assert.True(plot.Width >= leastWidth, $"{plot.Width}");
        Assert.InRange(plot.Height - 560, leastMore, leastMore == 0 ? 0 : 100);
    }

    [Fact]
    public void A_layer_without_any_gradient_has_a_norm_of_0_and_one_that_had_some_the_mean_of_those()
    {
        TrainingReport Report(double a, double b) => new TrainingReport(1, 1, 1, 1, 1, 1, 1, 1).With(new Checkup
        {
            DiscriminatorGradientNorms = new Dictionary<string, double> { ["a"] = a, ["b"] = b }, PixelSpread = 1, FeatureSpread = 1,
        });
        var norms = GradientStudy.Norms(new Course([Report(5, 5), Report(5, 5), Report(0, 0.5), Report(0, 0), Report(0, 2)], []));

        Assert.Equal([("a", 0.0), ("b", 1.0)], [.. norms.Select(norm => (norm.Layer, Math.Round(norm.Norm, 9)))]);
    }

    /// <summary>Mean row of the line's colour between two columns.</summary>
    private static double Height(SKBitmap plot, int from, int to)
    {
        var rows = new List<int>();
        for (int x = from; x < Math.Min(to, plot.Width); x++)
        {
            for (int y = 110; y < plot.Height; y++)
            {
                if (plot.GetPixel(x, y) is { Red: > 200, Blue: < 80 })
                {
                    rows.Add(y);
                }
            }
        }

        return rows.Average();
    }
}
