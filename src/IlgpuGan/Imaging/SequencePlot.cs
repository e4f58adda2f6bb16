using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>A training of a generator of sentences.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Course">Step, share of valid sentences and norm of G's gradient (not finite where there is none).</param>
/// <param name="Samples">Some sentences, and whether each is valid.</param>
internal sealed record SequenceLine(string Name, IReadOnlyList<(long Step, double Valid, double GradientNorm)> Course, IReadOnlyList<(string Text, bool IsValid)> Samples);

/// <summary>Generators of sentences side by side: the share of valid ones over the steps, the norm of G's gradient, and some sentences of each.</summary>
internal static class SequencePlot
{
    private const int Panel = 520, PanelHeight = 400, Head = PlotSheet.TitleHeight + PlotSheet.CaptionHeight;

    private static readonly Color[] Colours = [Color.FromHex("#EA580C"), Color.FromHex("#2563EB"), Color.FromHex("#15803D")];

    /// <summary>Writes the sheet as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="title">What is shown.</param>
    /// <param name="lines">At least one.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, string title, IReadOnlyList<SequenceLine> lines)
    {
        int rows = lines.Max(line => line.Samples.Count) + 1;
        using var sheet = new PlotSheet(2 * Panel, Head + PanelHeight + (rows * PlotSheet.CaptionHeight) + (PlotSheet.CaptionHeight / 2));
        sheet.Title(title, []);
        sheet.Legend([.. lines.Select((line, i) => (line.Name, Colours[i % Colours.Length]))], PlotSheet.TitleHeight);
        using (var valid = Shares(lines))
        using (var norms = Norms(lines))
        {
            sheet.Draw(valid, 0, Head, Panel, PanelHeight);
            sheet.Draw(norms, Panel, Head, Panel, PanelHeight);
        }

        int column = 2 * Panel / lines.Count;
        for (int i = 0; i < lines.Count; i++)
        {
            int top = Head + PanelHeight;
            sheet.Legend([($"{lines[i].Name}, in the end", Colours[i % Colours.Length])], top, i * column);
            foreach (var (text, isValid) in lines[i].Samples)
            {
                sheet.Caption($"{(isValid ? "+" : "-")}  {text}", i * column, top += PlotSheet.CaptionHeight);
            }
        }

        sheet.Save(path);
    }

    private static Plot Shares(IReadOnlyList<SequenceLine> lines)
    {
        var plot = Prepare("Share of sequences that are sentences", lines);
        for (int i = 0; i < lines.Count; i++)
        {
            var line = plot.Add.ScatterLine(lines[i].Course.Select(point => new Coordinates(point.Step, point.Valid * 100)).ToArray(), Colours[i % Colours.Length]);
            line.LineWidth = 3;
        }

        plot.YLabel("%", 15);
        plot.Axes.SetLimitsY(-3, 103);
        return plot;
    }

    private static Plot Norms(IReadOnlyList<SequenceLine> lines)
    {
        var plot = Prepare("Norm of G's gradient", lines);
        double[] seen = [.. lines.SelectMany(line => line.Course).Select(point => point.GradientNorm).Where(IsDrawn)];
        double least = seen.DefaultIfEmpty(0.1).Min(), most = seen.DefaultIfEmpty(1).Max();
        LogAxis.Apply(plot, least, most);
        int notes = 0;
        for (int i = 0; i < lines.Count; i++)
        {
            var known = lines[i].Course.Where(point => IsDrawn(point.GradientNorm)).Select(point => new Coordinates(point.Step, Math.Log10(point.GradientNorm))).ToArray();
            if (known.Length > 0)
            {
                var line = plot.Add.ScatterLine(known, Colours[i % Colours.Length]);
                line.LineWidth = 3;
            }
            else
            {
                // Nought has no logarithm, and what is not finite no place: said rather than drawn, one line above the other.
                var limits = plot.Axes.GetLimits();
                double right = lines.SelectMany(line => line.Course).Max(point => point.Step);
                string said = lines[i].Course.Any(point => point.GradientNorm == 0) ? "0 at every step" : "not finite at any step";
                var note = plot.Add.Text($"{lines[i].Name}: {said}", right / 2, limits.Bottom + ((0.06 + (0.08 * notes++)) * (limits.Top - limits.Bottom)));
                (note.LabelFontSize, note.LabelFontColor, note.LabelAlignment) = (15, Colours[i % Colours.Length], Alignment.LowerCenter);
                note.LabelFontName = plot.Axes.Title.Label.FontName;
            }
        }

        return plot;
    }

    private static bool IsDrawn(double norm) => norm > 0 && double.IsFinite(norm);

    private static Plot Prepare(string title, IReadOnlyList<SequenceLine> lines)
    {
        double last = lines.SelectMany(line => line.Course).Max(point => point.Step);
        var plot = new Plot();
        PlotFont.Apply(plot);
        plot.Title(title, 17);
        plot.XLabel("updates of G", 14);
        plot.Axes.SetLimitsX(-0.03 * last, 1.04 * last);
        return plot;
    }
}
