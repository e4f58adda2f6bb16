using System.Text.Json.Serialization;

namespace IlgpuGan.Runs;

/// <summary>Averages over the steps since the last report; one line of <c>log.jsonl</c>.</summary>
/// <param name="Step">Generator updates made so far.</param>
/// <param name="Kimg">Thousand real images shown so far.</param>
/// <param name="DiscriminatorLoss">Loss of D, as minimised.</param>
/// <param name="GeneratorLoss">Loss of G, as minimised.</param>
/// <param name="RealProbability">Mean D(x) on real images, a probability.</param>
/// <param name="FakeProbability">Mean D(G(z)) on fakes, a probability.</param>
/// <param name="DiscriminatorGradientNorm">Euclidean norm of D's gradient.</param>
/// <param name="GeneratorGradientNorm">Euclidean norm of G's gradient.</param>
public sealed record TrainingReport(
    long Step,
    double Kimg,
    double DiscriminatorLoss,
    double GeneratorLoss,
    double RealProbability,
    double FakeProbability,
    double DiscriminatorGradientNorm,
    double GeneratorGradientNorm)
{
    /// <summary>The divergence of P_data and P_G that D's loss estimates; null where the objective has none.</summary>
    public string? Divergence { get; init; }

    /// <summary>Its estimate from below, as D is not optimal; in nats for Jensen-Shannon and Kullback-Leibler.</summary>
    public double? DivergenceBound { get; init; }

    /// <summary>Mean of D's penalty before its weight; null where there is none.</summary>
    public double? Penalty { get; init; }

    /// <summary>Mean probability p of each change by adaptive augmentation; null without it. Near 1, D overfits more than augmentation can make good.</summary>
    public double? AugmentationProbability { get; init; }

    /// <summary>Means of the parts of G's loss beside D's judgement, before their weights, by their names; null where there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? Terms { get; init; }

    /// <summary>Share of the time since the last report that each of the processes that train together has waited for others, in [0, 1], by its number and host; null where one trains alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double>? RankWaits { get; init; }

    /// <summary>Euclidean norm of the last step's gradient of each weight of D, by its layer; null without a watchdog, as all that follows.</summary>
    public IReadOnlyDictionary<string, double>? DiscriminatorGradientNorms { get; init; }

    /// <inheritdoc cref="Checkup.PixelSpread"/>
    public double? PixelSpread { get; init; }

    /// <inheritdoc cref="Checkup.FeatureSpread"/>
    public double? FeatureSpread { get; init; }

    /// <inheritdoc cref="Checkup.Coverage"/>
    public double? Coverage { get; init; }

    /// <inheritdoc cref="Checkup.Fidelity"/>
    public double? Fidelity { get; init; }

    /// <inheritdoc cref="Checkup.Nearness"/>
    public double? Nearness { get; init; }

    /// <inheritdoc cref="Checkup.Change"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Change { get; init; }

    /// <inheritdoc cref="Checkup.Brightness"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Brightness { get; init; }

    /// <summary>Real images shown per second since the last report; filled in by the run.</summary>
    public double ImagesPerSecond { get; init; }

    /// <summary>Seconds the run has taken so far, those before a resume included; filled in by the run.</summary>
    public double Seconds { get; init; }

    /// <summary>The report with what a checkup found.</summary>
    internal TrainingReport With(Checkup checkup) => this with
    {
        DiscriminatorGradientNorms = checkup.DiscriminatorGradientNorms,
        PixelSpread = checkup.PixelSpread,
        FeatureSpread = checkup.FeatureSpread,
        Coverage = checkup.Coverage,
        Fidelity = checkup.Fidelity,
        Nearness = checkup.Nearness,
        Change = checkup.Change,
        Brightness = checkup.Brightness,
    };

    /// <summary>The first quantity that is not a finite number, in words, or null.</summary>
    internal string? FirstNonFinite() => new (string Name, double Value)[]
    {
        ("loss of the discriminator", DiscriminatorLoss),
        ("loss of the generator", GeneratorLoss),
        ("mean D(x)", RealProbability),
        ("mean D(G(z))", FakeProbability),
        ("penalty of the discriminator", Penalty ?? 0),
        ("gradient of the discriminator", DiscriminatorGradientNorm),
        ("gradient of the generator", GeneratorGradientNorm),
    }.FirstOrDefault(quantity => !double.IsFinite(quantity.Value)).Name;
}
