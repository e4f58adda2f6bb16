using System.CommandLine;
using IlgpuGan.Generation;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan interpolate RUN</c>.</summary>
internal static class InterpolateCommand
{
    public static Command Create(CliContext context)
    {
        var defaults = new InterpolationWish();
        var command = new Command("interpolate", "Walks from image to image through the latents of a run's averaged generator, and back to the first.");
        var run = OptionFactory.Run();
        var target = OptionFactory.Text("--out", "FILE.webp or FILE.gif for an animation, FILE.png for a strip: a row for each way.", "FILE.webp|gif|png");
        var keys = OptionFactory.Number<int>("--keys", $"Latents that each way passes through (default {defaults.Keys}).");
        var frames = OptionFactory.Number<int>("--frames", $"Pictures of the whole way; a strip shows at most 16 of them, or every key (default {defaults.Frames}).");
        var speed = OptionFactory.Number<double>("--fps", $"Pictures a second (default {defaults.FramesPerSecond:0}).");
        var tiles = OptionFactory.Tiles("--tiles", "Ways side by side and below one another (default: 4x3 of small images, fewer of large ones).");
        var seed = OptionFactory.Number<ulong>("--seed", $"Chooses the images (default {defaults.Seed}).");
        var label = OptionFactory.Text("--label", "What the images are to be, for a run with labels, such as hair=red (default: as frequent as in the data, the same all along a "
            + "way).", "LABEL=VALUE,...");
        var truncation = OptionFactory.Number<double>("--truncation", "Bound of the latents, such as 1.5: fewer kinds of images; large networks draw better ones, small ones duller (default: none).");
        var device = OptionFactory.Device();
        target.Required = true;
        command.Add(run);
        command.Add(target);
        command.Add(keys);
        command.Add(frames);
        command.Add(speed);
        command.Add(tiles);
        command.Add(seed);
        command.Add(label);
        command.Add(truncation);
        command.Add(device);
        command.SetAction(parsed => Interpolate(context, parsed.GetValue(run)!, AnimationOption.Remarked(context, parsed, parsed.GetValue(target)!, speed),
            parsed.GetValue(device), new InterpolationWish
        {
            Keys = parsed.GetValue(keys) ?? defaults.Keys,
            Frames = parsed.GetValue(frames) ?? defaults.Frames,
            FramesPerSecond = parsed.GetValue(speed) ?? defaults.FramesPerSecond,
            Tiles = parsed.GetValue(tiles),
            Seed = parsed.GetValue(seed) ?? defaults.Seed,
            Label = parsed.GetValue(label),
            Truncation = parsed.GetValue(truncation) ?? defaults.Truncation,
        }));
        return command;
    }

    private static int Interpolate(CliContext context, string run, string target, string? device, InterpolationWish wish)
    {
        GeneratorSource.CheckIsThere(run);
        // A misspelt name is said before the generator is read.
        var kind = PictureName.IsAnimation(target) ? "picture" : "column";
        OutputCheck.File("--out", target);
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var generator = Generator.Load(run, device, context.Engine, context.Error.WriteLine);
        var drawn = Display.Show(context, shown => generator.SaveInterpolation(target, wish, shown, signals.Token));
        context.Error.WriteLine($"Drew {Amount.Of(drawn, kind)} of step {generator.Step} into {target}.");
        return 0;
    }
}
