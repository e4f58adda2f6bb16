using System.Globalization;
using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>How often generated images show each value of one attribute.</summary>
/// <param name="Name">The attribute.</param>
/// <param name="Values">Names of its values.</param>
/// <param name="Shares">Share of the generated images of each value.</param>
/// <param name="DataShares">Share of the real images of each value.</param>
internal sealed record ValueShares(string Name, IReadOnlyList<string> Values, IReadOnlyList<double> Shares, IReadOnlyList<double> DataShares);

/// <summary>The modes of one run.</summary>
/// <param name="Name">The run.</param>
/// <param name="Possible">Modes that there could be.</param>
/// <param name="Shares">Shares of the modes that were found, largest first.</param>
/// <param name="Divergence">KL to uniform, nats.</param>
/// <param name="Samples">Images that were looked at.</param>
/// <param name="Attributes">Its attributes one by one.</param>
internal sealed record ModeSeries(
    string Name, long Possible, IReadOnlyList<double> Shares, double Divergence, int Samples, IReadOnlyList<ValueShares> Attributes);

/// <summary>Modes of runs side by side: above, how often each mode occurs, most frequent first; below, each value of each attribute.</summary>
internal static class ModePlot
{
    private const int Width = 1400, Height = 900;
    private const float TitleSize = 20, AxisSize = 16, TickSize = 13, LegendSize = 15;

    // More bars would be narrower than the names below them.
    private const int MostValues = 48;

    // A mode that occurs less often is as good as lost.
    private const double LeastTimes = 0.02;

    // Of more modes than this only those that were found are shown, and some room beside them.
    private const long MostModes = 2000;

    private static readonly Color Ink = Color.FromHex("#1F2937");

    private static readonly Color[] Colours =
        [.. new[] { "#2563EB", "#EA580C", "#15803D", "#9333EA", "#DB2777", "#0891B2", "#A16207", "#4B5563" }.Select(hex => Color.FromHex(hex))];

