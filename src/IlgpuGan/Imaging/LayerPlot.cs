using ScottPlot;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>A line over the layers of a network.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">A value for each layer, 0 or above; what is not finite is left out.</param>
internal sealed record LayerLine(string Name, IReadOnlyList<double> Values);

/// <summary>A quantity of each layer of a network on a logarithmic axis, a line for each of some trainings.</summary>
internal static class LayerPlot
{
    private const int Width = 900, Height = 560, Margins = 120;
    private const float NameSize = 14, Gap = 10;

    private static readonly Color[] Colours = [Color.FromHex("#EA580C"), Color.FromHex("#2563EB"), Color.FromHex("#15803D")];

    /// <summary>Writes the plot as a PNG file of 900 x 560 pixels, or more where names of layers need them, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="quantity">What the values are.</param>
    /// <param name="layers">Names of the layers, in order.</param>
    /// <param name="lines">At least one.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, string quantity, IReadOnlyList<string> layers, IReadOnlyList<LayerLine> lines)
    {
        using var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title(title, 20);
        plot.YLabel(quantity, 16);
        plot.XLabel("layer of D, from the image on", 16);
        double[] positive = [.. lines.SelectMany(line => line.Values).Where(value => value > 0 && double.IsFinite(value)).DefaultIfEmpty(1)];
        double zero = LogAxis.Apply(plot, positive.Min(), positive.Max(), lines.Any(line => line.Values.Contains(0)));
        for (int i = 0; i < lines.Count; i++)
        {
            var points = lines[i].Values.Select((value, layer) => new Coordinates(layer + 1, value == 0 ? zero : Math.Log10(value))).Where(point => double.IsFinite(point.Y)).ToArray();
            var line = plot.Add.Scatter(points, Colours[i % Colours.Length]);
            (line.LineWidth, line.MarkerSize, line.LegendText) = (3, 11, lines[i].Name);
        }

        var names = new ScottPlot.TickGenerators.NumericManual();
        for (int i = 0; i < layers.Count; i++)
        {
            names.AddMajor(i + 1, layers[i]);
        }

        plot.Axes.Bottom.TickGenerator = names;
        plot.Axes.SetLimitsX(0.7, layers.Count + 0.3);
        plot.Axes.Left.TickLabelStyle.FontSize = plot.Axes.Bottom.TickLabelStyle.FontSize = NameSize;
        // Names that would stand on each other side by side are turned, and have as much room as they are high.
        var (longest, height) = Measure(layers);
        int width = Width, turned = 0;
        if (layers.Count * (longest + Gap) > Width - Margins)
        {
            (plot.Axes.Bottom.TickLabelStyle.Rotation, plot.Axes.Bottom.TickLabelStyle.Alignment) = (-90, Alignment.MiddleRight);
            (width, turned) = (Math.Max(Width, Margins + (int)Math.Ceiling(layers.Count * (height + 2))), (int)Math.Ceiling(longest));
            plot.Axes.Bottom.MinimumSize = turned + 60;
        }

        plot.ShowLegend(Edge.Top);
        plot.Legend.FontSize = 15;
        using var image = plot.GetImage(width, Height + turned);
        var png = image.GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static (float Longest, float Height) Measure(IReadOnlyList<string> names)
    {
        using var typeface = PlotFont.Open();
        using var font = new SKFont(typeface, NameSize);
        return (names.Select(name => font.MeasureText(name)).DefaultIfEmpty(0).Max(), font.Spacing);
    }
}
