using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>A training, as a column of a sheet.</summary>
/// <param name="Title">What it is.</param>
/// <param name="Course">Step, D(x), D(G(z)) and the norm of G's gradient; what is not finite is left out.</param>
/// <param name="Images">What G draws in the end, [count, H, W, C]; empty of points.</param>
/// <param name="Points">The same of points, x0, y0, x1, y1, ...</param>
/// <param name="Words">What the watchdog said.</param>
internal sealed record MatchColumn(
    string Title, IReadOnlyList<(long Step, double Real, double Fake, double GradientNorm)> Course, byte[] Images, float[] Points, string Words);

/// <summary>Trainings side by side: what D believes, how large G's gradient is, and what G draws in the end.</summary>
internal static class MatchPlot
{
    private const int Column = 420, PlotHeight = 250, Side = 300, Lines = 7;
    private const int Head = PlotSheet.TitleHeight + PlotSheet.CaptionHeight;

    private static readonly Color Real = Color.FromHex("#2563EB"), Fake = Color.FromHex("#EA580C"), Gradient = Color.FromHex("#15803D");

    /// <summary>Writes the sheet as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="reals">Real points, where the data is points.</param>
    /// <param name="columns">At least one.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, ImageShape shape, ReadOnlySpan<float> reals, IReadOnlyList<MatchColumn> columns)
    {
        const int Beliefs = Head + PlotSheet.CaptionHeight, Norms = Beliefs + PlotHeight, Samples = Norms + PlotHeight + 10, Words = Samples + Side + 8;
        using var sheet = new PlotSheet(columns.Count * Column, Words + (Lines * PlotSheet.LineHeight));
        sheet.Title(title, []);
        sheet.Legend([("D(x): reals taken for real", Real), ("D(G(z)): fakes taken for real", Fake), ("norm of G's gradient", Gradient)], PlotSheet.TitleHeight);
        double[] norms = [.. columns.SelectMany(column => column.Course).Select(point => point.GradientNorm).Where(norm => double.IsFinite(norm) && norm > 0).DefaultIfEmpty(1)];
        for (int i = 0; i < columns.Count; i++)
        {
            var column = columns[i];
            int left = i * Column;
            sheet.Caption(column.Title, left, Head);
            using (var beliefs = Prepare("what D believes"))
            {
                Line(beliefs, column, point => point.Real, Real);
                Line(beliefs, column, point => point.Fake, Fake);
                beliefs.Axes.SetLimitsY(-0.03, 1.03);
                sheet.Draw(beliefs, left, Beliefs, Column, PlotHeight);
            }

            using (var gradient = Prepare("norm of G's gradient"))
            {
                Line(gradient, column, point => Math.Log10(point.GradientNorm), Gradient);
                LogAxis.Apply(gradient, norms.Min(), norms.Max());
                gradient.XLabel("updates of G", 13);
                sheet.Draw(gradient, left, Norms, Column, PlotHeight);
            }

            if (column.Images.Length > 0)
            {
                sheet.Images(column.Images, shape, columns: 3, left + ((Column - Side) / 2), Samples, Side);
            }
            else
            {
                using var points = ModeStrip.Cell(reals, column.Points, "in the end");
                sheet.Draw(points, left + ((Column - Side) / 2), Samples, Side, Side);
            }

            sheet.Text(column.Words, left, Words, Column);
        }

        sheet.Save(path);
    }

    private static void Line(Plot plot, MatchColumn column, Func<(long Step, double Real, double Fake, double GradientNorm), double> value, Color colour)
    {
        var known = column.Course.Select(point => new Coordinates(point.Step, value(point))).Where(point => double.IsFinite(point.Y)).ToArray();
        if (known.Length > 0)
        {
            var line = plot.Add.ScatterLine(known, colour);
            line.LineWidth = 3;
        }
    }

    private static Plot Prepare(string title)
    {
        var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title(title, 15);
        return plot;
    }
}
