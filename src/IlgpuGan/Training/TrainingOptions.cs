using IlgpuGan.Networks;
using IlgpuGan.Objectives;

namespace IlgpuGan.Training;

/// <summary>Everything that decides the course of a run besides the data and the device; written to <c>options.json</c>.</summary>
public sealed record TrainingOptions
{
    /// <summary>Names that <see cref="Network"/> may have.</summary>
    public static IReadOnlyList<string> Networks { get; } = ["dcgan", "mlp"];

    /// <summary>Names that <see cref="Loss"/> may have.</summary>
    public static IReadOnlyList<string> Losses => Objective.Names;

    /// <summary>Names that <see cref="Penalty"/> may have.</summary>
    public static IReadOnlyList<string> Penalties => GradientPenalty.Names;

    /// <summary>Names that <see cref="DiscriminatorNorm"/> may have.</summary>
    public static IReadOnlyList<string> Norms { get; } = ["auto", .. Enum.GetNames<Normalization>().Select(name => name.ToLowerInvariant())];

    /// <summary>Names that <see cref="Precision"/> may have: those of <see cref="Devices.Precision"/> in small letters.</summary>
    public static IReadOnlyList<string> Precisions { get; } = [.. Enum.GetNames<Devices.Precision>().Select(name => name.ToLowerInvariant())];

    /// <summary>Network family: <c>dcgan</c> or <c>mlp</c>.</summary>
    public string Network { get; init; } = "dcgan";

    /// <summary>Channels of the widest feature map nearest the image (ngf = ndf in the DCGAN paper); hidden units of the mlp.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Hidden layers of the mlp, in G and in D.</summary>
    public int Depth { get; init; } = 2;

    /// <summary>
    /// Bandwidth of the random features that the mlp's D takes in the place of its first hidden layer, in radians per unit (Tancik et al. 2020); 0 for
    /// none. Counts for nothing with <see cref="Clip"/> and <see cref="SpectralNorm"/>, which bound the very weights that it needs large.
    /// </summary>
    public float Bandwidth { get; init; }

    /// <summary>Length of the latent vector z.</summary>
    public int LatentSize { get; init; } = 100;

    /// <summary>Objective: one of <see cref="Objective.Names"/>.</summary>
    public string Loss { get; init; } = "non-saturating";

    /// <summary>Gradient penalty of D: one of <see cref="GradientPenalty.Names"/>.</summary>
    public string Penalty { get; init; } = "none";

    /// <summary>Weight of the penalty (gamma of R1 and R2, lambda of the others); null: the one of its paper.</summary>
    public float? PenaltyWeight { get; init; }

    /// <summary>
    /// Updates of D from one with the penalty to the next. Above 1 the penalty is a step of its own, so many times as strong (lazy
    /// regularisation, Karras et al. 2020).
    /// </summary>
    public int PenaltyEvery { get; init; } = 1;

    /// <summary>Bound that D's weights are clipped to after each update (Arjovsky et al. 2017 used 0.01); 0 for none.</summary>
    public float Clip { get; init; }

    /// <summary>Whether D's weights are divided by their largest singular value (Miyato et al. 2018).</summary>
    public bool SpectralNorm { get; init; }

    /// <summary>Weight of LeCam's term in D's loss (Tseng et al. 2021 used 0.3 and less); 0 for none.</summary>
    public float LeCam { get; init; }

    /// <summary>Normalisation between D's layers: <c>auto</c> takes batch, or none where a penalty or spectral normalisation bounds D.</summary>
    public string DiscriminatorNorm { get; init; } = "auto";

    /// <summary>Images per update.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>Generator updates to make in all.</summary>
    public long Steps { get; init; } = 10_000;

    /// <summary>Discriminator updates before each generator update (n of the course's algorithm).</summary>
    public int DiscriminatorSteps { get; init; } = 1;

    /// <summary>Adam's learning rate of D and G.</summary>
    public float LearningRate { get; init; } = 2e-4f;

    /// <summary>Adam's beta1.</summary>
    public float Beta1 { get; init; } = 0.5f;

    /// <summary>Adam's beta2.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Adam's epsilon.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Half-life of the generator average, in thousand real images shown.</summary>
    public float AverageHalfLifeKimg { get; init; } = 2;

