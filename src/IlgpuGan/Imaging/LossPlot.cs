using ScottPlot;

namespace IlgpuGan.Imaging;

/// <summary>What a run has to show at one step; a value that is not finite is left out of the plot.</summary>
/// <param name="Step">Generator updates made so far.</param>
/// <param name="DiscriminatorLoss">Loss of D, as minimised.</param>
/// <param name="GeneratorLoss">Loss of G, as minimised.</param>
/// <param name="RealProbability">Mean D(x) on real images.</param>
/// <param name="FakeProbability">Mean D(G(z)) on fakes.</param>
/// <param name="DivergenceBound">The estimate of a divergence of reals and fakes from below; not finite where there is none.</param>
internal readonly record struct LossPoint(
    long Step,
    double DiscriminatorLoss,
    double GeneratorLoss,
    double RealProbability,
    double FakeProbability,
    double DivergenceBound);

/// <summary>The course of a run as a picture: losses above, what D believes below.</summary>
internal static class LossPlot
{
    private const int Width = 1000;
    private const int Height = 700;
    private const int LegendWidth = 150;
    private const int LeftWidth = 64;

    // Half a column of pixels each; more stretches would not show.
    private const int MaximumStretches = 400;
    private const int MaximumMarkedPoints = 40;

    private static readonly Color Discriminator = Color.FromHex("#2563EB");
    private static readonly Color Generator = Color.FromHex("#EA580C");
    private static readonly Color Divergence = Color.FromHex("#15803D");

    /// <summary>Writes the plot as a PNG file of 1000 x 700 pixels (1050 with a divergence), whole or not at all.</summary>
    /// <remarks>
    /// A long run is cut into stretches: the line is their mean, the band behind it reaches from the least to the greatest value.
    /// </remarks>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="points">The reports in the order of their steps; may be empty.</param>
    /// <param name="divergence">Name of the divergence that D estimates; null for none.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<LossPoint> points, string? divergence = null)
    {
        ArgumentNullException.ThrowIfNull(points);
        var panels = new Multiplot();
        bool hasDivergence = divergence is not null && points.Any(point => double.IsFinite(point.DivergenceBound));
        panels.AddPlots(hasDivergence ? 3 : 2);

        var losses = panels.GetPlot(0);
        PlotFont.Apply(losses);
        losses.Title("Losses");
        losses.YLabel("loss");
        Add(losses, points, point => point.DiscriminatorLoss, "D", Discriminator);
        Add(losses, points, point => point.GeneratorLoss, "G", Generator);
        Finish(losses, points);

        var beliefs = panels.GetPlot(1);
        PlotFont.Apply(beliefs);
        beliefs.Title("What D believes");
        beliefs.YLabel("probability");
        beliefs.XLabel("step");
        Add(beliefs, points, point => point.RealProbability, "D(x)", Discriminator);
        Add(beliefs, points, point => point.FakeProbability, "D(G(z))", Generator);
        Finish(beliefs, points);
        var limits = beliefs.Axes.GetLimits();
        beliefs.Axes.SetLimitsY(Math.Min(limits.Bottom, -0.02), Math.Max(limits.Top, 1.02));

        if (hasDivergence)
        {
            var bound = panels.GetPlot(2);
            PlotFont.Apply(bound);
            bound.Title($"{divergence} divergence of reals and fakes, as D estimates it from below");
            bound.YLabel("divergence");
            bound.XLabel("step");
            Add(bound, points, point => point.DivergenceBound, "estimate", Divergence);
            Finish(bound, points);
        }

        using var image = panels.Render(Width, hasDivergence ? Height * 3 / 2 : Height);
        var png = image.GetImageBytes(ImageFormat.Png);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    private static void Add(Plot plot, IReadOnlyList<LossPoint> points, Func<LossPoint, double> value, string name, Color colour)
    {
        var stretches = Stretch.Cut(points, value, MaximumStretches);
        if (stretches.Count == 0)
        {
            return;
        }

        var steps = stretches.Select(stretch => stretch.Step).ToArray();
        if (stretches.Any(stretch => stretch.Greatest > stretch.Least))
        {
            var band = plot.Add.FillY(
                steps, stretches.Select(stretch => stretch.Least).ToArray(), stretches.Select(stretch => stretch.Greatest).ToArray());
            band.FillColor = colour.WithAlpha(0.18);
            band.LineWidth = 0;
            band.MarkerSize = 0;
        }

        var line = plot.Add.Scatter(steps, stretches.Select(stretch => stretch.Mean).ToArray(), colour);
        line.LegendText = name;
        line.LineWidth = 2;
        line.MarkerSize = stretches.Count <= MaximumMarkedPoints ? 6 : 0;
    }

    private static void Finish(Plot plot, IReadOnlyList<LossPoint> points)
    {
        // Beside the axes, where it covers nothing, and as wide in both panels, so that equal steps lie below each other.
        var legend = plot.ShowLegend(Edge.Right);
        legend.MinimumSize = LegendWidth;
        legend.MaximumSize = LegendWidth;
        legend.Alignment = Alignment.UpperLeft;
        plot.Axes.Left.MinimumSize = LeftWidth;
        if (plot.GetPlottables().Any())
        {
            plot.Axes.AutoScale();
        }
        else
        {
            plot.Axes.SetLimits(0, 100, 0, 1);
            var note = plot.Add.Annotation("no finite values yet", Alignment.MiddleCenter);
            note.LabelBackgroundColor = Colors.Transparent;
            note.LabelBorderWidth = 0;
            note.LabelShadowColor = Colors.Transparent;
        }

        // One report has no extent in time for the axis to span.
        if (points.Count > 0 && points[0].Step == points[^1].Step)
        {
            plot.Axes.SetLimitsX(points[0].Step - 5, points[0].Step + 5);
        }
    }
}

/// <summary>Neighbouring reports, drawn as one point.</summary>
/// <param name="Step">Mean step.</param>
/// <param name="Mean">Mean value.</param>
/// <param name="Least">Least value.</param>
/// <param name="Greatest">Greatest value.</param>
internal readonly record struct Stretch(double Step, double Mean, double Least, double Greatest)
{
    /// <summary>
    /// Cuts the reports into at most <paramref name="most"/> stretches of equal count, without values that are not finite.
    /// </summary>
    public static IReadOnlyList<Stretch> Cut(IReadOnlyList<LossPoint> points, Func<LossPoint, double> value, int most)
    {
        var stretches = new List<Stretch>();
        var length = Math.Max(1, (points.Count + most - 1) / most);
        for (var start = 0; start < points.Count; start += length)
        {
            var (count, steps, sum, least, greatest) = (0, 0.0, 0.0, double.PositiveInfinity, double.NegativeInfinity);
            for (var i = start; i < Math.Min(start + length, points.Count); i++)
            {
                var current = value(points[i]);
                if (double.IsFinite(current))
                {
                    count++;
                    steps += points[i].Step;
                    sum += current;
                    least = Math.Min(least, current);
                    greatest = Math.Max(greatest, current);
                }
            }

            if (count > 0)
            {
                stretches.Add(new Stretch(steps / count, sum / count, least, greatest));
            }
        }

        return stretches;
    }
}
