using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class ModePlotTests : IDisposable
{
    private static readonly SKColor First = new(0x25, 0x63, 0xEB), Second = new(0xEA, 0x58, 0x0C);

    // Left of the legend in the upper panel; all of the lower one.
    private static readonly SKRectI Upper = new(82, 40, 700, 400), Lower = new(82, 480, 1380, 860);

    private readonly string folder = Directory.CreateTempSubdirectory("modes-").FullName;

    private string Target => Path.Combine(folder, "modes.png");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Two_runs_stand_side_by_side_in_both_panels()
    {
        ModePlot.Save(Target, [Run("one", 1000, 1000), Run("other", 1000, 500)]);

        using var plot = ImageFileTests.Decode(Target);
        Assert.Equal((1400, 900), (plot.Width, plot.Height));
        foreach (var colour in (SKColor[])[First, Second])
        {
            Assert.True(Count(plot, Upper, colour) > 200, $"{colour} is missing above");
            Assert.True(Count(plot, Lower, colour) > 200, $"{colour} is missing below");
        }
    }

    [Fact]
    public void A_run_of_few_modes_leaves_the_rest_of_its_axis_empty()
    {
        ModePlot.Save(Target, [Run("collapsed", 1000, 100)]);

        using var plot = ImageFileTests.Decode(Target);
        Assert.True(Count(plot, Upper with { Right = 220 }, First) > 100);
        Assert.Equal(0, Count(plot, Upper with { Left = 260 }, First));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(373_248, 3000)]
    [InlineData(1_000_000_000_000, 1)]
    public void Any_number_of_modes_has_a_plot(long possible, int found)
    {
        ModePlot.Save(Target, [Run("run", possible, found)]);

        using var plot = ImageFileTests.Decode(Target);
        Assert.True(Count(plot, Lower, First) > 200);
    }

    private static int Count(SKBitmap plot, SKRectI area, SKColor colour)
    {
        int count = 0;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            for (int x = area.Left; x < area.Right; x++)
            {
                count += plot.GetPixel(x, y) == colour ? 1 : 0;
            }
        }
        return count;
    }

    private static ModeSeries Run(string name, long possible, int found) => new(
        name, possible, [.. Enumerable.Repeat(1.0 / found, found)], Math.Log(possible / (double)found), 2600,
        [
            new("hair", ["red", "green", "blue"], [0.5, 0.25, 0.25], [0.3, 0.3, 0.4]),
            new("eyes", ["open", "closed"], [0.75, 0.25], [0.5, 0.5]),
        ]);
}
