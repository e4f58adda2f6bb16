using System.CommandLine;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab gradients [DATA]</c>.</summary>
internal static class LabGradientsCommand
{
    private const float DefaultWeight = 10;

    public static Command Create(CliContext context)
    {
        string[] usual = [SlopeBound.Clip, SlopeBound.Penalty];
        var command = new Command("gradients", "Trains a Wasserstein GAN with clipped weights and with a gradient penalty, and draws how large D's gradient is in each of its layers.");
        var data = LabTrials.Data();
        var bounds = OptionFactory.Choices(
            "--bounds", $"What bounds the slope of D, names with commas between (default {string.Join(',', usual)}).", [.. SlopeBound.Table.Select(bound => bound.Name)]);
        var clip = OptionFactory.Number<float>("--clip", $"Size that weights are clipped to (default {GradientStudy.DefaultClip}).");
        var weight = OptionFactory.Number<float>("--penalty-weight", $"Weight of the gradient penalty (default {DefaultWeight}).");
        var target = OptionFactory.Text("--out", "The picture (default gradients.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(data);
        foreach (var option in (Option[])[bounds, clip, weight])
        {
            command.Add(option);
        }

        var options = new TrainOptions(command, table: LabTrials.Table(GradientStudy.Options), usual: LabTrials.Usual(GradientStudy.Usual));
        command.Add(target);
        command.Add(json);
        command.SetAction(parsed => Run(
            context,
            options.Apply(parsed, GradientStudy.Usual(parsed.GetValue(data) ?? LabTrials.DefaultData)),
            parsed.GetValue(bounds) ?? usual,
            parsed.GetValue(clip) ?? GradientStudy.DefaultClip,
            parsed.GetValue(weight) ?? DefaultWeight,
            LabFile.Of(parsed.GetValue(target), "gradients.png"),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CliContext context, RunSettings settings, IReadOnlyList<string> bounds, float clip, float weight, string target, bool json)
    {
        RequireBound("--clip", clip != GradientStudy.DefaultClip, SlopeBound.Clip, bounds);
        RequireBound("--penalty-weight", weight != DefaultWeight, SlopeBound.Penalty, bounds);
        if (bounds.Contains(SlopeBound.Spectral) && settings.Training.Network == "r3")
        {
            throw new OptionException(
                $"--bounds {SlopeBound.Spectral} divides by singular values, and --network r3 has layers that begin at zero; leave it out of --bounds, or give another --network.");
        }

        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        var trials = Display.Show(context, shown => GradientStudy.Run(settings, bounds, clip, weight, context.Engine, shown, signals.Token).Select(trial =>
        {
            Print(context.Output, trial, json);
            return trial;
        }).ToList());
        var layers = trials.MaxBy(trial => trial.Norms.Count)!.Norms.Select(norm => norm.Layer).ToList();
        LayerPlot.Save(
            target,
            FormattableString.Invariant($"Gradient of a Wasserstein critic in its layers, {settings.Training.Steps} updates of G on {settings.Data.Source}"),
            "norm of the gradient",
            layers,
            [.. trials.Select(trial => new LayerLine(trial.Title, [.. layers.Select(trial.NormOf)]))]);
        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    private static void RequireBound(string option, bool isGiven, string bound, IReadOnlyList<string> bounds)
    {
        if (isGiven && !bounds.Contains(bound))
        {
            throw new OptionException($"{option} belongs to the bound {bound}, which is not among those of --bounds; add it, or leave {option} out.");
        }
    }

    private static void Print(TextWriter output, GradientTrial trial, bool json)
    {
        if (json)
        {
            output.WriteJson(new { trial.Bound, trial.Title, Norms = trial.Norms.ToDictionary(norm => norm.Layer, norm => norm.Norm), trial.Ratio });
            return;
        }

        output.WriteLine(trial.Title);
        foreach (var (layer, norm) in trial.Norms)
        {
            output.WriteLine(FormattableString.Invariant($"  {layer,-12}{norm,12:G4}"));
        }

        output.WriteLine(FormattableString.Invariant($"  {"most / least",-12}{trial.Ratio,12:G4}"));
        output.Flush();
    }
}
