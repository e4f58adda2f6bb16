using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>Gradient norms at one step.</summary>
/// <param name="Step">Generator updates made so far.</param>
/// <param name="Norms">The Euclidean norm of each layer's gradient, from the image on.</param>
internal readonly record struct GradientPoint(long Step, IReadOnlyDictionary<string, double> Norms);

/// <summary>
/// Gradient norms of D's layers over the steps, on a logarithmic axis: where they part by orders of magnitude the gradients explode or vanish on
/// their way through D, which is what weight clipping does and a gradient penalty does not (Gulrajani et al. 2017, figure 1).
/// </summary>
internal static class GradientPlot
{
    private const int Width = 1000;
    private const int Height = 500;
    private const int LegendWidth = 150;
    private const int MaximumStretches = 400;
    private const int MaximumMarkedPoints = 40;

    // More names than fit beside the plot; between the first and the last, colours tell where a layer is.
    private const int MostNames = 16;

    // What has no gradient at all lies below any axis.
    private const double Least = 1e-12;

    /// <summary>Writes the plot as a PNG file of 1000 x 500 pixels, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="points">In the order of their steps, at least one.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<GradientPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        using var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title("Gradient norms of D's layers");
        plot.XLabel("step");
        plot.YLabel("norm");
        var layers = points.SelectMany(point => point.Norms.Keys).Distinct().ToArray();
        var colours = new ScottPlot.Colormaps.Turbo().GetColors(Math.Max(2, layers.Length), 0.08, 0.92);
        for (var i = 0; i < layers.Length; i++)
        {
            Add(plot, points, layers[i], colours[i], isNamed: layers.Length <= MostNames || i % ((layers.Length + MostNames - 1) / MostNames) == 0);
        }

        var legend = plot.ShowLegend(Edge.Right);
        legend.MinimumSize = LegendWidth;
        legend.MaximumSize = LegendWidth;
        legend.Alignment = Alignment.UpperLeft;
        plot.Axes.AutoScale();
        var limits = plot.Axes.GetLimits();
        LogAxis.Apply(plot, Math.Pow(10, limits.Bottom), Math.Pow(10, limits.Top));
        using var image = plot.GetImage(Width, Height);
        var png = image.GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void Add(Plot plot, IReadOnlyList<GradientPoint> points, string layer, Color colour, bool isNamed)
    {
        var known = points.Where(point => point.Norms.GetValueOrDefault(layer) > Least).ToArray();
        var length = Math.Max(1, (known.Length + MaximumStretches - 1) / MaximumStretches);
        // The mean of logarithms: an order of magnitude up and one down cancel.
        var stretches = known.Chunk(length)
            .Select(chunk => new Coordinates(chunk.Average(point => point.Step), chunk.Average(point => Math.Log10(point.Norms[layer])))).ToArray();
        if (stretches.Length == 0)
        {
            return;
        }

        var line = plot.Add.Scatter(stretches, colour);
        line.LegendText = isNamed ? layer : "";
        line.LineWidth = 2;
        line.MarkerSize = stretches.Length <= MaximumMarkedPoints ? 5 : 0;
    }
}
