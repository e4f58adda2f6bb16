using System.Text.RegularExpressions;

namespace IlgpuGan.Export;

/// <summary>Which of the two networks a name speaks of.</summary>
internal static partial class NetworkRole
{
    private static readonly string[] Generators = ["g", "gen", "generator", "ga"], Discriminators = ["d", "disc", "dis", "discriminator", "critic", "da"];

    /// <summary>Whether a name is one of a generator, or of a discriminator: <c>netG</c>, <c>G_ema</c>, <c>generator_state_dict</c>, <c>model_d</c>; of a cycle that forth: <c>netG_A</c>.</summary>
    public static bool IsOf(string name, bool isGenerator) => (isGenerator ? Generators : Discriminators).Contains(Bare(name));

    /// <summary>Whether a name is that of a cycle's generator back, or of its discriminator: <c>netG_B</c>.</summary>
    public static bool IsBack(string name, bool isGenerator) => Bare(name) == (isGenerator ? "gb" : "db");

    /// <summary>Whether it is the average of the weights that are trained.</summary>
    public static bool IsAverage(string name) => Average().IsMatch(name);

    // Optimisers keep tensors under the names of networks, too.
    private static string Bare(string name) => Optimizer().IsMatch(name) ? "" : Common().Replace(name.ToLowerInvariant(), "");

    [GeneratedRegex("state_?dict|weights|params|model|module|net(work)?|averaged?|ema|[^a-z]")]
    private static partial Regex Common();

    [GeneratedRegex("ema|average", RegexOptions.IgnoreCase)]
    private static partial Regex Average();

    [GeneratedRegex("opt|sched|scaler", RegexOptions.IgnoreCase)]
    private static partial Regex Optimizer();
}
