using System.Globalization;

namespace IlgpuGan.Bench.Quality;

/// <summary>Results of one task as people read them: a row for each variant, the best by Frechet distance first, with the standard deviation over seeds.</summary>
internal static class QualityTable
{
    private static readonly (string Key, string Head, string Format)[] Numbers =
    [
        ("swd", "SWD x 1000", "F1"), ("fd", "Frechet", "F2"), ("kd", "kernel x 1000", "F1"), ("precision", "precision", "F2"), ("recall", "recall", "F2"), ("coverage", "coverage", "F2"),
        ("modes_kl", "KL of modes", "F3"), ("unseen", "unseen", "F3"), ("wrong", "not as asked", "F3"),
    ];

    /// <summary>Aligned columns for a terminal.</summary>
    public static IEnumerable<string> Plain(IReadOnlyList<QualityResult> results)
    {
        string[][] lines = Lines(results);
        int[] widths = [.. lines[0].Select((_, column) => lines.Max(line => line[column].Length))];
        return lines.Select(line => string.Join("  ", line.Select((cell, column) => IsText(lines, column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    /// <summary>A table in Markdown, and below it a command for each variant.</summary>
    public static IEnumerable<string> Markdown(IReadOnlyList<QualityResult> results)
    {
        string[][] lines = Lines(results);
        yield return Line(lines[0]);
        yield return Line(lines[0].Select((_, column) => IsText(lines, column) ? ":--" : "--:"));
        foreach (string[] line in lines[1..])
        {
            yield return Line(line.Select((cell, column) => column == line.Length - 1 && cell.Length > 0 ? $"`{cell}`" : cell));
        }
        yield return "";
        yield return "```";
        foreach (var variant in Sorted(results))
        {
            yield return variant.First().Command;
        }
        yield return "```";
    }

    /// <summary>Mean and standard deviation (of a sample) of what the seeds gave; the latter is none of a single one.</summary>
    internal static (double Mean, double? Deviation) Spread(IReadOnlyList<double> values)
    {
        double mean = values.Average();
        return (mean, values.Count < 2 ? null : Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Count - 1)));
    }

    private static string[][] Lines(IReadOnlyList<QualityResult> results)
    {
        var shown = Numbers.Where(number => results.Any(result => result.Values.ContainsKey(number.Key))).ToList();
        return
        [
            ["variant", "seeds", "steps", "parameters of G, D", .. shown.Select(number => number.Head), "options"],
            .. Sorted(results).Select(seeds => (string[])
            [
                seeds.Key.Variant, Seeds([.. seeds]), seeds.First().Steps.ToString(CultureInfo.InvariantCulture),
                string.Create(CultureInfo.InvariantCulture, $"{seeds.First().GeneratorParameters}, {seeds.First().DiscriminatorParameters}"),
                .. shown.Select(number => Cell([.. seeds], number.Key, number.Format)), seeds.Key.Options,
            ]),
        ];
    }

    // What could not be measured comes last.
    private static IEnumerable<IGrouping<(string Variant, string Options), QualityResult>> Sorted(IReadOnlyList<QualityResult> results) =>
        results.OrderBy(result => result.Seed).GroupBy(result => (result.Variant, result.Options))
            .OrderBy(seeds => ValuesOf(seeds, "fd") is { Count: > 0 } values ? values.Average() : double.PositiveInfinity);

    private static List<double> ValuesOf(IEnumerable<QualityResult> seeds, string key) => [.. seeds.Select(result => result.Values.GetValueOrDefault(key)).OfType<double>()];

    private static string Seeds(IReadOnlyList<QualityResult> seeds) => seeds.Count(result => result.Fault is not null) is > 0 and var failed
        ? $"{seeds.Count}, {failed} not finite" : seeds.Count.ToString(CultureInfo.InvariantCulture);

    private static string Cell(IReadOnlyList<QualityResult> seeds, string key, string format)
    {
        if (ValuesOf(seeds, key) is not { Count: > 0 } values)
        {
            return "";
        }
        var (mean, deviation) = Spread(values);
        string Text(double number) => number.ToString(format, CultureInfo.InvariantCulture);
        return deviation is { } around ? $"{Text(mean)} ± {Text(around)}" : Text(mean);
    }

    private static bool IsText(string[][] lines, int column) => column == 0 || column == lines[0].Length - 1;

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
}