    /// <summary>Writes the plot as a PNG file of 1400 x 900 pixels, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<ModeSeries> runs)
    {
        var panels = new Multiplot();
        panels.AddPlots(2);
        AddModes(panels.GetPlot(0), runs);
        AddValues(panels.GetPlot(1), runs);
        using var image = panels.Render(Width, Height);
        var png = image.GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void AddModes(Plot plot, IReadOnlyList<ModeSeries> runs)
    {
        Prepare(plot, "How often each mode occurs, most frequent first", "times as often as if even");
        plot.XLabel("modes", AxisSize);
        long possible = runs.Max(run => run.Possible);
        double right = possible <= MostModes ? possible : Math.Min(possible, runs.Max(run => run.Shares.Count) * 1.25 + 10);
        double top = Math.Max(10, 2 * runs.Max(run => run.Shares[0] * run.Possible));
        var even = plot.Add.Line(0, 0, right, 0);
        (even.Color, even.LineWidth, even.LinePattern, even.MarkerSize) = (Ink.WithAlpha(0.6), 2, LinePattern.Dashed, 0);
        even.LegendText = "uniform: every mode equally often";
        AddChance(plot, runs.MaxBy(run => run.Samples)!);
        for (int i = 0; i < runs.Count; i++)
        {
            var run = runs[i];
            var (xs, ys) = Staircase(run);
            var line = plot.Add.Scatter(xs, ys, ColourOf(i));
            (line.LineWidth, line.MarkerSize) = (3, 0);
            line.LegendText = string.Create(CultureInfo.InvariantCulture,
                $"{run.Name}: {run.Shares.Count} of {run.Possible} modes, KL {run.Divergence:F2} nats ({run.Samples} images)");
        }

        plot.Axes.SetLimits(0, right, Math.Log10(LeastTimes), Math.Log10(top));
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { IntegerTicksOnly = true };
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        foreach (double times in (double[])[0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000])
        {
            ticks.AddMajor(Math.Log10(times), times.ToString(CultureInfo.InvariantCulture));
        }

        plot.Axes.Left.TickGenerator = ticks;
        plot.Legend.FontSize = LegendSize;
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.OutlineColor = Ink.WithAlpha(0.2);
        plot.ShowLegend(Alignment.UpperRight);
    }

    /// <summary>Frequencies of as many draws from even modes: even a perfect generator's are not level.</summary>
    private static void AddChance(Plot plot, ModeSeries run)
    {
        if (run.Possible > MostModes)
        {
            return;
        }

        // Any seed shows the same line: it is sorted.
        var random = new Random(1);
        var counts = new double[run.Possible];
        for (int i = 0; i < run.Samples; i++)
        {
            counts[random.Next(counts.Length)] += 1.0 / run.Samples;
        }

        var (xs, ys) = Staircase(run with { Shares = [.. counts.Where(share => share > 0).OrderDescending()] });
        var line = plot.Add.Scatter(xs, ys, Ink.WithAlpha(0.45));
        (line.LineWidth, line.MarkerSize) = (2, 0);
        line.LegendText = string.Create(CultureInfo.InvariantCulture, $"chance: {run.Samples} draws from even modes");
    }

    /// <summary>The frequencies as a line that falls to the ground where the modes end: what lies behind was never found.</summary>
    private static (double[] Xs, double[] Ys) Staircase(ModeSeries run)
    {
        const int columns = 2000;
        int count = run.Shares.Count;
        int[] places = [.. Enumerable.Range(0, Math.Min(count, columns)).Select(i => (int)((long)i * count / Math.Min(count, columns)))];
        double Level(double share) => Math.Log10(Math.Max(share * run.Possible, LeastTimes));
        return ([.. places.SelectMany(place => new double[] { place, place + 1 }), count, count],
            [.. places.SelectMany(place => new[] { Level(run.Shares[place]), Level(run.Shares[place]) }), Level(run.Shares[^1]), Math.Log10(LeastTimes)]);
    }

    private static void AddValues(Plot plot, IReadOnlyList<ModeSeries> runs)
    {
        Prepare(plot, "How often each value of each attribute occurs (black: in the training data)", "share of images");
        var attributes = Fitting(runs[0].Attributes);
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        double left = 0, highest = 0, width = 0.8 / runs.Count;
        for (int a = 0; a < attributes.Count; a++)
        {
            var attribute = attributes[a];
            double begin = left;
            for (int value = 0; value < attribute.Values.Count; value++, left++)
            {
                for (int i = 0; i < runs.Count; i++)
                {
                    double share = runs[i].Attributes[a].Shares[value];
                    var bar = plot.Add.Bar(left + ((i - ((runs.Count - 1) / 2.0)) * width), share);
                    bar.Color = ColourOf(i);
                    bar.Bars[0].Size = width;
                    bar.Bars[0].LineWidth = 0;
                    highest = Math.Max(highest, share);
                }

                var real = plot.Add.Line(left - 0.45, attribute.DataShares[value], left + 0.45, attribute.DataShares[value]);
                (real.Color, real.LineWidth, real.MarkerSize) = (Ink, 3, 0);
                highest = Math.Max(highest, attribute.DataShares[value]);
                ticks.AddMajor(left, attribute.Values[value]);
            }

            Name(plot, attribute.Name, (begin + left - 1) / 2);
            left += 0.8;
        }

        plot.Axes.SetLimits(-0.8, left - 0.6, 0, highest * 1.15);
        foreach (var text in plot.GetPlottables<ScottPlot.Plottables.Text>())
        {
            text.Location = new(text.Location.X, highest * 1.14);
        }

        plot.Axes.Bottom.TickGenerator = ticks;
        plot.Axes.Bottom.TickLabelStyle.Rotation = attributes.Sum(attribute => attribute.Values.Sum(value => value.Length)) > 100 ? -60 : 0;
        plot.Axes.Bottom.TickLabelStyle.Alignment = plot.Axes.Bottom.TickLabelStyle.Rotation == 0 ? Alignment.UpperCenter : Alignment.MiddleRight;
        // Turned words end in the middle of their last letter, which would lie on the axis.
        plot.Axes.Bottom.TickLabelStyle.OffsetY = plot.Axes.Bottom.TickLabelStyle.Rotation == 0 ? 0 : 8;
        plot.Axes.Bottom.MinimumSize = plot.Axes.Bottom.TickLabelStyle.Rotation == 0 ? 30 : 80;
        plot.Axes.Bottom.MajorTickStyle.Length = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
    }

    // The leading attributes that have room for their values.
    private static List<ValueShares> Fitting(IReadOnlyList<ValueShares> attributes)
    {
        int values = 0;
        return [.. attributes.TakeWhile((attribute, i) => (values += attribute.Values.Count) <= MostValues || i == 0)];
    }

    private static void Name(Plot plot, string name, double place)
    {
        var text = plot.Add.Text(name, place, 0);
        text.LabelFontSize = AxisSize;
        text.LabelFontColor = Ink;
        text.LabelAlignment = Alignment.UpperCenter;
    }

    private static void Prepare(Plot plot, string title, string left)
    {
        PlotFont.Apply(plot);
        plot.Title(title, TitleSize);
        plot.YLabel(left, AxisSize);
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontSize = TickSize;
        }

        plot.Axes.Left.MinimumSize = 80;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Grid.MajorLineColor = Ink.WithAlpha(0.1);
    }

    private static Color ColourOf(int run) => Colours[run % Colours.Length];
}
