using System.CommandLine;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab failures</c>.</summary>
internal static class LabFailuresCommand
{
    // A number that gives a failure away lies below this share of what it is of reals.
    private const double Telling = 0.6;

    public static Command Create(CliContext context)
    {
        string[] usual = [.. Failure.Table.Select(failure => failure.Name)];
        var command = new Command("failures", "Trains so that it fails, in three ways, and shows how each looks, what the watchdog says, and which numbers tell them apart.");
        var failures = OptionFactory.Choices("--failure", $"Failures, separated by commas, or all (default {string.Join(',', usual)}).", usual);
        var steps = OptionFactory.Number<long>(
            "--steps", $"Updates of G, of each (default {string.Join(", ", Failure.Table.Select(failure => $"{failure.Usual.Training.Steps} to {failure.Name}"))}).");
        var seed = OptionFactory.Number<ulong>("--seed", "Added to the seed of each (default 0).");
        var device = OptionFactory.Device();
        var target = OptionFactory.Text("--out", "The picture (default failures.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        foreach (var option in (Option[])[failures, steps, seed, device, target, json])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            OptionCheck.Between("--steps", parsed.GetValue(steps) ?? 1, 1, 1_000_000);
            return Run(
                context, parsed.GetValue(failures) ?? usual, parsed.GetValue(steps), parsed.GetValue(seed) ?? 0, parsed.GetValue(device) ?? "auto",
                LabFile.Of(parsed.GetValue(target), "failures.png"), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(CliContext context, IReadOnlyList<string> names, long? steps, ulong seed, string device, string target, bool json)
    {
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        var trials = Display.Show(context, shown => FailureStudy.Run(names, steps, seed, device, context.Engine, shown, signals.Token).Select(trial =>
        {
            Print(context.Output, trial, json);
            return trial;
        }).ToList());
        FailureSheet.Save(
            target,
            $"{Ways(trials.Count)} (of unseen reals each is about 1)",
            [.. trials.Select(trial => new FailureColumn(
                trial.Failure.Title, trial.Failure.Cause, trial.Images, new(trial.Data.Height, trial.Data.Width, trial.Data.Channels), trial.Reals, trial.Fakes, Rows(trial), Words(trial))
            {
                Kinds = trial.Kinds,
            })]);
        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    private static string Ways(int count) => count switch
    {
        1 => "One way to fail, and the numbers that tell it",
        2 => "Two ways to fail, and the numbers that tell them apart",
        _ => "Three ways to fail, and the numbers that tell them apart",
    };

    private static List<(string Name, string Value, bool IsTelling)> Rows(FailureTrial trial)
    {
        var numbers = trial.Numbers;
        List<(string, string, bool)> rows =
        [
            Row("spread of the fakes", numbers.Spread),
            Row("precision: fakes like a real", numbers.Precision),
            Row("recall: reals like a fake", numbers.Recall),
            Row("coverage: reals with a fake", numbers.Coverage),
        ];
        rows.Add(numbers.Modes is { } modes
            ? ("modes found", $"{modes} of {numbers.OfModes}", modes < Telling * numbers.OfModes)
            : Row("distance to training images", numbers.Memorisation));
        return rows;
    }

    private static (string Name, string Value, bool IsTelling) Row(string name, double? value) =>
        (name, value is { } number ? FormattableString.Invariant($"{number:F2}") : "-", value < Telling);

    // That which was to be shown, where it was seen.
    private static string Words(FailureTrial trial) => trial.Course.Findings.LastOrDefault(finding => finding.Kind == trial.Failure.Expected) is { } expected
        ? FormattableString.Invariant($"Watchdog, step {expected.Step}: {expected.Sentence}")
        : LabTrials.WordsOf(trial.Course);

    private static void Print(TextWriter output, FailureTrial trial, bool json)
    {
        if (json)
        {
            output.WriteJson(new { trial.Failure.Name, trial.Failure.Cause, trial.Numbers, Findings = LabTrials.Lines(trial.Course.Findings) });
            return;
        }

        output.WriteLine($"{trial.Failure.Title} ({trial.Failure.Cause})");
        foreach (var (name, value, _) in Rows(trial))
        {
            output.WriteLine($"  {name,-32}{value,10}");
        }

        output.WriteLine($"  {Words(trial)}");
        output.Flush();
    }
}
