using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>Shows how far points that a network made lie from real ones, for points of the plane.</summary>
internal static class ScatterPlot
{
    private const int Side = 800;
    private const int MaximumPoints = 5000;

    /// <summary>
    /// Writes real and made points in two colours over equal axes as a PNG file of 800 x 800 pixels, whole or not at all.
    /// </summary>
    /// <remarks>Draws every n-th point where there are more than 5000; leaves out points that are not finite.</remarks>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="reals">Real points x0, y0, x1, y1, ...</param>
    /// <param name="fakes">Made points x0, y0, x1, y1, ...</param>
    /// <exception cref="ArgumentException">A list has an odd length.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, ReadOnlySpan<float> reals, ReadOnlySpan<float> fakes)
    {
        var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title("Real and generated points");
        plot.XLabel("x");
        plot.YLabel("y");
        Add(plot, Finite(reals, nameof(reals)), "real", Color.FromHex("#2563EB"));
        Add(plot, Finite(fakes, nameof(fakes)), "generated", Color.FromHex("#EA580C"));
        plot.Axes.SquareUnits();
        plot.ShowLegend(Alignment.UpperRight);

        using var image = plot.GetImage(Side, Side);
        var png = image.GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void Add(Plot plot, Coordinates[] points, string name, Color colour)
    {
        if (points.Length > 0)
        {
            var markers = plot.Add.Markers(points, MarkerShape.FilledCircle, 5, colour.WithAlpha(0.5));
            markers.LegendText = name;
        }
    }

    private static Coordinates[] Finite(ReadOnlySpan<float> values, string name)
    {
        if (values.Length % 2 != 0)
        {
            throw new ArgumentException($"Points of the plane need an even number of values, not {values.Length}.", name);
        }

        var stride = Math.Max(1, ((values.Length / 2) + MaximumPoints - 1) / MaximumPoints);
        var points = new List<Coordinates>();
        for (var i = 0; i < values.Length; i += 2 * stride)
        {
            if (float.IsFinite(values[i]) && float.IsFinite(values[i + 1]))
            {
                points.Add(new Coordinates(values[i], values[i + 1]));
            }
        }

        return [.. points];
    }
}
