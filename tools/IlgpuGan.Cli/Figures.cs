using System.Globalization;
using IlgpuGan.Runs;

namespace IlgpuGan.Cli;

/// <summary>Numbers and lines for people.</summary>
internal static class Figures
{
    /// <summary>One line with everything that matters of a report.</summary>
    public static string StatusLine(TrainingReport report, long steps, TimeSpan left) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {report.Step}/{steps}  kimg {report.Kimg:F1}  D loss {report.DiscriminatorLoss:F3}  G loss {report.GeneratorLoss:F3}  {Probabilities(report)}{PartsOf(report)}  "
            + $"|grad D| {report.DiscriminatorGradientNorm:G3}  |grad G| {report.GeneratorGradientNorm:G3}{Augmentation(report)}{Nearness(report)}  "
            + $"{report.ImagesPerSecond:F0} images/s  {Duration(left)} left");

    /// <summary>What else losses tell, where there is such: the divergence that D estimates, or of a run that translates the other parts of G's loss, and D's penalty.</summary>
    public static string PartsOf(TrainingReport report) =>
        (report.Terms is { } terms ? string.Concat(terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"  {term.Key} {term.Value:G3}")))
            : report.Divergence is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  {report.Divergence} >= {report.DivergenceBound:F3}"))
        + (report.Penalty is null ? "" : string.Create(CultureInfo.InvariantCulture, $"  penalty {report.Penalty:G3}"));

    // Of translations x is what comes in, and no z is drawn.
    private static string Probabilities(TrainingReport report) => report.Terms is null
        ? string.Create(CultureInfo.InvariantCulture, $"D(x) {report.RealProbability:F2}  D(G(z)) {report.FakeProbability:F2}")
        : string.Create(CultureInfo.InvariantCulture, $"D(y) {report.RealProbability:F2}  D(G(x)) {report.FakeProbability:F2}");

    private static string Augmentation(TrainingReport report) =>
        report.AugmentationProbability is { } p ? string.Create(CultureInfo.InvariantCulture, $"  p {p:F3}") : "";

    private static string Nearness(TrainingReport report) =>
        report.Nearness is { } nearness ? string.Create(CultureInfo.InvariantCulture, $"  nearness {nearness:F2}") : "";

    /// <summary>Hours, minutes and seconds, without those that are nought at the front.</summary>
    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours} h {time.Minutes} min")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.Minutes} min {time.Seconds} s")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):F0} s");

    /// <summary>A factor that is a power of four, as people write it: 1/4 or 16.</summary>
    public static string Factor(float factor) => factor < 1 ? FormattableString.Invariant($"1/{1 / factor}") : FormattableString.Invariant($"{factor}");

    /// <summary>Bytes in the unit that fits.</summary>
    public static string Bytes(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):F1} MiB");
}
