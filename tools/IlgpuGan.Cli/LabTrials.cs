using System.CommandLine;
using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary>What the experiments that compare trainings have in common on the command line.</summary>
internal static class LabTrials
{
    /// <summary>What is trained on where nothing is given.</summary>
    public const string DefaultData = "faces";

    /// <summary>The data that is trained on.</summary>
    /// <param name="usual">What is trained on where nothing is given.</param>
    public static Argument<string?> Data(string usual = DefaultData) => new("DATA")
    {
        Description = $"What to train on: {usual} (the default), {string.Join(", ", ImageSetOptions.BuiltIn.Where(name => name != usual))}, a folder, zip or tar of images, or another set of images "
            + "that train takes.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>What holds where nothing is given, on each kind of data, for help.</summary>
    /// <param name="on">What holds on some data.</param>
    /// <param name="usual">What is trained on where nothing is given.</param>
    public static IReadOnlyList<(string Data, RunSettings Settings)> Usual(Func<string, RunSettings> on, string usual = DefaultData) =>
        [.. ImageSetOptions.BuiltIn.OrderBy(name => name != usual).Select(name => (name, on(name))), ("other images", on("."))];

    /// <summary>Some of the options of a run.</summary>
    /// <param name="names">Their names.</param>
    /// <param name="narrowed">Of which of them but some values are taken, and these.</param>
    public static OptionTable Table(IReadOnlyList<string> names, params (string Name, IReadOnlyList<string> Values)[] narrowed) => new([.. OptionRows.Table.Rows
        .Where(row => names.Contains(row.Name)).Select(row => narrowed.FirstOrDefault(entry => entry.Name == row.Name).Values is { } values ? row.Among(values) : row)]);

    /// <summary>What the watchdog said of a training last, when it had seen most, for a picture.</summary>
    public static string WordsOf(Course course) => course.Findings is [.., var last]
        ? FormattableString.Invariant($"Watchdog, step {last.Step}: {last.Sentence}")
        : "The watchdog found nothing wrong.";

    /// <summary>What it said, for programs.</summary>
    public static IEnumerable<object> Lines(IReadOnlyList<Finding> findings) => findings.Select(finding => new { Finding = finding.Kind, finding.Step, finding.Sentence });
}
