using ScottPlot;
using SkiaSharp;

namespace IlgpuGan.Bench.Tests;

public sealed class RooflinePlotTests : IDisposable
{
    private static readonly SKColor Product = new(0x25, 0x63, 0xEB);
    private static readonly SKColor Convolution = new(0xEA, 0x58, 0x0C);
    private static readonly SKColor Elementwise = new(0x15, 0x80, 0x3D);

    private readonly string folder = Directory.CreateTempSubdirectory("roofline-").FullName;

    private string Target => Path.Combine(folder, "roofline.png");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(100, 10)]
    [InlineData(60_000, 4000)]
    [InlineData(0.5, 3)]
    public void Every_kind_of_kernel_shows_in_its_colour_on_any_device(double gflops, double gigabytesPerSecond)
    {
        RooflinePlot.Save(Target, "Roofline", new(gflops, gigabytesPerSecond),
        [
            new(RooflineSeries.MatrixProduct, "512", 80, 0.7 * gflops),
            new(RooflineSeries.Convolution, "D1", 20, 0.4 * gflops),
            new(RooflineSeries.ConvolutionDataGradient, "D1", 20, 0.2 * gflops),
            new(RooflineSeries.Elementwise, "tanh", 0.125, 1e-3 * gflops),
            new(RooflineSeries.Step, "step", 3000, 0.3 * gflops),
        ]);

        using var plot = SKBitmap.Decode(Target);
        Assert.Equal((1400, 900), (plot.Width, plot.Height));
        // Without the legend at the lower right; only the step lies as far to the right.
        foreach (var colour in (SKColor[])[Product, Convolution, Elementwise])
        {
            Assert.True(Count(plot, new SKRectI(96, 61, 1100, 830), colour) > 20, $"{colour} is missing");
        }
    }

    [Fact]
    public void A_device_without_rows_has_its_roofs()
    {
        RooflinePlot.Save(Target, "Roofline", new(100, 10), []);

        using var plot = SKBitmap.Decode(Target);
        Assert.Equal(0, Count(plot, new SKRectI(0, 0, 1400, 900), Product));
    }

    [Fact]
    public void Labels_of_crowded_points_cover_neither_each_other_nor_a_marker()
    {
        const float marker = 10;
        var area = new PixelRect(left: 0, right: 800, bottom: 600, top: 0);
        var random = new Random(1);
        Pixel[] points = [.. Enumerable.Range(0, 25).Select(_ => new Pixel(300 + (200 * random.NextSingle()), 200 + (200 * random.NextSingle())))];
        var layout = new LabelLayout(area);
        foreach (var point in points)
        {
            layout.Avoid(point, marker);
        }

        PixelRect[] boxes = [.. points.Select(point => layout.Find([point], new PixelSize(50, 18), marker).Box)];

        for (int i = 0; i < boxes.Length; i++)
        {
            Assert.InRange(boxes[i].Left, area.Left, area.Right - boxes[i].Width + 0.01f);
            Assert.All(boxes[..i], other => Assert.False(Meet(boxes[i], other)));
            Assert.All(points, point => Assert.False(Meet(boxes[i], new PixelRect(point.X - 5, point.X + 5, point.Y + 5, point.Y - 5))));
        }
    }

    private static bool Meet(PixelRect a, PixelRect b) =>
        Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left) > 0.01f && Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top) > 0.01f;

    private static int Count(SKBitmap picture, SKRectI area, SKColor colour)
    {
        int count = 0;
        for (int y = area.Top; y < area.Bottom; y++)
        {
            for (int x = area.Left; x < area.Right; x++)
            {
                count += picture.GetPixel(x, y) == colour ? 1 : 0;
            }
        }
        return count;
    }
}
