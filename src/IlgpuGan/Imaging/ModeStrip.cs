using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>One training: what its generator drew at some steps.</summary>
/// <param name="Title">What to write beside it.</param>
/// <param name="Moments">Step and points x0, y0, x1, y1, ... of each moment, in order.</param>
internal sealed record ModeRow(string Title, IReadOnlyList<(long Step, float[] Points)> Moments);

/// <summary>The course of some trainings on points of the plane: a row for each training, a column for each moment.</summary>
internal static class ModeStrip
{
    private const int Panel = 260;
    private const int MaximumReals = 1500;
    private const int MaximumFakes = 2500;

    // A little more than the data, so that strays show.
    private const double Extent = 1.35;

    private static readonly Color Real = Color.FromHex("#2563EB");
    private static readonly Color Fake = Color.FromHex("#EA580C");

    /// <summary>Writes the strip as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="reals">Real points x0, y0, x1, y1, ..., about within [-1, 1].</param>
    /// <param name="rows">The trainings; points beyond the frame are left out.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, ReadOnlySpan<float> reals, IReadOnlyList<ModeRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        const int RowHeight = Panel + PlotSheet.CaptionHeight;
        int columns = rows.Select(row => row.Moments.Count).DefaultIfEmpty(1).Max();
        using var sheet = new PlotSheet(Math.Max(columns, 3) * Panel, PlotSheet.TitleHeight + (rows.Count * RowHeight));
        sheet.Title(title, [("real", Real), ("generated", Fake)]);
        for (int y = 0; y < rows.Count; y++)
        {
            int top = PlotSheet.TitleHeight + (y * RowHeight);
            sheet.Caption(rows[y].Title, 0, top);
            for (int x = 0; x < rows[y].Moments.Count; x++)
            {
                var (step, points) = rows[y].Moments[x];
                using var cell = Cell(reals, points, FormattableString.Invariant($"step {step}"));
                sheet.Draw(cell, x * Panel, top + PlotSheet.CaptionHeight, Panel, Panel);
            }
        }

        sheet.Save(path);
    }

    /// <summary>Generated points over real ones, without numbers at the axes.</summary>
    public static Plot Cell(ReadOnlySpan<float> reals, ReadOnlySpan<float> fakes, string title)
    {
        var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title(title, 14);
        plot.Layout.Fixed(new PixelPadding(left: 10, right: 10, bottom: 10, top: 34));
        plot.Axes.Left.TickLabelStyle.IsVisible = false;
        plot.Axes.Bottom.TickLabelStyle.IsVisible = false;
        plot.Add.Markers(PointsOf(reals, MaximumReals), MarkerShape.FilledCircle, 3, Real.WithAlpha(0.5));
        plot.Add.Markers(PointsOf(fakes, MaximumFakes), MarkerShape.FilledCircle, 3, Fake.WithAlpha(0.5));
        plot.Axes.SetLimits(-Extent, Extent, -Extent, Extent);
        return plot;
    }

    private static Coordinates[] PointsOf(ReadOnlySpan<float> values, int most)
    {
        var points = new List<Coordinates>();
        for (int i = 0; i + 1 < values.Length && points.Count < most; i += 2)
        {
            if (Math.Abs(values[i]) < Extent && Math.Abs(values[i + 1]) < Extent)
            {
                points.Add(new Coordinates(values[i], values[i + 1]));
            }
        }

        return [.. points];
    }
}
