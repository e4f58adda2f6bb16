using System.CommandLine;
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
    public static Argument<string?> Data() => new("DATA")
    {
        Description = $"What to train on: {DefaultData} (the default), a folder, zip or tar of images, or whatever train takes.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    /// <summary>Some of the options of a run.</summary>
    public static OptionTable Table(IReadOnlyList<string> names) => new([.. OptionRows.Table.Rows.Where(row => names.Contains(row.Name))]);

    /// <summary>What the watchdog said of a training last, when it had seen most, for a picture.</summary>
    public static string WordsOf(Course course) => course.Findings is [.., var last]
        ? FormattableString.Invariant($"Watchdog, step {last.Step}: {last.Sentence}")
        : "The watchdog found nothing wrong.";

    /// <summary>What it said, for programs.</summary>
    public static IEnumerable<object> Lines(IReadOnlyList<Finding> findings) => findings.Select(finding => new { Finding = finding.Kind, finding.Step, finding.Sentence });
}
