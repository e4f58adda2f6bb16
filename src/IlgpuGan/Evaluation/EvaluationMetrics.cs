namespace IlgpuGan.Evaluation;

/// <summary>The metrics that can be asked for.</summary>
public static class EvaluationMetrics
{
    /// <summary>Names, in the order in which they are shown.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Metric.Table.Select(metric => metric.Name)];

    /// <summary>Names of those that are of features of images rather than of their pixels.</summary>
    public static IReadOnlyList<string> OfFeatures { get; } = [.. Metric.Table.Where(metric => metric.NeedsFeatures).Select(metric => metric.Name)];

    /// <summary>The names with what they stand for, as part of a sentence.</summary>
    public static string Described { get; } = string.Join(", ", Metric.Table.Select(metric => metric.Described));

    /// <summary>Names of those that are of runs that translate images alone.</summary>
    public static IReadOnlyList<string> OfTranslations { get; } = [.. TranslationMetric.Table.Select(metric => metric.Name)];

    /// <summary>These names with what they stand for, as part of a sentence.</summary>
    public static string DescribedOfTranslations { get; } = string.Join(", ", TranslationMetric.Table.Select(metric => $"{metric.Name} ({metric.Title})"));

    /// <summary>Images of each set that a metric needs at least.</summary>
    /// <exception cref="ArgumentException">There is no such metric.</exception>
    public static int LeastImages(string metric) => Metric.Named(metric).LeastImages;
}