    /// <summary>
    /// Standard deviation of the Gaussian noise that D sees on reals and fakes alike, where colours span [-1, 1]; 0 for none. It gives
    /// P_data and P_G a common support, without which their divergence teaches G nothing (Sonderby et al., Arjovsky and Bottou, both 2017).
    /// </summary>
    public float InstanceNoise { get; init; }

    /// <summary>Mirror real images at random.</summary>
    public bool Flip { get; init; }

    /// <summary>
    /// How products round their factors where the device has tensor cores: <c>fp32</c> not at all, <c>tf32</c> or <c>bf16</c>; sums, weights and
    /// everything else are single precision. Devices without tensor cores compute as with <c>fp32</c>.
    /// </summary>
    public string Precision { get; init; } = "tf32";

    /// <summary>Seed of initialisation, latents and batches.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>The weight that counts.</summary>
    internal float EffectivePenaltyWeight => PenaltyWeight ?? GradientPenalty.Named(Penalty)?.DefaultWeight ?? 0;

    /// <summary>The bandwidth that counts.</summary>
    internal float EffectiveBandwidth => Clip > 0 || SpectralNorm ? 0 : Bandwidth;

    /// <summary>The normalisation that counts.</summary>
    internal Normalization EffectiveNorm => DiscriminatorNorm != "auto" ? Enum.Parse<Normalization>(DiscriminatorNorm, ignoreCase: true)
        : Penalty != "none" || SpectralNorm ? Normalization.None : Normalization.Batch;

    /// <summary>Checks that the network can draw images of a shape: dcgan doubles sides twice from at least 4 pixels.</summary>
    /// <exception cref="OptionException">It cannot.</exception>
    public void CheckShape(RunData data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (Network == "dcgan" && (data.Height < 16 || data.Width < 16 || data.Height % 4 != 0 || data.Width % 4 != 0))
        {
            var (height, width) = (Math.Max(16, (data.Height + 3) / 4 * 4), Math.Max(16, (data.Width + 3) / 4 * 4));
            throw new OptionException(
                $"--network dcgan cannot draw images of {data.Height}x{data.Width}: its sides are multiples of 4 and at least 16; give --size {height}x{width}.");
        }
    }

    /// <summary>Checks every value against what is allowed.</summary>
    /// <exception cref="OptionException">The first value that is not, by the name of its option.</exception>
    public void Validate()
    {
        OptionCheck.OneOf("--network", Network, Networks);
        OptionCheck.OneOf("--loss", Loss, Losses);
        OptionCheck.OneOf("--precision", Precision, Precisions);
        OptionCheck.Between("--width", Width, 1, 1024);
        OptionCheck.Between("--depth", Depth, 1, 16);
        OptionCheck.Between("--bandwidth", Bandwidth, 0, 1000);
        OptionCheck.Between("--latent", LatentSize, 1, 8192);
        // Batch normalisation has no variance over a single image.
        OptionCheck.Between("--batch", Batch, 2, 8192);
        OptionCheck.Between("--steps", Steps, 1, 1_000_000_000);
        OptionCheck.Between("--d-steps", DiscriminatorSteps, 1, 100);
        OptionCheck.Above0("--lr", LearningRate, 1);
        OptionCheck.Below1("--beta1", Beta1);
        OptionCheck.Below1("--beta2", Beta2);
        OptionCheck.Above0("--epsilon", Epsilon, 1);
        OptionCheck.Between("--half-life", AverageHalfLifeKimg, 0, 1_000_000);
        OptionCheck.Between("--instance-noise", InstanceNoise, 0, 10);
        OptionCheck.OneOf("--penalty", Penalty, Penalties);
        OptionCheck.OneOf("--d-norm", DiscriminatorNorm, Norms);
        OptionCheck.Between("--penalty-weight", EffectivePenaltyWeight, 0, 1e6f);
        OptionCheck.Between("--penalty-every", PenaltyEvery, 1, 1000);
        OptionCheck.Between("--clip", Clip, 0, 100);
        OptionCheck.Between("--lecam", LeCam, 0, 1000);
        ObjectiveRules.Check(this);
    }
}
