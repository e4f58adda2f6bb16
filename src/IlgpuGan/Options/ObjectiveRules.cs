using IlgpuGan.Networks;

namespace IlgpuGan.Options;

/// <summary>Combinations of objective, penalty and constraint that the literature forbids, each refused with its reason.</summary>
internal static class ObjectiveRules
{
    private static readonly (Func<TrainingOptions, bool> IsForbidden, Func<TrainingOptions, string> Reason)[] Rules =
    [
        (options => options.Objective.NeedsLipschitz && options is { Penalty: "none", Clip: 0, SpectralNorm: false },
            options => $"--loss {options.Loss} needs a critic of bounded slope, else its loss falls without end: give --penalty wgan-gp, --clip 0.01 or --spectral-norm"),
        (options => options.Penalty != "none" && (options.Network == "dcgan" || options.Translation is not null) && options.EffectiveNorm == Normalization.Batch,
            options => $"--penalty {options.Penalty} bounds D's slope at each image alone, but batch normalisation makes D depend on the whole batch (Gulrajani et al. 2017, section 4): "
                + "give --d-norm none, layer or instance"),
        (options => options.GradientPenalty is { WantsUnitSlope: true } && options.Clip > 0,
            options => $"--penalty {options.Penalty} wants slopes of 1, which weights clipped to {options.Clip} cannot have: give one of --penalty and --clip"),
        (options => options is { Translation: null, Network: "dcgan" or "resnet" } && options.Leaves == options.Batch,
            options => $"--network {options.Network} normalises over the images of a part of the batch, and with --leaves {options.Leaves} a part is one image: give fewer leaves"),
        (options => options.MinibatchDeviation && options.Leaves == options.Batch,
            options => $"--minibatch-stddev compares images of a part of the batch, and with --leaves {options.Leaves} a part is one image: give fewer leaves, or leave one of them out"),
        (options => options.SpectralNorm && options.Clip > 0,
            _ => "--spectral-norm and --clip both bound D's weights, and clipped weights are scaled up again: give one of them"),
        (options => options.SpectralNorm && options.Network == "r3",
            _ => "--spectral-norm divides by singular values, and --network r3 has layers that begin at zero: give --penalty r1+r2"),
        (options => options.SpectralNorm && IsStarGan(options),
            _ => "--spectral-norm divides weights of a D of patches, which that of --method stargan is not: give --penalty or --clip"),
        (options => options.DiscriminatorNorm is not (DiscriminatorNormalization.Auto or DiscriminatorNormalization.None) && IsStarGan(options),
            options => $"--d-norm {Choice.Name(options.DiscriminatorNorm)} is for a D of patches; that of --method stargan has no normalisation: leave it out"),
        (options => options.Mismatched && (options.Condition is null || options.DiscriminatorCondition == ConditionKind.Classifier),
            options => options.Condition is null ? "--mismatched pairs images with labels of others, but there are no labels: give --condition"
                : "--mismatched needs a D that sees labels, and with --d-condition classifier it only reads them: give projection or concatenation"),
        (options => options.MinibatchDeviation && options.Network == "mlp",
            _ => "--minibatch-stddev adds a channel to feature maps, which --network mlp has not: give another network"),
        (options => options.Network is "r3" or "resnet" && options.DiscriminatorNorm is not (DiscriminatorNormalization.Auto or DiscriminatorNormalization.None),
            options => $"--d-norm {Choice.Name(options.DiscriminatorNorm)} is for dcgan; the D of {options.Network} has no normalisation: leave it out"),
        (options => options.Condition is not null && !options.Family.TakesLabels,
            options => $"--condition {options.Condition} asks for labels, but the networks of {options.Network} do not say that they take them (TakesLabels): leave it out, or let them"),
        (options => options.Penalty == "none" && options.PenaltyEvery > 1,
            options => $"--penalty-every {options.PenaltyEvery} says how often a penalty counts, but there is none: give --penalty, or leave it out"),
        (options => options.Penalty == "none" && options.PenaltyWeight is not null,
            options => $"--penalty-weight {options.PenaltyWeight} weighs a penalty, but there is none: give --penalty, or leave it out"),
    ];

    private static bool IsStarGan(TrainingOptions options) => options.Translation is { Method: TranslationMethod.StarGan };

    /// <summary>Refuses the first combination that is forbidden.</summary>
    /// <exception cref="OptionException">Which options, why, and what to give instead.</exception>
    public static void Check(TrainingOptions options)
    {
        foreach (var (isForbidden, reason) in Rules)
        {
            if (isForbidden(options))
            {
                throw new OptionException($"{FormattableString.Invariant($"{reason(options)}")}.");
            }
        }
    }
}
