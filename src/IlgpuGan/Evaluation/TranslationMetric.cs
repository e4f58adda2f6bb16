namespace IlgpuGan.Evaluation;

/// <summary>What can be measured of translations beside the distances of <see cref="Metric.Table"/>.</summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="Title">Its name in words.</param>
/// <param name="Numbers">What it gives.</param>
internal sealed record TranslationMetric(string Name, string Title, IReadOnlyList<MetricNumber> Numbers)
{
    /// <summary>Names of the rows.</summary>
    public const string L1 = "l1", Psnr = "psnr", Ssim = "ssim", Classes = "classes", Cycle = "cycle", Asked = "asked", Kept = "kept";

    /// <summary>What follows a name where something else than translations is measured, so that one knows what a number is worth.</summary>
    public const string OfInput = "-input", OfMean = "-mean", OfTruth = "-truth";

    /// <summary>The metrics, in the order in which they are shown.</summary>
    public static IReadOnlyList<TranslationMetric> Table { get; } =
    [
        new(L1, "distance from the truth", Errors(L1, "Mean of |translation - truth| over pixels and channels, of 255. 0 is best.", true)),
        new(Psnr, "peak signal-to-noise ratio", Errors(Psnr, "Peak signal-to-noise ratio against the truth in dB, mean over images.", false)),
        new(Ssim, "structural similarity", Errors(Ssim, "Structural similarity to the truth, 1 at best: whether lines and edges are where they belong.", false)),
        new(Classes, "right classes", [new(Classes, "Share of the pixels of maps that have the true class.", false)]),
        new(Cycle, "cycle error", [new(Cycle, "Mean of |input - what comes back of its translation|, of 255. 0 is best; near 0 beside a wrong translation, the output hides its input.", true)]),
        new(Asked, "asked label carried",
            [new(Asked, "Share of the translations that a classifier reads the asked label off.", false), new(Asked + OfTruth, "The same of true images: more is nobody's.", false)]),
        new(Kept, "other labels kept",
            [new(Kept, "Share of the translations that a classifier reads the other labels of their inputs off.", false), new(Kept + OfTruth, "The same of true images: more is nobody's.", false)]),
    ];

    /// <summary>The number of a key; null where there is none.</summary>
    public static MetricNumber? NumberOf(string key) => Table.SelectMany(metric => metric.Numbers).FirstOrDefault(number => number.Key == key);

    /// <summary>A value of one of the numbers.</summary>
    /// <exception cref="ArgumentException">There is no such number.</exception>
    public static MetricValue Value(string key, string name, double value) =>
        new(key, name, value, null, (NumberOf(key) ?? throw new ArgumentException($"No metric of translations has a number '{key}'.", nameof(key))).IsSmallerBetter == true, null);

    private static MetricNumber[] Errors(string name, string meaning, bool isSmallerBetter) =>
    [
        new(name, meaning, isSmallerBetter),
        new(name + OfInput, "The same of the inputs themselves: what doing nothing costs.", isSmallerBetter),
        new(name + OfMean, "The same of the mean of all targets: what knowing them and looking at no input costs.", isSmallerBetter),
    ];
}
