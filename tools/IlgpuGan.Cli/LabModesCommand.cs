using System.CommandLine;
using System.Globalization;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab modes ring|grid</c>.</summary>
internal static class LabModesCommand
{
    private const int DefaultSeeds = 5;

    public static Command Create(CliContext context)
    {
        var command = new Command("modes", "Trains on a mixture of Gaussians from several seeds and counts the modes that the generator finds.");
        var data = new Argument<string>("DATA") { Description = "ring (8 modes) or grid (25 modes)." };
        var seeds = OptionFactory.Number<int>("--seeds", $"Number of trainings, from consecutive seeds (default {DefaultSeeds}).");
        var target = OptionFactory.Text("--out", "The picture (default modes-DATA.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(data);
        command.Add(seeds);
        command.Add(target);
        var options = new TrainOptions(command, LabTrials.Table(ModeStudy.Options), [("ring", RunSettings.For("ring")), ("grid", RunSettings.For("grid"))]);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            options.Apply(parsed, RunSettings.For(parsed.GetValue(data)!)),
            parsed.GetValue(seeds) ?? DefaultSeeds,
            LabFile.Of(parsed.GetValue(target), $"modes-{parsed.GetValue(data)}.png"),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CliContext context, RunSettings settings, int seeds, string target, bool json)
    {
        var truth = ModeStudy.TruthOf(settings);
        var training = settings.Training;
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        var trials = Display.Show(context, shown => ModeStudy.Run(settings, seeds, context.Engine, shown.Notice, shown, context.Clock, signals.Token)
            .Select(trial => Print(context.Output, trial, truth.Modes.Count, json)).ToList());
        ModeStrip.Save(
            target,
            $"{settings.Data.Source}: {training.Loss}, penalty {training.Penalty}",
            truth.Points,
            [.. trials.Select(trial => new ModeRow(
                FormattableString.Invariant($"seed {trial.Seed}: {trial.Score.Modes} of {truth.Modes.Count} modes, {trial.Score.HighQuality:P1} high quality"),
                [.. trial.Snapshots.Select(snapshot => (snapshot.Step, snapshot.Points))]))]);
        if (!json)
        {
            context.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{"all",4}  {trials.Min(trial => trial.Score.Modes),5} to {trials.Max(trial => trial.Score.Modes)} of {truth.Modes.Count} modes, at least "
                    + $"{trials.Min(trial => trial.Score.HighQuality):P1} high quality, at most {trials.Max(trial => trial.Seconds):F0} s"));
        }

        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    private static ModeTrial Print(TextWriter output, ModeTrial trial, int modes, bool json)
    {
        var score = trial.Score;
        if (json)
        {
            output.WriteJson(new
            {
                trial.Seed,
                score.Modes,
                Of = modes,
                HighQuality = Math.Round(score.HighQuality, 4),
                Imbalance = double.IsFinite(score.Imbalance) ? Math.Round(score.Imbalance, 4) : (double?)null,
                Seconds = Math.Round(trial.Seconds, 1),
                Findings = LabTrials.Lines(trial.Findings),
            });
            return trial;
        }

        if (trial.Snapshots.Count > 0)
        {
            output.WriteLine(FormattableString.Invariant(
                $"seed {trial.Seed,3}  {score.Modes,3} of {modes} modes  {score.HighQuality,6:P1} high quality  imbalance {score.Imbalance:F3}  {trial.Seconds,5:F1} s"));
            foreach (var finding in trial.Findings)
            {
                output.WriteLine(FormattableString.Invariant($"          step {finding.Step}: {finding.Sentence}"));
            }

            output.Flush();
        }

        return trial;
    }
}
