using IlgpuGan.Data;

namespace IlgpuGan.Options;

/// <summary>
/// What a training takes for a set of few images where nothing else was asked for: one row of <see cref="Table"/>, which is the one place that says it. Sets that the program draws itself
/// are as large as one likes, and not small by nature: they have no row.
/// </summary>
/// <param name="Least">The fewest images that it is for.</param>
/// <param name="Most">The most images that it is for.</param>
/// <param name="Augment">The augmentation, one of <see cref="TrainingOptions.Augmentations"/>.</param>
internal sealed record SmallSet(int Least, int Most, string Augment)
{
    /// <summary>The rows, from the smallest sets on.</summary>
    public static IReadOnlyList<SmallSet> Table { get; } =
    [
        // DiffAugment, frozen layers and a quarter of the rate were tried, too: Training/README has the distances, which are two to three times as large.
        new(1, 499, "ada") { Parent = "faces" },
        new(500, 5000, "ada"),
    ];

    /// <summary>
    /// The network of the program that a set of colours begins with, even of another subject: 300 emoji of 48 x 48 were after 1000 steps at a sliced Wasserstein distance of 43 from it, and of
    /// 106 from noise. Null for noise.
    /// </summary>
    public string? Parent { get; private init; }

    /// <summary>What a parent brings along and nobody changes who wants it: where one of these options is given, networks are to be made and not taken.</summary>
    public static IReadOnlyList<string> OptionsOfNewNetworks { get; } =
    [
        "network", "width", "depth", "stage-widths", "output-bias", "linear-start", "halving", "upsampling", "g-kernel", "d-bias", "group-size", "minibatch-stddev", "latent", "d-norm",
        "spectral-norm", "loss", "penalty", "penalty-every", "clip", "optimizer", "beta1", "beta2", "epsilon", "momentum", "weight-decay",
    ];

    /// <summary>The row of a set; null where it is not small.</summary>
    public static SmallSet? Of(ImageSetOptions data, int count) =>
        data.Images is null && (ImageSetOptions.BuiltIn.Contains(data.Source) || data.Source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal)) ? null
        : Table.FirstOrDefault(row => count >= row.Least && count <= row.Most);
}
