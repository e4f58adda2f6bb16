using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>One panel: a divergence over the distance of two distributions.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Exact">The truth at many distances in order; parts that are not finite are left out.</param>
/// <param name="Estimates">What a discriminator found at some.</param>
/// <param name="Ceiling">A value that the divergence never exceeds, drawn as a line with its name; null for none.</param>
internal sealed record DivergencePanel(
    string Title, IReadOnlyList<(double X, double Y)> Exact, IReadOnlyList<(double X, double Y)> Estimates, (double Value, string Name)? Ceiling);

/// <summary>What discriminators estimate, against the truth.</summary>
internal static class DivergencePlot
{
    private const int PanelWidth = 560;
    private const int PanelHeight = 420;
    private const int MostColumns = 3;
    private const int Head = PlotSheet.TitleHeight + PlotSheet.CaptionHeight + 8;

    private static readonly Color Truth = Color.FromHex("#2563EB");
    private static readonly Color Estimate = Color.FromHex("#EA580C");
    private static readonly Color Grey = Color.FromHex("#6B7280");

    /// <summary>Writes the panels as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What the distributions are.</param>
    /// <param name="axis">What their distance is.</param>
    /// <param name="panels">The panels.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, string axis, IReadOnlyList<DivergencePanel> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        int columns = panels.Count == 4 ? 2 : Math.Clamp(panels.Count, 1, MostColumns);
        int rows = (panels.Count + columns - 1) / columns;
        using var sheet = new PlotSheet(Math.Max(columns, 2) * PanelWidth, Head + (rows * PanelHeight));
        sheet.Title(title, []);
        sheet.Legend([("truth", Truth), ("estimate of a discriminator, on fresh points", Estimate)], PlotSheet.TitleHeight);
        for (int i = 0; i < panels.Count; i++)
        {
            using var plot = Panel(panels[i], axis);
            sheet.Draw(plot, i % columns * PanelWidth, Head + (i / columns * PanelHeight), PanelWidth, PanelHeight);
        }

        sheet.Save(path);
    }

    private static Plot Panel(DivergencePanel panel, string axis)
    {
        var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title(panel.Title, 18);
        plot.XLabel(axis, 15);
        plot.YLabel("divergence", 15);
        var line = plot.Add.ScatterLine(Finite(panel.Exact), Truth);
        line.LineWidth = 2;
        var estimates = Finite(panel.Estimates);
        plot.Add.Markers(estimates, MarkerShape.FilledCircle, 10, Estimate);
        double top = Finite(panel.Exact).Concat(estimates).Select(point => point.Y).Append(panel.Ceiling?.Value ?? 0).DefaultIfEmpty(1).Max();
        double bottom = Math.Min(0, Finite(panel.Exact).Concat(estimates).Select(point => point.Y).DefaultIfEmpty(0).Min());
        double right = panel.Exact.Select(point => point.X).DefaultIfEmpty(1).Max(), left = panel.Exact.Select(point => point.X).DefaultIfEmpty(0).Min();
        double margin = Math.Max(top - bottom, 1e-3) * 0.08;
        if (panel.Ceiling is { } ceiling)
        {
            var limit = plot.Add.HorizontalLine(ceiling.Value, 1.5f, Grey, LinePattern.Dashed);
            limit.EnableAutoscale = false;
            var name = plot.Add.Text(ceiling.Name, right, ceiling.Value);
            name.LabelFontSize = 14;
            name.LabelFontColor = Grey;
            name.LabelAlignment = Alignment.LowerRight;
            name.LabelFontName = plot.Axes.Title.Label.FontName;
        }

        double side = Math.Max(right - left, 1e-3) * 0.04;
        plot.Axes.SetLimits(left - side, right + side, bottom - margin, top + (1.5 * margin));
        return plot;
    }

    private static Coordinates[] Finite(IReadOnlyList<(double X, double Y)> points) =>
        [.. points.Where(point => double.IsFinite(point.Y)).Select(point => new Coordinates(point.X, point.Y))];
}
