using IlgpuGan.Augmentation;

namespace IlgpuGan.Options;

/// <summary>The augmentation that options name.</summary>
internal static class Augmentations
{
    private static readonly (string Name, Func<TrainingOptions, IAugmentation?> Create)[] Table =
    [
        ("none", _ => null),
        ("diffaugment", options => new DiffAugment(Policy<DiffAugmentPolicy>(options.AugmentPolicy))),
        ("ada", options => new Ada(new(options.Batch, options.AdaTarget, options.AdaKimg, options.AdaProbability, Policy<AdaParts>(options.AdaPolicy)))),
    ];

    /// <summary>Names of all, and of none.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Table.Select(row => row.Name)];

    /// <summary>The augmentation of a run; null for none.</summary>
    public static IAugmentation? Of(TrainingOptions options) => Table.First(row => row.Name == options.Augment).Create(options);

    /// <summary>Names of what the augmentations keep from step to step that a run of these options may have had: the library's and the program's own.</summary>
    public static IReadOnlySet<string> StateNames(TrainingOptions options) => Table.Select(row => row.Create(options with { AdaProbability = null }))
        .Append(options.Own.Augmentation).SelectMany(augmentation => augmentation?.State ?? []).Select(variable => variable.Name).ToHashSet();

    /// <summary>The kinds of changes in a list such as <c>color,cutout</c>: members of an enumeration of flags, in small letters.</summary>
    /// <exception cref="OptionException">A name is unknown or comes twice, by itself or in a group, or there is none.</exception>
    public static TPolicy Policy<TPolicy>(string list)
        where TPolicy : struct, Enum
    {
        var parts = Enum.GetNames<TPolicy>().Where(name => name is not (nameof(AdaParts.None) or nameof(AdaParts.All)))
            .ToDictionary(name => name.ToLowerInvariant(), name => (int)(object)Enum.Parse<TPolicy>(name));
        int policy = 0;
        foreach (string name in list.Split(','))
        {
            if (!parts.TryGetValue(name.Trim(), out int part) || (policy & part) != 0)
            {
                throw new OptionException($"--augment-policy is \"{list}\"; it must be a list of {string.Join(", ", parts.Keys)} with commas between, each at most once.");
            }
            policy |= part;
        }
        return (TPolicy)Enum.ToObject(typeof(TPolicy), policy);
    }
}
