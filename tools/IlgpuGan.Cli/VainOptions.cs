using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuGan.Data;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary>
/// Options of a training that change nothing beside the data or others that take their place: given on a command line all the same they are refused, not ignored.
/// What an option needs beside it is said in its row of <see cref="OptionRows.Table"/>.
/// </summary>
internal static class VainOptions
{
    private static readonly (string Option, Func<RunSettings, bool> Counts, string Why)[] Rules =
    [
        ("--fit", IsRead, "says how pictures of another shape are brought to the size, and {0} are drawn in any; leave it out"),
        ("--max-bad-files", IsRead, "is of files, and {0} are drawn; leave it out"),
        ("--size", AreImages, "is of images, and {0} is points; leave it out"),
        ("--channels", AreImages, "is of images, and {0} is points; leave it out"),
        ("--no-cache", AreImages, "is of images, and {0} is points, of which nothing is kept; leave it out"),
        ("--flip", AreImages, "mirrors images, and {0} is points; leave it out"),
        ("--width", settings => settings.Training is { StageWidths: null } or { Network: "mlp" or "resnet" }, "changes nothing beside --stage-widths, which says all widths; leave one of them out"),
        ("--lr", settings => settings.Training is { DiscriminatorLearningRate: null } or { GeneratorLearningRate: null }, "changes nothing beside --d-lr and --g-lr; leave it or one of them out"),
        ("--on-collapse", settings => settings.Watchdog.IsOn || settings.Watchdog.OnCollapse == CollapseAction.Warn, "is done by the watchdog and changes nothing beside --no-watchdog; leave one of them out"),
        ("--d-norm", settings => settings.Training.Network != "mlp" || settings.Training.DiscriminatorNorm is DiscriminatorNormalization.Auto or DiscriminatorNormalization.None, "is for dcgan, and the D of mlp has no normalisation; leave it out"),
    ];

    /// <summary>The settings, where all that is given of a command line counts in them.</summary>
    /// <exception cref="OptionException">An option does not; the message says beside what it would.</exception>
    public static RunSettings Checked(ParseResult parsed, RunSettings settings)
    {
        var given = parsed.CommandResult.Children.OfType<OptionResult>().Where(option => !option.Implicit).Select(option => option.Option.Name).ToHashSet();
        foreach (var (option, counts, why) in Rules)
        {
            if (given.Contains(option) && !counts(settings))
            {
                throw new OptionException($"{option} {why.Replace("{0}", settings.Data.Source, StringComparison.Ordinal)}.");
            }
        }

        return settings;
    }

    private static bool AreImages(RunSettings settings) => !PointSet.IsName(settings.Data.Source);

    private static bool IsRead(RunSettings settings) => AreImages(settings) && settings.Data.Source != "faces";
}
