using System.CommandLine;
using System.Numerics;
using IlgpuGan.Devices;
using IlgpuGan.Imaging;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab dirac</c>.</summary>
internal static class LabDiracCommand
{
    private static readonly string[] Orders = ["alternating", "simultaneous"];

    public static Command Create(CliContext context)
    {
        var usual = new DiracOptions();
        var command = new Command("dirac", "The Dirac-GAN: does training come to rest at the equilibrium, with which loss and penalty?");
        var losses = OptionFactory.Choices("--loss", $"Losses, separated by commas, or all (default {string.Join(',', usual.Losses)}).", Objective.Names);
        var penalties = OptionFactory.Choices("--penalty", $"Penalties, separated by commas, or all (default {string.Join(',', usual.Penalties)}).", GradientPenalty.Names);
        var weight = OptionFactory.Number<float>("--penalty-weight", $"Weight of the penalties (default {usual.PenaltyWeight}).");
        var rate = OptionFactory.Number<float>("--lr", $"Step size of gradient descent (default {usual.Rate}).");
        var steps = OptionFactory.Number<int>("--steps", $"Steps of the trajectory (default {usual.Steps}).");
        var order = OptionFactory.Choice("--update", "Whether G sees the D updated just before, or both step at once (default alternating).", Orders);
        var device = OptionFactory.Text("--device", "Device: auto, cuda[:n], opencl[:n] or cpu (default cpu, as there are two numbers to train).", "DEVICE");
        var target = OptionFactory.Text("--out", "The picture (default dirac.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        foreach (var option in (Option[])[losses, penalties, weight, rate, steps, order, device, target, json])
        {
            command.Add(option);
        }

        command.SetAction(parsed => Run(
            context,
            new DiracOptions
            {
                Losses = parsed.GetValue(losses) ?? usual.Losses,
                Penalties = parsed.GetValue(penalties) ?? usual.Penalties,
                PenaltyWeight = parsed.GetValue(weight) ?? usual.PenaltyWeight,
                Rate = parsed.GetValue(rate) ?? usual.Rate,
                Steps = parsed.GetValue(steps) ?? usual.Steps,
                IsAlternating = parsed.GetValue(order) != "simultaneous",
            },
            parsed.GetValue(device) ?? "cpu",
            LabFile.Of(parsed.GetValue(target), "dirac.png"),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CliContext context, DiracOptions options, string selector, string target, bool json)
    {
        options.Validate();
        if (options.PenaltyWeight != new DiracOptions().PenaltyWeight && options.Penalties.All(penalty => penalty == "none"))
        {
            throw new OptionException("--penalty-weight weighs a penalty, and none is among those of --penalty; add one, or leave it out.");
        }

        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var device = ComputeDevice.Open(selector);
        if (!json)
        {
            context.Output.WriteLine($"{"loss",-18}{"penalty",-9}{"eigenvalues of the field",-36}{"flow",-11}{"|step|",-9}{"descent",-11}published");
        }

        var trials = Display.Show(context, shown => DiracStudy.Run(options, device, shown, signals.Token).Select(trial =>
        {
            Print(context.Output, trial, json);
            return trial;
        }).ToList());
        var order = options.IsAlternating ? "in turns" : "at once";
        DiracPlot.Save(
            target,
            FormattableString.Invariant($"Dirac-GAN, {options.Steps} steps of {options.Rate} {order}"),
            options.Penalties.Count,
            DiracStudy.Extent,
            [.. trials.Select(trial => new DiracPanel(
                trial.Penalty == "none" ? trial.Loss : $"{trial.Loss}, {trial.Penalty}",
                Verdict(trial),
                trial.Discrete == DiracVerdict.Converges,
                [.. trial.Path.Select(point => (point.Theta, point.Psi))],
                [.. DiracStudy.Lattice.Zip(trial.Field, (at, direction) => (at.Theta, at.Psi, direction.Theta, direction.Psi))]))]);
        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    // A penalty that wants a slope of 1 has no derivative at 0: the modulus there is as large as numbers get.
    private static string Verdict(DiracTrial trial) =>
        trial.Radius < 100 ? FormattableString.Invariant($"{Lower(trial.Discrete)}, modulus {trial.Radius:F3}") : "repelled by the equilibrium";

    private static void Print(TextWriter output, DiracTrial trial, bool json)
    {
        var (first, second) = trial.Eigenvalues;
        if (json)
        {
            output.WriteJson(new
            {
                trial.Loss,
                trial.Penalty,
                Eigenvalues = new[] { new[] { first.Real, first.Imaginary }, [second.Real, second.Imaginary] },
                trial.Continuous,
                trial.Radius,
                trial.Discrete,
                trial.ConvergesByTheory,
            });
            return;
        }

        output.WriteLine(FormattableString.Invariant(
            $"{trial.Loss,-18}{trial.Penalty,-9}{$"{Words(first)}, {Words(second)}",-36}{Lower(trial.Continuous),-11}{trial.Radius,-9:G5}{Lower(trial.Discrete),-11}{
                (trial.ConvergesByTheory ? "converges" : "does not")}"));
        output.Flush();
    }

    private static string Lower(DiracVerdict verdict) => verdict.ToString().ToLowerInvariant();

    private static string Words(Complex value) => value.Imaginary == 0
        ? FormattableString.Invariant($"{Clean(value.Real):G4}")
        : FormattableString.Invariant($"{Clean(value.Real):G4}{(value.Imaginary < 0 ? "-" : "+")}{Math.Abs(value.Imaginary):G4}i");

    // Minus nought is nought.
    private static double Clean(double value) => value == 0 ? 0 : value;
}
