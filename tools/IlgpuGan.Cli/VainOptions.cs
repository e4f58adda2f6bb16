using System.CommandLine;
using System.CommandLine.Parsing;
using IlgpuGan.Data;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary>Options of a training that change nothing beside what else is asked for: given all the same they are refused, not ignored.</summary>
internal static class VainOptions
{
    private const string GiveToo = "give that, too, or leave it out";

    private static readonly (string Option, Func<RunSettings, bool> Counts, string Why)[] Rules =
    [
        ("--faces", settings => settings.Data.Source == "faces", "counts drawn faces, and the data is {0}; give faces as DATA, or leave it out"),
        ("--stacks", IsStacked, "counts what is stacked, and the data is {0}; give stack3: and IDX files as DATA, or leave it out"),
        ("--fit", IsRead, "says how pictures of another shape are brought to the size, and {0} are drawn in any; leave it out"),
        ("--max-bad-files", IsRead, "is of files, and {0} are drawn; leave it out"),
        ("--size", AreImages, "is of images, and {0} is points; leave it out"),
        ("--channels", AreImages, "is of images, and {0} is points; leave it out"),
        ("--no-cache", AreImages, "is of images, and {0} is points, of which nothing is kept; leave it out"),
        ("--flip", AreImages, "mirrors images, and {0} is points; leave it out"),
        ("--output-bias", settings => settings.Training.Network == "dcgan", "changes nothing without --network dcgan; " + GiveToo),
        ("--stage-widths", settings => settings.Training.Network is "dcgan" or "r3", "changes nothing without --network dcgan or r3; " + GiveToo),
        ("--width", settings => settings.Training is { StageWidths: null } or { Network: "mlp" or "resnet" }, "changes nothing beside --stage-widths, which says all widths; leave one of them out"),
        ("--lr", settings => settings.Training is { DiscriminatorLearningRate: null } or { GeneratorLearningRate: null }, "changes nothing beside --d-lr and --g-lr; leave it or one of them out"),
        ("--d-condition", settings => settings.Training.Condition is not null, "changes nothing without --condition; " + GiveToo),
        ("--d-norm", settings => settings.Training.Network != "mlp" || settings.Training.DiscriminatorNorm is "auto" or "none", "is for dcgan, and the D of mlp has no normalisation; leave it out"),
        ("--metric-every", settings => settings.Schedule.Metric is not null, "changes nothing without --metric; " + GiveToo),
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

    private static bool IsStacked(RunSettings settings) => settings.Data.Source.StartsWith("stack3:", StringComparison.Ordinal);
}
