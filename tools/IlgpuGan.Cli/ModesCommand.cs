using System.CommandLine;
using IlgpuGan.Evaluation;
using IlgpuGan.Generation;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan modes RUN...</c>.</summary>
internal static class ModesCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("modes", "Counts the modes of what runs have learnt to draw: a classifier of the run's labelled data reads the generated images.");
        var runs = new Argument<string[]>(OptionFactory.RunName) { Description = "One or more run folders.", Arity = ArgumentArity.OneOrMore };
        var count = OptionFactory.Number<int>("--count", $"Number of images of each run (default {ModeEvaluation.DefaultStackCount} of stack3, else {ModeEvaluation.DefaultCount}).");
        var seed = OptionFactory.Number<ulong>("--seed", "Chooses the images (default 1).");
        var attributes = OptionFactory.Text("--attributes", "Labels whose combinations are the modes (default: the first ones that have at most 1000 together).", "A,B|all");
        var device = OptionFactory.Device();
        var json = OptionFactory.Switch("--json", "Print one JSON object per run on standard output instead of a table.");
        var target = OptionFactory.Text("--out", "A picture with the frequencies of modes and of each label.", "FILE.png");
        command.Add(runs);
        command.Add(count);
        command.Add(seed);
        command.Add(attributes);
        command.Add(device);
        command.Add(json);
        command.Add(target);
        command.SetAction(parsed =>
        {
            var evaluation = new ModeEvaluation
            {
                Count = parsed.GetValue(count),
                Seed = parsed.GetValue(seed) ?? 1,
                Attributes = parsed.GetValue(attributes),
                Device = parsed.GetValue(device),
            };
            return Evaluate(context, evaluation, parsed.GetValue(runs)!, parsed.GetValue(json), parsed.GetValue(target));
        });
        return command;
    }

    private static int Evaluate(CliContext context, ModeEvaluation evaluation, string[] runs, bool json, string? target)
    {
        Array.ForEach(runs, TrainedNetworks.CheckIsRun);
        if (target is not null && (!Path.GetExtension(target).Equals(".png", StringComparison.OrdinalIgnoreCase) || Directory.Exists(target)))
        {
            throw new OptionException($"--out {target}: the picture is written as PNG; give a name that ends with .png.");
        }

        if (target is not null)
        {
            OutputCheck.File("--out", target);
        }

        foreach (var run in runs)
        {
            evaluation.Check(run, context.Stop);
        }

        List<ModeReport> reports = Display.Show(context, observer =>
        {
            using var signals = new StopSignals(context.Clock, () => observer.Notice("Stopping."), context.Stop);
            return runs.Select(run => evaluation.Evaluate(run, context.Engine, observer, signals.Token)).ToList();
        });
        if (json)
        {
            reports.ForEach(report => Print(context.Output, report));
        }
        else
        {
            PrintTable(context.Output, reports);
        }

        if (target is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            ModeReport.SavePlot(target, reports);
            context.Error.WriteLine($"Drew {target}.");
        }

        return 0;
    }

    private static void PrintTable(TextWriter output, List<ModeReport> reports)
    {
        var width = Math.Max(3, reports.Max(report => report.Run.Length));
        output.WriteLine($"{"run".PadRight(width)}      step   images     modes        of  KL(uniform)     KL(data)  unseen in "
            + $"data{(reports.Exists(report => report.Wrong is not null) ? "   wrong" : "")}");
        foreach (var report in reports)
        {
            var modes = report.Modes;
            output.WriteLine(FormattableString.Invariant(
                $"{report.Run.PadRight(width)}{report.Step,10}{modes.Samples,9}{modes.Found,10}{modes.Possible,10}{modes.KlToUniform,13:F3}{
                    modes.KlToData,13:F3}{modes.OutsideData,16:P1}{report.Wrong,8:P1}"));
        }

        foreach (var group in reports.GroupBy(report => (Names: string.Join(" x ", report.Combined), report.Modes.Possible, report.Modes.Samples)))
        {
            var first = group.First();
            foreach (var report in group.Where(report => report.Wrong is not null))
            {
                var wrong = report.Attributes.Where(attribute => attribute.Wrong is not null);
                output.WriteLine($"Not as asked in {report.Run}: {string.Join(", ", wrong.Select(attribute => FormattableString.Invariant($"{attribute.Name} {attribute.Wrong:P1}")))}.");
            }

            string right = string.Join(", ", first.Attributes.Select(attribute => FormattableString.Invariant($"{attribute.Name} {attribute.Accuracy:P1}")));
            output.WriteLine(FormattableString.Invariant(
                $"Modes are {group.Key.Names}; KL in nats, and {first.Modes.KlOfChance:F3} to uniform is what {group.Key.Samples} images that are perfectly even get by ")
                + $"chance. The classifier reads held-out images with {right}.");
        }

        output.Flush();
    }

    private static void Print(TextWriter output, ModeReport report) => output.WriteJson(new
    {
        report.Run,
        report.Step,
        report.Seed,
        Images = report.Modes.Samples,
        Combined = report.Combined,
        Modes = report.Modes.Found,
        report.Modes.Possible,
        report.Modes.KlToUniform,
        report.Modes.KlOfChance,
        report.Modes.KlToData,
        report.Modes.OutsideData,
        DataModes = report.DataModes.Found,
        DataKlToUniform = report.DataModes.KlToUniform,
        report.Wrong,
        report.Attributes,
    });
}
