using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>One panel: a trajectory in the plane of theta (level) and psi (upright) over the field that drives it.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Verdict">What comes of it, in a few words.</param>
/// <param name="IsGood">Whether that is convergence.</param>
/// <param name="Path">The trajectory from its start.</param>
/// <param name="Field">Points and the directions of descent there.</param>
internal sealed record DiracPanel(
    string Title,
    string Verdict,
    bool IsGood,
    IReadOnlyList<(double Theta, double Psi)> Path,
    IReadOnlyList<(double Theta, double Psi, double DTheta, double DPsi)> Field);

/// <summary>Trajectories of Dirac-GANs: a row for each loss, a column for each penalty.</summary>
internal static class DiracPlot
{
    // Beyond so many columns panels shrink to where the whole still fits a screen's width.
    private const int LargeColumns = 5;
    private const int LargePanel = 330;
    private const int SmallPanel = 220;
    private const int FooterHeight = 8;

    private static readonly Color Arrow = Color.FromHex("#9CA3AF");
    private static readonly Color Good = Color.FromHex("#15803D");
    private static readonly Color Bad = Color.FromHex("#B91C1C");
    private static readonly Color Line = Color.FromHex("#2563EB");
    private static readonly Color First = Color.FromHex("#EA580C");

    /// <summary>Writes the panels as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="columns">Panels in a row.</param>
    /// <param name="extent">Half the side of the square that each panel shows, around (0, 0).</param>
    /// <param name="panels">The panels, row by row.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, int columns, double extent, IReadOnlyList<DiracPanel> panels)
    {
        ArgumentNullException.ThrowIfNull(panels);
        int side = columns <= LargeColumns ? LargePanel : SmallPanel;
        int rows = (panels.Count + columns - 1) / columns;
        using var sheet = new PlotSheet(Math.Max(columns * side, 820), PlotSheet.TitleHeight + (rows * side) + FooterHeight);
        sheet.Title(title, [("start", First), ("trajectory", Line), ("equilibrium", Colors.Black)]);
        for (int i = 0; i < panels.Count; i++)
        {
            using var plot = Panel(panels[i], extent, isLabelled: side == LargePanel);
            sheet.Draw(plot, i % columns * side, PlotSheet.TitleHeight + (i / columns * side), side, side);
        }

        sheet.Save(path);
    }

    private static Plot Panel(DiracPanel panel, double extent, bool isLabelled)
    {
        var plot = new Plot();
        PlotFont.Apply(plot);
        float size = isLabelled ? 14 : 11;
        plot.Title($"{panel.Title}\n{panel.Verdict}", size);
        plot.Axes.Title.Label.ForeColor = panel.IsGood ? Good : Bad;
        plot.Layout.Fixed(new PixelPadding(left: isLabelled ? 62 : 12, right: 12, bottom: isLabelled ? 50 : 12, top: (size * 3) + 12));
        if (isLabelled)
        {
            plot.XLabel("theta, where G puts its mass", 12);
            plot.YLabel("psi, slope of D", 12);
        }
        else
        {
            plot.Axes.Left.TickLabelStyle.IsVisible = false;
            plot.Axes.Bottom.TickLabelStyle.IsVisible = false;
        }

        AddField(plot, panel, extent);
        var seen = panel.Path.TakeWhile(point => Math.Abs(point.Theta) < 4 * extent && Math.Abs(point.Psi) < 4 * extent)
            .Select(point => new Coordinates(point.Theta, point.Psi)).ToArray();
        var line = plot.Add.ScatterLine(seen, Line);
        line.LineWidth = 1.5f;
        plot.Add.Marker(0, 0, MarkerShape.FilledCircle, 8, Colors.Black);
        if (seen.Length > 0)
        {
            plot.Add.Marker(seen[0], MarkerShape.FilledCircle, 9, First);
        }

        var ticks = new ScottPlot.TickGenerators.NumericFixedInterval(1);
        (plot.Axes.Left.TickGenerator, plot.Axes.Bottom.TickGenerator) = (ticks, ticks);
        plot.Axes.SetLimits(-extent, extent, -extent, extent);
        return plot;
    }

    // Of equal length up to a point: the directions are the message, and near the equilibrium arrows would vanish.
    private static void AddField(Plot plot, DiracPanel panel, double extent)
    {
        double reach = extent / 8;
        foreach (var (theta, psi, dTheta, dPsi) in panel.Field)
        {
            double length = Math.Sqrt((dTheta * dTheta) + (dPsi * dPsi));
            if (!double.IsFinite(length) || length == 0)
            {
                continue;
            }

            double scale = reach / length;
            var arrow = plot.Add.Arrow(theta, psi, theta + (dTheta * scale), psi + (dPsi * scale));
            arrow.ArrowFillColor = Arrow;
            arrow.ArrowLineWidth = 0;
            arrow.ArrowWidth = 1;
            arrow.ArrowheadWidth = 4;
            arrow.ArrowheadLength = 5;
            arrow.ArrowheadAxisLength = 5;
        }
    }
}
