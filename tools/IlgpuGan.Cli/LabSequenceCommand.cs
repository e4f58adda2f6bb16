using System.CommandLine;
using IlgpuGan.Devices;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Theory;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan lab sequence</c>.</summary>
internal static class LabSequenceCommand
{
    public static Command Create(CliContext context)
    {
        var usual = new SequenceOptions();
        var command = new Command("sequence", "Trains generators of sentences of a toy grammar: words chosen by argmax give G no gradient, Gumbel-softmax and straight-through do.");
        var choices = OptionFactory.Choices("--choice", $"Ways to choose words, separated by commas, or all (default {string.Join(',', usual.Choices)}).", usual.Choices);
        var temperature = OptionFactory.Number<float>("--temperature", $"Temperature of the softmax (default {usual.Temperature}).");
        var width = OptionFactory.Number<int>("--width", $"Hidden units of each of two layers of G and D (default {usual.Width}).");
        var batch = OptionFactory.Number<int>("--batch", $"Sentences of an update (default {usual.Batch}).");
        var steps = OptionFactory.Number<int>("--steps", $"Updates of G, for each way (default {usual.Steps}).");
        var rate = OptionFactory.Number<float>("--lr", $"Learning rate of Adam (default {usual.LearningRate}).");
        var seed = OptionFactory.Number<ulong>("--seed", $"Seed of weights, latents and sentences (default {usual.Seed}).");
        var device = OptionFactory.Text("--device", "Device: auto, cuda[:n], opencl[:n] or cpu (default cpu, as the networks are small).", "DEVICE");
        var target = OptionFactory.Text("--out", "The picture (default sequence.png).", "FILE.png");
        var json = OptionFactory.Switch("--json", "Print one JSON object per line on standard output.");
        foreach (var option in (Option[])[choices, temperature, width, batch, steps, rate, seed, device, target, json])
        {
            command.Add(option);
        }

        command.SetAction(parsed => Run(
            context,
            new SequenceOptions
            {
                Choices = parsed.GetValue(choices) ?? usual.Choices,
                Temperature = parsed.GetValue(temperature) ?? usual.Temperature,
                Width = parsed.GetValue(width) ?? usual.Width,
                Batch = parsed.GetValue(batch) ?? usual.Batch,
                Steps = parsed.GetValue(steps) ?? usual.Steps,
                LearningRate = parsed.GetValue(rate) ?? usual.LearningRate,
                Seed = parsed.GetValue(seed) ?? usual.Seed,
            },
            parsed.GetValue(device) ?? "cpu",
            LabFile.Of(parsed.GetValue(target), "sequence.png"),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(CliContext context, SequenceOptions options, string selector, string target, bool json)
    {
        options.Validate();
        OptionCheck.Above0("--temperature", options.Temperature, 100);
        if (options.Temperature != new SequenceOptions().Temperature && options.Choices is [WordChoice.Argmax])
        {
            throw new OptionException("--temperature is that of a softmax, which none of the ways of --choice has; add gumbel-softmax or straight-through, or leave it out.");
        }

        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var device = ComputeDevice.Open(selector);
        device.Tune(TuningMode.Off, context.Error.WriteLine);
        if (!json)
        {
            context.Output.WriteLine($"{"choice",-18}{"valid",9}{"different",18}{"|grad G|",12}");
        }

        var trials = Display.Show(context, shown => SequenceStudy.Run(options, device, shown, signals.Token).Select(trial =>
        {
            Print(context.Output, trial, json);
            return trial;
        }).ToList());
        SequencePlot.Save(
            target,
            "A generator of sentences, by how it chooses words",
            [.. trials.Select(trial => new SequenceLine(trial.Title, [.. trial.Points.Select(point => ((long)point.Step, point.Valid, point.GradientNorm))], trial.Samples))]);
        context.Error.WriteLine($"Drew {target}.");
        return 0;
    }

    private static void Print(TextWriter output, SequenceTrial trial, bool json)
    {
        var last = trial.Points[^1];
        if (json)
        {
            output.WriteJson(new
            {
                trial.Choice,
                last.Valid,
                last.Distinct,
                Of = ToyGrammar.Sentences.Count,
                last.GradientNorm,
                Steps = trial.Points.Select(point => new { point.Step, point.Valid, point.Distinct, GradientNorm = double.IsNaN(point.GradientNorm) ? (double?)null : point.GradientNorm }),
                Samples = trial.Samples.Select(sample => new { sample.Text, sample.IsSentence }),
            });
            return;
        }

        output.WriteLine(FormattableString.Invariant($"{trial.Choice,-18}{last.Valid,9:P1}{$"{last.Distinct} of {ToyGrammar.Sentences.Count}",18}{last.GradientNorm,12:G3}"));
        output.Flush();
    }
}
