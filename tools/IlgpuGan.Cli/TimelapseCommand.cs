using System.CommandLine;
using IlgpuGan.Generation;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan timelapse RUN</c>.</summary>
internal static class TimelapseCommand
{
    public static Command Create(CliContext context)
    {
        var defaults = new TimelapseWish();
        var command = new Command("timelapse", "Shows how a run learnt to draw: its samples one after the other.");
        var run = new Argument<string>(OptionFactory.RunName) { Description = "The run folder; the run may still go on." };
        var target = OptionFactory.Text("--out", "FILE.webp or FILE.gif for an animation, FILE.png for twelve of the samples in one picture.", "FILE.webp|gif|png");
        var seconds = OptionFactory.Number<double>("--seconds", $"Length of the animation; no sample is shown longer than 0.8 s, but the last (default {defaults.Seconds:0}).");
        var speed = OptionFactory.Number<double>("--fps", $"The most samples a second; of more, evenly chosen ones are shown (default {defaults.FramesPerSecond:0}).");
        var steps = OptionFactory.Numbers<long>("--steps", "Steps whose samples are shown, separated by commas; in a PNG each is a row of images (default: evenly chosen ones).");
        target.Required = true;
        command.Add(run);
        command.Add(target);
        command.Add(seconds);
        command.Add(speed);
        command.Add(steps);
        command.SetAction(parsed => Save(context, parsed.GetValue(run)!, AnimationOption.Remarked(context, parsed, parsed.GetValue(target)!, seconds, speed), new TimelapseWish
        {
            Seconds = parsed.GetValue(seconds) ?? defaults.Seconds,
            FramesPerSecond = parsed.GetValue(speed) ?? defaults.FramesPerSecond,
            Steps = parsed.GetValue(steps) is { } wanted ? [.. wanted.Distinct()] : null,
        }));
        return command;
    }

    private static int Save(CliContext context, string run, string target, TimelapseWish wish)
    {
        TrainedNetworks.CheckIsRun(run);
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        var (pictures, step) = Display.Show(context, shown => Timelapse.Save(run, target, wish, shown, signals.Token));
        context.Error.WriteLine($"Drew {Amount.Of(pictures, "sample")} up to step {step} into {target}.");
        return 0;
    }
}
