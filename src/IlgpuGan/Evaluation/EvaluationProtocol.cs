namespace IlgpuGan.Evaluation;

/// <summary>How a number came about. Numbers of different protocols say nothing about each other.</summary>
public sealed record EvaluationProtocol
{
    /// <summary>What made features of images; null where no metric needed any.</summary>
    public string? Extractor { get; init; }

    /// <summary>Hash of the extractor.</summary>
    public string? ExtractorHash { get; init; }

    /// <summary>How the extractor brings images to its own size.</summary>
    public string? Resize { get; init; }

    /// <summary>What features are divided by.</summary>
    public string? FeatureScale { get; init; }

    /// <summary>What finds faces, with its hash; null where no detector was given.</summary>
    public string? Detector { get; init; }

    /// <summary>Width x height x channels of the images that were compared.</summary>
    public required string Shape { get; init; }

    /// <summary>What covariances are divided by.</summary>
    public string Covariance { get; init; } = "N - 1";

    /// <summary>The data that was compared with; null where no metric needed any.</summary>
    public required string? Reference { get; init; }

    /// <summary>Fingerprint of that data.</summary>
    public required string? ReferenceHash { get; init; }

    /// <summary>Number of real images; 0 where no metric needed any.</summary>
    public required int Reals { get; init; }

    /// <summary>Number of images that were judged.</summary>
    public required int Fakes { get; init; }

    /// <summary>Chooses images, patches, directions and subsets.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Version of this library.</summary>
    public required string Engine { get; init; }

    // Another seed is another draw of the same experiment, and the name of the data is not what it is.
    private static readonly (string Name, Func<EvaluationProtocol, object?> Value)[] Compared =
    [
        ("extractor", protocol => protocol.Extractor),
        ("extractor's hash", protocol => protocol.ExtractorHash),
        ("resize", protocol => protocol.Resize),
        ("scale of features", protocol => protocol.FeatureScale),
        ("detector", protocol => protocol.Detector),
        ("shape", protocol => protocol.Shape),
        ("covariance", protocol => protocol.Covariance),
        ("reference's hash", protocol => protocol.ReferenceHash),
        ("number of reals", protocol => protocol.Reals),
        ("number of images", protocol => protocol.Fakes),
        // Not the commit behind the plus.
        ("engine", protocol => protocol.Engine.Split('+')[0]),
    ];

    /// <summary>What differs from another protocol, in words; empty where numbers may stand side by side.</summary>
    public IReadOnlyList<string> DifferencesFrom(EvaluationProtocol other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. Compared.Where(item => !Equals(item.Value(this), item.Value(other))).Select(item => $"{item.Name}: {item.Value(this) ?? "none"} and {item.Value(other) ?? "none"}")];
    }
}
