using System.CommandLine;
using IlgpuGan.Devices;
using IlgpuGan.Imaging;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab divergence [PAIR]</c>.</summary>
internal static class LabDivergenceCommand
{
    // Points of the drawn truth.
    private const int CurvePoints = 60;

    public static Command Create(CliContext context)
    {
        var usual = new DivergenceOptions();
        var command = new Command("divergence", "Trains D alone between two known distributions and compares its estimate of their divergence with the truth.");
        var pair = new Argument<string?>("PAIR")
        {
            Description = $"{string.Join(", ", DistributionPair.Table.Select(entry => $"{entry.Name} ({entry.Title})"))}; default {usual.Pair}.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var losses = OptionFactory.Choices("--loss", $"Losses of D, separated by commas, or all (default {string.Join(',', usual.Losses)}).", DivergenceOptions.AllLosses);
        var distances = OptionFactory.Numbers<double>("--distances", "Distances to try, separated by commas (default: some that suit the pair).");
        var penalty = OptionFactory.Choice("--penalty", $"What bounds the slope of the Wasserstein critic (default {usual.Penalty}).", DivergenceOptions.SlopePenalties);
        var weight = OptionFactory.Number<float>("--penalty-weight", $"Its weight (default {usual.PenaltyWeight}).");
        var width = OptionFactory.Number<int>("--width", $"Hidden units of each of D's two layers (default {usual.Width}).");
        var batch = OptionFactory.Number<int>("--batch", $"Points of each distribution in an update (default {usual.Batch}).");
        var steps = OptionFactory.Number<int>("--steps", $"Updates of each D (default {usual.Steps}).");
        var rate = OptionFactory.Number<float>("--lr", $"Learning rate of Adam (default {usual.LearningRate}).");
        var seed = OptionFactory.Number<ulong>("--seed", $"Seed of weights and points (default {usual.Seed}).");
        var device = OptionFactory.Device();
        var target = OptionFactory.Text("--out", "The picture (default divergence-PAIR.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        command.Add(pair);
        foreach (var option in (Option[])[losses, distances, penalty, weight, width, batch, steps, rate, seed, device, target, json])
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            var options = new DivergenceOptions
            {
                Pair = parsed.GetValue(pair) ?? usual.Pair,
                Losses = parsed.GetValue(losses) ?? usual.Losses,
                Distances = parsed.GetValue(distances) ?? usual.Distances,
                Penalty = parsed.GetValue(penalty) ?? usual.Penalty,
                PenaltyWeight = parsed.GetValue(weight) ?? usual.PenaltyWeight,
                Width = parsed.GetValue(width) ?? usual.Width,
                Batch = parsed.GetValue(batch) ?? usual.Batch,
                Steps = parsed.GetValue(steps) ?? usual.Steps,
                LearningRate = parsed.GetValue(rate) ?? usual.LearningRate,
                Seed = parsed.GetValue(seed) ?? usual.Seed,
            };
            options.Validate();
            if (options.Penalty != usual.Penalty || options.PenaltyWeight != usual.PenaltyWeight)
            {
                RequireWasserstein(options);
            }

            return Run(context, options, parsed.GetValue(device) ?? "auto", LabFile.Of(parsed.GetValue(target), $"divergence-{options.Pair}.png"), parsed.GetValue(json));
        });
        return command;
    }

    private static void RequireWasserstein(DivergenceOptions options)
    {
        if (!options.Losses.Any(loss => Objective.Named(loss).NeedsLipschitz))
        {
            throw new OptionException("--penalty and --penalty-weight bound the Wasserstein critic, which is not among the losses; add wasserstein to --loss, or leave them out.");
        }
    }

    private static int Run(CliContext context, DivergenceOptions options, string selector, string target, bool json)
    {
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var device = ComputeDevice.Open(selector);
        device.Tune(TuningMode.Off, context.Error.WriteLine);
        if (!json)
        {
            context.Output.WriteLine($"{"loss",-18}{"distance",10}{"estimate",12}{"truth",12}{"error",10}");
        }

        var trials = Display.Show(context, shown => DivergenceStudy.Run(options, device, shown, signals.Token).Select(trial =>
        {
            Print(context.Output, trial, json);
            return trial;
        }).ToList());
        var pair = DistributionPair.Named(options.Pair);
        DivergencePlot.Save(target, pair.Title, pair.Parameter, [.. trials.GroupBy(trial => trial.Loss).Select(group => Panel(pair, [.. group]))]);
        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    private static DivergencePanel Panel(DistributionPair pair, IReadOnlyList<DivergenceTrial> trials)
    {
        var loss = trials[0].Loss;
        double least = Math.Min(pair.Least, trials.Min(trial => trial.Distance)), most = trials.Max(trial => trial.Distance);
        // Two points at the least distance, as a divergence may jump there.
        var curve = Enumerable.Range(0, CurvePoints).Select(i => least + ((most - least) * i / (CurvePoints - 1))).Prepend(least).Select((distance, i) => i == 1 ? distance + 1e-9 : distance);
        return new(
            $"{trials[0].Divergence}, by --loss {loss}",
            [.. curve.Select(distance => (distance, pair.Exact(loss, distance)))],
            [.. trials.Select(trial => (trial.Distance, trial.Estimate))],
            Objective.Named(loss).Function?.OfDisjoint is { } ceiling && double.IsFinite(ceiling) ? (ceiling, NameOf(ceiling)) : null);
    }

    /// <summary>Whole multiples of log 2 by their names, as the theory has them.</summary>
    private static string NameOf(double value) => Math.Round(value / Math.Log(2)) is var times && times != 0 && Math.Abs(value - (times * Math.Log(2))) < 1e-9
        ? times == 1 ? "log 2" : FormattableString.Invariant($"{times} log 2")
        : FormattableString.Invariant($"{value + 0:G4}");

    private static void Print(TextWriter output, DivergenceTrial trial, bool json)
    {
        if (json)
        {
            output.WriteJson(new
            {
                trial.Loss,
                trial.Divergence,
                trial.Distance,
                Estimate = double.IsFinite(trial.Estimate) ? trial.Estimate : (double?)null,
                Exact = double.IsFinite(trial.Exact) ? trial.Exact : (double?)null,
            });
            return;
        }

        // Near nought a share of the truth says nothing.
        var error = double.IsFinite(trial.Exact) && Math.Abs(trial.Exact) > 0.01
            ? FormattableString.Invariant($"{(trial.Estimate / trial.Exact) - 1,10:P1}")
            : $"{"",10}";
        var exact = double.IsFinite(trial.Exact) ? FormattableString.Invariant($"{trial.Exact + 0,12:F4}") : $"{"infinite",12}";
        output.WriteLine(FormattableString.Invariant($"{trial.Loss,-18}{trial.Distance,10:G4}{trial.Estimate,12:F4}") + exact + error);
        output.Flush();
    }
}
