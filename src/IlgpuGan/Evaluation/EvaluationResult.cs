using System.Text.Json.Serialization;

namespace IlgpuGan.Evaluation;

/// <summary>One number about a set of images.</summary>
/// <param name="Metric">Its key, one of <see cref="EvaluationMetrics.Names"/> or a part of one: <c>swd</c>, <c>precision</c>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Value">The number; NaN where there is none.</param>
/// <param name="Spread">Standard deviation over subsets or splits, where there are such.</param>
/// <param name="IsSmallerBetter">Whether less is better.</param>
/// <param name="Remark">What one should know of it; null for nothing.</param>
public sealed record MetricValue(string Metric, string Name, double Value, double? Spread, bool IsSmallerBetter, string? Remark)
{
    /// <summary>The class whose images it is of; null for all images.</summary>
    public string? Class { get; init; }
}

/// <summary>What was measured of one run, folder or zip.</summary>
/// <param name="Subject">The run, folder or zip.</param>
/// <param name="Step">Of a run: the step that its generator was trained to.</param>
/// <param name="Protocol">How.</param>
/// <param name="Values">The numbers.</param>
public sealed record EvaluationResult(string Subject, long? Step, EvaluationProtocol Protocol, IReadOnlyList<MetricValue> Values)
{
    /// <summary>Values on each level of the pyramid, finest first; null without <c>swd</c>.</summary>
    public IReadOnlyList<double>? SlicedWassersteinLevels { get; init; }

    /// <summary>Sentences about numbers that cannot mean what they say; null or empty for none.</summary>
    public IReadOnlyList<string>? Doubts { get; init; }

    /// <summary>Pictures, as PNG files; null where none were asked for.</summary>
    [JsonIgnore]
    public EvaluationPictures? Pictures { get; init; }
}

/// <summary>Pictures of an evaluation, as bytes of PNG files.</summary>
/// <param name="Reals">Some real images.</param>
/// <param name="Fakes">Some of the images that were judged.</param>
/// <param name="Nearest">The judged images that are nearest to a training image, each beside it; null where that was not measured.</param>
public sealed record EvaluationPictures(byte[]? Reals, byte[] Fakes, byte[]? Nearest);
