using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Options;

/// <summary>A way to learn to translate.</summary>
/// <param name="Name">Name in <see cref="TranslationOptions.Method"/>.</param>
/// <param name="Needs">What it is trained on, as the end of a sentence.</param>
/// <param name="Usual">The settings that two processor cores train it with.</param>
internal sealed record TranslationMethod(string Name, string Needs, TrainingOptions Usual)
{
    /// <summary>What a run that draws from noise is called beside them.</summary>
    public const string None = "gan";

    /// <summary>Translates by pairs.</summary>
    public const string Pix2Pix = "pix2pix";

    /// <summary>Translates between two sets.</summary>
    public const string CycleGan = "cyclegan";

    /// <summary>Translates inputs into what is like the targets, patch by patch.</summary>
    public const string Cut = "cut";

    /// <summary>The same in half the time: nothing keeps targets as they are.</summary>
    public const string FastCut = "fastcut";

    /// <summary>Translates between labels.</summary>
    public const string StarGan = "stargan";

    /// <summary>The methods.</summary>
    public static IReadOnlyList<TranslationMethod> Table { get; } =
    [
        // Isola et al. 2017. Normalisation of each channel by itself has a unet of few pixels draw a bright spot by which it tells how bright the rest is; that of all channels together does not.
        new(Pix2Pix, "pairs of images", Small with { Loss = "non-saturating", Translation = new() { Method = Pix2Pix, Norm = Normalization.Layer } }),
        // Zhu et al. 2017. Half of their weights, as lsgan is half of what they write. What is to be kept goes past a unet from the first step on, and the resnet of theirs learns slowly to copy:
        // after as many steps in twice the time it kept the colour of eyes in 39 % where a unet kept it in 84 % (blond to blue, 48 pixels, 1,460 steps).
        new(CycleGan, "images of two kinds", Small with
        {
            Loss = "lsgan",
            Width = 16,
            Translation = new() { Method = CycleGan, DiscriminatorWidth = 32, Cycle = 5, Identity = 2.5f },
        }),
        // Park et al. 2020; both terms weigh a half, as their code has it, for which their figures stand.
        new(Cut, "images of two kinds", Small with
        {
            Loss = "lsgan",
            Width = 16,
            Translation = new() { Method = Cut, Translator = TranslatorKind.ResNet, DiscriminatorWidth = 32, Nce = 0.5f, Identity = 0.5f },
        }),
        // Published is a contrast of 10, by which their horses stay horses (issue 94 of their code: FID 252); with 1 they become zebras (60.5).
        new(FastCut, "images of two kinds", Small with
        {
            Loss = "lsgan",
            Width = 16,
            Translation = new() { Method = FastCut, Translator = TranslatorKind.ResNet, DiscriminatorWidth = 32, Nce = 1, Identity = 0 },
        }),
        // Choi et al. 2018.
        new(StarGan, "images with labels", Small with
        {
            Loss = "wasserstein",
            Penalty = "wgan-gp",
            Width = 16,
            Batch = 8,
            DiscriminatorSteps = 2,
            Translation = new() { Method = StarGan, DiscriminatorWidth = 32 },
        }),
    ];

    /// <summary>Names of all.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(method => method.Name)];

    private static TrainingOptions Small => new()
    {
        Width = 32,
        Penalty = "none",
        Batch = 4,
        LearningRate = 5e-4f,
        Beta1 = 0.5f,
        Beta2 = 0.999f,
        AverageHalfLifeKimg = 1,
    };

    /// <summary>The usual settings of a method.</summary>
    public static TrainingOptions UsualOf(string name) => Table.First(method => method.Name == name).Usual;

    /// <summary>Rates, batch and mirroring of both papers; their epochs are the run's steps.</summary>
    public static TrainingOptions Published(string name)
    {
        var usual = UsualOf(name);
        return usual with
        {
            Width = 64,
            Batch = 1,
            LearningRate = 2e-4f,
            AverageHalfLifeKimg = 0,
            Flip = true,
            Translation = usual.Translation! with
            {
                Translator = name == Pix2Pix ? TranslatorKind.UNet : TranslatorKind.ResNet,
                PatchLayers = 3,
                DiscriminatorWidth = null,
                RandomCrop = true,
                Norm = Normalization.Instance,
                Upsampling = Upsampling.Transposed,
            },
        };
    }

    /// <summary>Whether a run of this method can begin with the networks of another run: labels are translated by a network of their own.</summary>
    public bool IsLike(TranslationOptions? other) => other is not null && (Name == StarGan) == (other.Method == StarGan);
}
