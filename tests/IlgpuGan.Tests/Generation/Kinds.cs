using IlgpuGan.Networks;
using IlgpuGan.Options;

namespace IlgpuGan.Tests.Generation;

/// <summary>One small run of each kind of network, trained once for all classes of tests that look at its weights.</summary>
[CollectionDefinition(nameof(Kinds))]
public sealed class Kinds : ICollectionFixture<TrainedRuns>
{
    public static readonly TheoryData<string> Names =
    [
        "dcgan", "dcgan-labels", "dcgan-norms", "dcgan-resize", "hw6", "hw6-labels", "mlp", "mlp-labels", "resnet", "resnet-spectral", "r3", "r3-labels", "points",
    ];

    /// <summary>The folder of a run of a kind.</summary>
    internal static string Train(TrainedRuns runs, string kind) => kind switch
    {
        "dcgan" => runs.Train(kind, options => options with { DiscriminatorNorm = DiscriminatorNormalization.Batch, Penalty = "none" }),
        "dcgan-labels" => runs.Train(kind, options => options with { Condition = "hair,eyes", DiscriminatorCondition = ConditionKind.Concatenation }),
        // 28, 14, 7, 3: an odd side on the way.
        "dcgan-norms" => runs.Train(
            kind, options => options with { DiscriminatorNorm = DiscriminatorNormalization.Layer, MinibatchDeviation = true, Halving = Halving.Any }, size: 28),
        "dcgan-resize" => runs.Train(
            kind, options => options with { Upsampling = Upsampling.Resize, Halving = Halving.Any, DiscriminatorNorm = DiscriminatorNormalization.Batch, Penalty = "none" }, size: 28),
        "hw6" => runs.Train(kind, _ => Presets.Named(kind) with { Width = 8, LatentSize = 12, Steps = 3, Batch = 8 }),
        // An even kernel, and a shift at the end.
        "hw6-labels" => runs.Train(
            kind, _ => Presets.Named("hw6-wgan-gp") with
            {
                Width = 8,
                LatentSize = 12,
                Steps = 3,
                Batch = 8,
                DiscriminatorSteps = 1,
                GeneratorKernel = 6,
                OutputBias = true,
                Condition = "hair",
            }, size: 20),
        "mlp" => runs.Train(kind, options => options with { Network = "mlp", Width = 20 }),
        "mlp-labels" => runs.Train(kind, options => options with { Network = "mlp", Width = 20, Condition = "hair", DiscriminatorCondition = ConditionKind.Concatenation }),
        "resnet" => runs.Train(kind, options => options with { Network = "resnet" }),
        "resnet-spectral" => runs.Train(kind, options => options with { Network = "resnet", SpectralNorm = true, Penalty = "none", Condition = "hair" }),
        "r3" => runs.Train(kind, options => options with { Network = "r3", GroupSize = 4 }),
        "r3-labels" => runs.Train(kind, options => options with { Network = "r3", GroupSize = 4, Condition = "hair,eyes" }, size: 20),
        _ => runs.Train(kind, _ => RunSettings.For("ring").Training with { Width = 16, Steps = 3 }, source: "ring"),
    };
}
