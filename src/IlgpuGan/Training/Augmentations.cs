using IlgpuGan.Augmentation;

namespace IlgpuGan.Training;

/// <summary>The augmentation that options name.</summary>
internal static class Augmentations
{
    private static readonly Dictionary<string, DiffAugmentPolicy> Policies = Enum.GetValues<DiffAugmentPolicy>()
        .Where(policy => policy != DiffAugmentPolicy.None)
        .ToDictionary(policy => policy.ToString().ToLowerInvariant());

    /// <summary>The augmentation of a run; null for none.</summary>
    public static IAugmentation? Of(TrainingOptions options) => options.Augment switch
    {
        "none" => null,
        "diffaugment" => new DiffAugment(Policy(options.AugmentPolicy)),
        "ada" => new Ada(new(options.Batch, options.AdaTarget, options.AdaKimg, options.AdaProbability)),
        _ => throw new OptionException($"There is no augmentation \"{options.Augment}\"."),
    };

    /// <summary>The kinds of changes in a list such as <c>color,cutout</c>.</summary>
    /// <exception cref="OptionException">A name is unknown or comes twice, or there is none.</exception>
    public static DiffAugmentPolicy Policy(string list)
    {
        var policy = DiffAugmentPolicy.None;
        foreach (string name in list.Split(','))
        {
            if (!Policies.TryGetValue(name.Trim(), out var part) || policy.HasFlag(part))
                throw new OptionException($"--augment-policy is \"{list}\"; it must be a list of {string.Join(", ", Policies.Keys)} with commas between, each at most once.");
            policy |= part;
        }
        return policy;
    }
}
