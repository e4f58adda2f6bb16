using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class PlotTests : IDisposable
{
    private static readonly SKColor Discriminator = new(0x25, 0x63, 0xEB);
    private static readonly SKColor Generator = new(0xEA, 0x58, 0x0C);
    private static readonly SKColor Divergence = new(0x15, 0x80, 0x3D);

    private readonly string folder = Directory.CreateTempSubdirectory("plots-").FullName;

    private string Target => Path.Combine(folder, "plot.png");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(300)]
    [InlineData(100_000)]
    public void Losses_show_in_the_upper_panel_and_beliefs_in_the_lower_one_however_many_reports_there_are(int count)
    {
        LossPlot.Save(Target, Points(count));

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal((1000, 700), (plot.Width, plot.Height));
        // Left of the legends.
        var upper = new SKRectI(70, 40, 830, 320);
        var lower = new SKRectI(70, 395, 830, 650);
        Assert.True(Count(plot, upper, Discriminator) > 0);
        Assert.True(Count(plot, upper, Generator) > 0);
        Assert.True(Count(plot, lower, Discriminator) > 0);
        Assert.True(Count(plot, lower, Generator) > 0);
        Assert.Equal(0, Count(plot, lower, Divergence));
    }

    [Fact]
    public void The_divergence_that_D_estimates_has_a_panel_of_its_own()
    {
        LossPlot.Save(Target, Points(300), "Wasserstein");

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal((1000, 1050), (plot.Width, plot.Height));
        Assert.True(Count(plot, new SKRectI(70, 740, 830, 1000), Divergence) > 0);
        Assert.Equal(0, Count(plot, new SKRectI(70, 40, 830, 680), Divergence));
    }

    [Fact]
    public void A_run_without_reports_has_a_plot_with_empty_axes()
    {
        LossPlot.Save(Target, []);

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal(0, Count(plot, new SKRectI(0, 0, 1000, 700), Discriminator));
    }

    [Fact]
    public void Text_shows_without_any_font_on_the_machine()
    {
        LossPlot.Save(Target, Points(3));

        using var plot = ImageFileTests.Decode(Target);
        Assert.True(Dark(plot, new SKRectI(300, 0, 600, 30)) > 50, "the title is missing");
        Assert.True(Dark(plot, new SKRectI(0, 100, 20, 250)) > 20, "the label of the upright axis is missing");
        Assert.True(Dark(plot, new SKRectI(70, 672, 830, 700)) > 20, "the label of the level axis is missing");
        Assert.True(Dark(plot, new SKRectI(884, 46, 902, 84)) > 10, "the legend's text is missing");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Values_that_are_not_finite_are_left_out_and_the_others_shown(double value)
    {
        LossPlot.Save(Target, [new(1, value, 1, value, 0.5, value), new(2, value, 2, value, 0.4, value)]);

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal(0, Count(plot, new SKRectI(0, 0, 1000, 700), Discriminator));
        Assert.True(Count(plot, new SKRectI(70, 40, 830, 320), Generator) > 0);
    }

    [Theory]
    [InlineData(1e30)]
    [InlineData(-1e300)]
    [InlineData(double.MaxValue)]
    public void A_run_that_exploded_still_has_a_plot(double value)
    {
        LossPlot.Save(Target, [.. Points(1000), new(1000, value, value, value, value, value), new(1001, value, value, value, value, value)]);

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal(1000, plot.Width);
    }

    [Fact]
    public void A_long_run_keeps_its_extremes_when_it_is_cut_into_stretches()
    {
        var points = Points(100_000);
        points[54_321] = points[54_321] with { GeneratorLoss = 99 };

        var stretches = Stretch.Cut(points, point => point.GeneratorLoss, 400);

        Assert.InRange(stretches.Count, 200, 400);
        Assert.Equal(99, stretches.Max(stretch => stretch.Greatest));
        Assert.All(stretches, stretch => Assert.InRange(stretch.Mean, stretch.Least, stretch.Greatest));
    }

    [Fact]
    public void Real_and_made_points_show_in_two_colours_over_equal_axes()
    {
        // Four times as wide as high: over equal axes the made points stay within the middle quarter.
        var reals = new float[] { -4, 0, 4, 0 };
        var fakes = new float[] { -4, 1, 4, -1, float.NaN, 0, 0, float.PositiveInfinity };

        ScatterPlot.Save(Target, reals, fakes);

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal((800, 800), (plot.Width, plot.Height));
        bool IsReal(SKColor colour) => colour.Blue > colour.Red + 60;
        bool IsMade(SKColor colour) => colour.Red > colour.Blue + 60;
        var inside = new SKRectI(60, 150, 780, 740);
        Assert.True(Count(plot, inside, IsReal) > 0);
        var made = Count(plot, inside, IsMade);
        Assert.True(made > 0);
        Assert.Equal(made, Count(plot, new SKRectI(60, 280, 780, 520), IsMade));
    }

    [Fact]
    public void No_points_at_all_have_a_plot()
    {
        ScatterPlot.Save(Target, [], []);

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal(800, plot.Width);
    }

    [Fact]
    public void Half_a_point_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => ScatterPlot.Save(Target, [1, 2, 3], []));
        Assert.Empty(Directory.GetFiles(folder));
    }

    private static LossPoint[] Points(int count) => [.. Enumerable.Range(0, count).Select(i =>
        new LossPoint(i, 1 + Math.Sin(i), 3 + Math.Cos(i), 0.8, 0.2, 0.5))];

    private static int Count(SKBitmap plot, SKRectI area, SKColor colour) => Count(plot, area, pixel => pixel == colour);

    private static int Dark(SKBitmap plot, SKRectI area) => Count(plot, area, pixel => pixel.Red + pixel.Green + pixel.Blue < 300);

    private static int Count(SKBitmap plot, SKRectI area, Func<SKColor, bool> wanted)
    {
        var count = 0;
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var x = area.Left; x < area.Right; x++)
            {
                count += wanted(plot.GetPixel(x, y)) ? 1 : 0;
            }
        }

        return count;
    }
}
