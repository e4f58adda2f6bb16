using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Detection;
using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Evaluation;

/// <summary>What a metric is taken of, and what it found out beside its numbers.</summary>
internal sealed class MetricSubject
{
    private readonly ImageSet? reals;

    /// <summary>Opens, once, the device that it is computed on.</summary>
    public required Func<ComputeDevice> OpenDevice { get; init; }

    /// <summary>That device.</summary>
    public ComputeDevice Device => OpenDevice();

    /// <summary>The real images.</summary>
    /// <exception cref="InvalidOperationException">There are none, and no metric that is taken needs any.</exception>
    public ImageSet Reals
    {
        get => reals ?? throw new InvalidOperationException("There are no real images to compare with.");
        init => reals = value;
    }

    /// <summary>The images that are judged.</summary>
    public required ImageSet Fakes { get; init; }

    /// <summary>Features of both; null where no metric needs any.</summary>
    public FeatureSubject? Features { get; init; }

    /// <summary>Finds faces; null: a classifier that is trained on the real images does.</summary>
    public IFaceDetector? Detector { get; init; }

    /// <summary>Where that classifier is kept; null keeps none.</summary>
    public string? ClassifierFolder { get; init; }

    /// <summary>Opens images that no run was trained on; null for none.</summary>
    public Func<ImageSet>? HeldOut { get; init; }

    /// <summary>What those are called.</summary>
    public string? HeldOutName { get; init; }

    /// <summary>Chooses patches, directions and subsets.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Hears how far it is, and of what is left out; null for nobody.</summary>
    public IDataObserver? Observer { get; init; }

    /// <summary>Gives up.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>Levels of the sliced Wasserstein distance, where it was measured.</summary>
    public SlicedWasserstein? Patches { get; set; }

    /// <summary>What precision and its kin were made of, where they were measured.</summary>
    public PrecisionRecall? Shares { get; set; }

    /// <summary>The pairs that look most like copies, where they were looked for.</summary>
    public Memorisation? Copies { get; set; }

    /// <summary>Takes metrics one after the other.</summary>
    /// <returns>Their numbers, in the order of the metrics.</returns>
    public IReadOnlyList<MetricValue> Measure(IReadOnlyList<Metric> metrics) => [.. metrics.SelectMany(metric => metric.Measure(this))];
}

/// <summary>Features that a metric is taken of.</summary>
/// <param name="Extractor">What they are of, under whose name values are shown.</param>
/// <param name="Reals">Those of the real images.</param>
/// <param name="Moments">Gives their moments.</param>
/// <param name="Fakes">Those of the images that are judged.</param>
/// <param name="Probabilities">Their probabilities of classes; null for none.</param>
internal sealed record FeatureSubject(
    IFeatureExtractor Extractor, FeatureMatrix Reals, Func<CancellationToken, FeatureMoments> Moments, FeatureMatrix Fakes, FeatureMatrix? Probabilities);
