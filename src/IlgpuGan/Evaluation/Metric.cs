using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Evaluation;

/// <summary>
/// What can be measured of images: one row of <see cref="Table"/>, which evaluations, training, reports and command lines read. Another metric is another
/// row, with its computation in <see cref="MetricFormulas"/>.
/// </summary>
/// <param name="Name">By which it is asked for.</param>
/// <param name="Numbers">What it gives, in this order.</param>
/// <param name="Formula">Computes them, or none where that turns out to be impossible.</param>
internal sealed record Metric(string Name, IReadOnlyList<MetricNumber> Numbers, Func<MetricSubject, IEnumerable<MetricReading>> Formula)
{
    /// <summary>The metrics, in the order in which they are shown.</summary>
    public static IReadOnlyList<Metric> Table { get; } =
    [
        new("swd",
            [new("swd", "How far the textures of patches are from those of real images, on each scale. 0 is best; needs no network.", true)],
            MetricFormulas.SlicedWasserstein)
        {
            Title = "sliced Wasserstein",
            LeastSide = SlicedWasserstein.Side,
            IsForFew = true,
            IsForTraining = true,
        },
        new("fd",
            [new("fd", "Distance between the Gaussians that fit the features of both sets: how good and how varied in one number. 0 is best; fewer images make it larger.", true)],
            MetricFormulas.Frechet)
        {
            Title = "Frechet",
            NeedsFeatures = true,
            IsForTraining = true,
        },
        new("kd",
            [new("kd", "The same question by a kernel, without that bias: about 0, also a little below, where both sets are alike. The spread is over subsets.", true)],
            MetricFormulas.Kernel)
        {
            IsForFew = true,
            Title = "kernel",
            NeedsFeatures = true,
            IsForTraining = true,
        },
        new("pr",
            [
                new("precision", "Share of the images that look like some real image: quality.", false),
                new("recall", "Share of the real images that look like some generated one: variety.", false),
                new("density", "Like precision, but counts how many real neighbours an image has; about 1 is as good as real.", false),
                new("coverage", "Share of the real images that have a generated one nearby: variety, sturdier than recall.", false),
            ],
            MetricFormulas.Neighbours)
        {
            LeastImages = PrecisionRecall.DefaultNeighbours + 1,
            NeedsFeatures = true,
            IsForTraining = true,
        },
        new("score",
            [new("score", "How sure the classifier is of each image, and how even the classes are; from 1 to their number.", false)],
            MetricFormulas.Score)
        {
            LeastImages = InceptionScore.DefaultSplits,
            NeedsFeatures = true,
            NeedsClasses = true,
            NeedsReals = false,
        },
        new("memorisation",
            [new("memorisation", "About 1: generated images are as far from the training images as unseen ones. Well below 1: copies. Look at the pairs.", null)],
            MetricFormulas.Copies)
        {
            TakesHeldOut = true,
        },
        new("face-rate",
            [new("face-rate", "Share of the images in which a face is found: by the detector that was given, else by a classifier that tells whole images of the data from torn ones.", false)],
            MetricFormulas.Faces)
        {
            TakesDetector = true,
        },
    ];

    /// <summary>Its name in words, where that is not what its numbers are called; null where it is.</summary>
    public string? Title { get; private init; }

    /// <summary>Images of each set that it needs at least.</summary>
    public int LeastImages { get; private init; } = 2;

    /// <summary>Pixels of a side that it needs at least.</summary>
    public int LeastSide { get; private init; } = 1;

    /// <summary>Whether it is of features.</summary>
    public bool NeedsFeatures { get; private init; }

    /// <summary>Whether it is of probabilities of classes, too.</summary>
    public bool NeedsClasses { get; private init; }

    /// <summary>Whether it compares with real images; else it is of the judged ones alone.</summary>
    public bool NeedsReals { get; private init; } = true;

    /// <summary>Whether it has a use for images that were held out.</summary>
    public bool TakesHeldOut { get; private init; }

    /// <summary>Whether it has a use for a detector of faces; it is then taken where there is one, or where it is asked for by its name.</summary>
    public bool TakesDetector { get; private init; }

    /// <summary>Whether each of its numbers can tell the better of two checkpoints as a run trains.</summary>
    public bool IsForTraining { get; private init; }

    /// <summary>Whether it means something of the few images that are held out of a training.</summary>
    public bool IsForFew { get; private init; }

    /// <summary>Measures: a value for each of its numbers, or none.</summary>
    public IEnumerable<MetricValue> Measure(MetricSubject subject) => Formula(subject).Zip(Numbers, (reading, number) =>
        new MetricValue(number.Key, reading.Name ?? number.Key, reading.Value, reading.Spread, number.IsSmallerBetter ?? false, reading.Remark));

    /// <summary>The metric of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static Metric Named(string name) => Table.FirstOrDefault(metric => metric.Name == name)
        ?? throw new ArgumentException($"There is no metric '{name}'; choose one of {Names(Table)}.", nameof(name));

    /// <summary>The number of a key, such as <c>recall</c>, with the metric that gives it; null where there is none, as in a file of another version.</summary>
    public static (Metric Metric, MetricNumber Number)? NumberOf(string key)
    {
        foreach (var metric in Table)
        {
            foreach (var number in metric.Numbers)
            {
                if (number.Key == key)
                {
                    return (metric, number);
                }
            }
        }
        return null;
    }

    /// <summary>Names for a sentence.</summary>
    public static string Names(IEnumerable<Metric> metrics, string last = ", ")
    {
        string[] names = [.. metrics.Select(metric => metric.Name)];
        return names.Length < 2 ? string.Concat(names) : $"{string.Join(", ", names[..^1])}{last}{names[^1]}";
    }

    /// <summary>The name with what it stands for, where that is something else.</summary>
    public string Described
    {
        get
        {
            string words = Title ?? string.Join(", ", Numbers.Select(number => number.Key));
            return words == Name ? Name : $"{Name} ({words})";
        }
    }
}

/// <summary>A number that a metric gives.</summary>
/// <param name="Key">Its key in <see cref="MetricValue.Metric"/>.</param>
/// <param name="Meaning">What it says, in a sentence or two for a report.</param>
/// <param name="IsSmallerBetter">Whether less is better; null where neither less nor more is.</param>
internal sealed record MetricNumber(string Key, string Meaning, bool? IsSmallerBetter);

/// <summary>What the formula of a metric found for one of its numbers.</summary>
/// <param name="Name">Its name for people; null for its key.</param>
/// <param name="Value">The number.</param>
/// <param name="Spread">Standard deviation over subsets or splits, where there are such.</param>
/// <param name="Remark">What one should know of it; null for nothing.</param>
internal sealed record MetricReading(string? Name, double Value, double? Spread, string? Remark);
