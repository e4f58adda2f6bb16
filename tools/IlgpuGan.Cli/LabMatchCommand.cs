using System.CommandLine;
using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab match [DATA]</c>.</summary>
internal static class LabMatchCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("match", "Trains one G against a D that is too strong, one that is too weak, and one that keeps step, and shows the three side by side.");
        var data = LabTrials.Data();
        var target = OptionFactory.Text("--out", "The picture (default match.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(data);
        var options = new TrainOptions(command, table: LabTrials.Table(MatchStudy.Options), usual: LabTrials.Usual(MatchStudy.Usual));
        command.Add(target);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            options.Apply(parsed, MatchStudy.Usual(parsed.GetValue(data) ?? LabTrials.DefaultData)),
            LabFile.Of(parsed.GetValue(target), "match.png"),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CliContext context, RunSettings settings, string target, bool json)
    {
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        var trials = Display.Show(context, shown => MatchStudy.Run(settings, context.Engine, shown, signals.Token).Select((trial, i) =>
        {
            // Not before, as data or device may be refused.
            if (i == 0 && !json)
            {
                context.Output.WriteLine($"{"D is",-10}{"D(x)",8}{"D(G(z))",10}{"|grad G|",12}{"spread",9}{"covered",10}");
            }

            Print(context.Output, trial, json);
            return trial;
        }).ToList());
        var data = trials[0].Data;
        var reals = data.IsPoints ? ModeStudy.TruthOf(settings).Points : [];
        MatchPlot.Save(
            target,
            $"D and G have to match: {settings.Training.Loss} loss on {settings.Data.Source}",
            new(data.Height, data.Width, data.Channels),
            reals,
            [.. trials.Select(trial => new MatchColumn(
                trial.Title,
                [.. trial.Course.Reports.Select(report => (report.Step, report.RealProbability, report.FakeProbability, report.GeneratorGradientNorm))],
                trial.Images,
                trial.Points,
                LabTrials.WordsOf(trial.Course)))]);
        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    private static void Print(TextWriter output, MatchTrial trial, bool json)
    {
        var last = trial.Course.Reports[^1];
        if (json)
        {
            output.WriteJson(new
            {
                trial.Name,
                trial.Title,
                Reports = trial.Course.Reports.Select(report => new
                {
                    report.Step, report.RealProbability, report.FakeProbability, report.GeneratorGradientNorm, report.DiscriminatorLoss, report.GeneratorLoss,
                }),
                Spread = last.PixelSpread,
                last.Coverage,
                Findings = LabTrials.Lines(trial.Course.Findings),
            });
            return;
        }

        output.WriteLine(FormattableString.Invariant(
            $"{trial.Name,-10}{last.RealProbability,8:F2}{last.FakeProbability,10:F2}{last.GeneratorGradientNorm,12:G3}{last.PixelSpread,9:F2}{last.Coverage,10:P0}"));
        foreach (var finding in trial.Course.Findings)
        {
            output.WriteLine(FormattableString.Invariant($"          step {finding.Step}: {finding.Sentence}"));
        }

        output.Flush();
    }
}
