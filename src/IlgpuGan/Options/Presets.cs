using IlgpuGan.Data;
using IlgpuGan.Graphs;

namespace IlgpuGan.Options;

/// <summary>Networks with the settings that belong to them, by name.</summary>
public static class Presets
{
    private const float Million = 1000;

    // Two minutes: measured in tools/IlgpuGan.Bench/QUALITY.md. The others have the same proportions, more width, and as many steps as their operations take in the time.
    private static readonly (string Name, string For, TrainingOptions Options)[] Purposes =
    [
        ("quick", "two minutes on two cores", Timed(width: 16, batch: 16, steps: 14_000, first: 2e-3)),
        ("overnight", "eight hours on eight cores", Timed(width: 64, batch: 32, steps: 170_000, first: 1e-3)),
        ("card", "an hour on a card such as an H200", Timed(width: 128, batch: 128, steps: 180_000, first: 1e-3)),
    ];

    private static readonly (string Name, int? Side, TrainingOptions Options)[] Table =
    [
        ("dcgan", null, Usual),
        ("dcgan-2016", 64, Radford2016),
        ("hw6", 64, Homework6),
        ("hw6-wgan", 64, (Homework6 with { Loss = "wasserstein", Clip = 0.01f, DiscriminatorSteps = 5, Beta1 = 0 }).With(UpdateRule.RmsProp)),
        ("hw6-wgan-gp", 64, Homework6 with { Loss = "wasserstein", Penalty = "wgan-gp", DiscriminatorNorm = DiscriminatorNormalization.Instance, DiscriminatorSteps = 5 }),
        // The published networks at an eighth of their width: a fortieth of the work.
        ("r3-tiny", null, R3(96, kimg: 5 * Million, gamma: 0.05f, halfLife: 0.5f * Million, batch: 64)),
        ("r3-cifar10", 32, R3(768, kimg: 20 * Million, gamma: 0.05f, halfLife: 5 * Million, batch: 512)),
        ("r3-ffhq64", 64, R3(768, kimg: 20 * Million, gamma: 2, halfLife: 0.5f * Million, batch: 256)),
        ("r3-ffhq256", 256, R3(768, kimg: 20 * Million, gamma: 150, halfLife: 0.5f * Million, batch: 256)),
        ("r3-imagenet32", 32, R3(1536, kimg: 200 * Million, gamma: 0.5f, halfLife: 50 * Million, batch: 4096) with { GroupSize = 32 }),
        ("r3-imagenet64", 64, R3(1536, kimg: 200 * Million, gamma: 1, halfLife: 50 * Million, batch: 4096) with { GroupSize = 32, StageWidths = "1536,1536,1536,1536,1536" }),
        .. Purposes.Select(purpose => (purpose.Name, (int?)null, purpose.Options)),
        .. TranslationPresets,
    ];

    private static (string, int?, TrainingOptions)[] TranslationPresets =>
    [
        ("pix2pix", null, TranslationMethod.UsualOf(TranslationMethod.Pix2Pix)),
        ("pix2pix-256", 256, TranslationMethod.Published(TranslationMethod.Pix2Pix)),
        ("cyclegan", null, TranslationMethod.UsualOf(TranslationMethod.CycleGan)),
        ("cyclegan-256", 256, TranslationMethod.Published(TranslationMethod.CycleGan)),
        ("cut", null, TranslationMethod.UsualOf(TranslationMethod.Cut)),
        ("cut-256", 256, TranslationMethod.Published(TranslationMethod.Cut)),
    ];

    /// <summary>
    /// What images take by default. In the same time it draws more various pictures without a checkerboard (tools/IlgpuGan.Bench/QUALITY.md) than the options by themselves, with which a run
    /// goes on whose file does not mention them.
    /// </summary>
    internal static TrainingOptions Usual => new TrainingOptions { MinibatchDeviation = true, PenaltyEvery = 4, Upsampling = Networks.Upsampling.Resize }.GivingWay();

    /// <summary>Radford et al. 2016: width, batch, rates and loss of the paper, for images of its size.</summary>
    internal static TrainingOptions Radford2016 => new()
    {
        Width = 64,
        // At other sizes, too, as its networks have always been built here.
        Halving = Networks.Halving.Even,
        Loss = "non-saturating",
        Penalty = "none",
        Batch = 128,
        LearningRate = 2e-4f,
        Beta1 = 0.5f,
        Beta2 = 0.999f,
        AverageHalfLifeKimg = 2,
    };

    /// <summary>
    /// The sample network of homework 6 of the course "Machine Learning 2022 Spring" (National Taiwan University), to the layer, with its batch and rates; D ends in the logit whose sigmoid
    /// the homework takes, and the loss is its binary cross entropy.
    /// </summary>
    private static TrainingOptions Homework6 => Radford2016 with
    {
        LinearStart = true,
        GeneratorKernel = 5,
        DiscriminatorBias = true,
        Batch = 64,
        LearningRate = 1e-4f,
    };

    /// <summary>Their names; the first is what images take by default.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The settings of a name.</summary>
    /// <exception cref="OptionException">There is none of that name.</exception>
    public static TrainingOptions Named(string name)
    {
        OptionCheck.OneOf("--preset", name, Names);
        return Array.Find(Table, row => row.Name == name).Options;
    }

    /// <summary>The size of the images that a preset is for, where it was published for one; null: that of the data.</summary>
    /// <exception cref="OptionException">There is none of that name.</exception>
    public static ImageSize? SizeOf(string name)
    {
        OptionCheck.OneOf("--preset", name, Names);
        return Array.Find(Table, row => row.Name == name).Side is { } side ? new ImageSize(side, side) : null;
    }

    /// <summary>What a preset is made for, as the end of a sentence; null for one that follows a paper or the usual settings.</summary>
    public static string? PurposeOf(string name) => Array.Find(Purposes, purpose => purpose.Name == name).For;

    /// <summary>Whether one of them brings along the value that an option has in settings.</summary>
    internal static bool Bring(RunOption option, RunSettings settings) =>
        Table.Any(row => option.IsSame(settings, settings with { Training = row.Options }));

    /// <summary>
    /// The default with a rate that falls to a tenth by the last step, and an average that is short at first, so that soon there is something to be seen, and long in the end.
    /// </summary>
    private static TrainingOptions Timed(int width, int batch, int steps, double first) => Usual with
    {
        Width = width,
        Batch = batch,
        Steps = steps,
        LearningRate = Graphs.Schedule.Cosine((float)first, (float)(first / 10), steps * batch / 1000f),
        AverageHalfLifeKimg = Graphs.Schedule.Linear(1, 20, steps * batch / 1000f),
    };

    /// <summary>Huang et al. 2024: widths, rates, penalty and average as published, over the images that they were shown.</summary>
    private static TrainingOptions R3(int width, float kimg, float gamma, float halfLife, int batch) => new()
    {
        Network = "r3",
        Width = width,
        LatentSize = 64,
        Loss = "rpgan",
        Penalty = "r1+r2",
        PenaltyWeight = Graphs.Schedule.Cosine(gamma, gamma / 10, kimg),
        Batch = batch,
        LearningRate = Graphs.Schedule.Cosine(2e-4f, 5e-5f, kimg),
        Beta1 = 0,
        Beta2 = Graphs.Schedule.Cosine(0.9f, 0.99f, kimg),
        AverageHalfLifeKimg = Graphs.Schedule.Cosine(0.1f, halfLife, kimg),
    };
}
