using System.CommandLine;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan project RUN IMAGE</c>.</summary>
internal static class ProjectCommand
{
    private static readonly string[] Fits = [.. Enum.GetNames<ImageFit>().Select(name => name.ToLowerInvariant())];

    public static Command Create(CliContext context)
    {
        var defaults = new ProjectionWish();
        var command = new Command("project", "Finds the latent of an image by descent: the nearest that a run's averaged generator can draw.");
        var run = OptionFactory.Run();
        var image = new Argument<string>("IMAGE") { Description = "The image to look for, at least as large as the run's." };
        var target = OptionFactory.Text("--out", "FILE.png with the image, the way, and what was found.", "FILE.png");
        var steps = OptionFactory.Number<int>("--steps", $"Steps of the descent (default {defaults.Steps}).");
        var seed = OptionFactory.Number<ulong>("--seed", $"Chooses where it begins (default {defaults.Seed}).");
        var label = OptionFactory.Text("--label", "What the image is, for a run with labels, such as hair=red (default: what comes nearest).", "LABEL=VALUE,...");
        var fit = OptionFactory.Choice("--fit", "How an image of another shape is brought to the run's (default crop).", Fits);
        var device = OptionFactory.Device();
        target.Required = true;
        command.Add(run);
        command.Add(image);
        command.Add(target);
        command.Add(steps);
        command.Add(seed);
        command.Add(label);
        command.Add(fit);
        command.Add(device);
        command.SetAction(parsed => Project(
            context, parsed.GetValue(run)!, parsed.GetValue(image)!, parsed.GetValue(target)!,
            new ProjectionWish { Steps = parsed.GetValue(steps) ?? defaults.Steps, Seed = parsed.GetValue(seed) ?? defaults.Seed, Label = parsed.GetValue(label) },
            Enum.Parse<ImageFit>(parsed.GetValue(fit) ?? Fits[0], ignoreCase: true), parsed.GetValue(device)));
        return command;
    }

    private static int Project(CliContext context, string run, string image, string target, ProjectionWish wish, ImageFit fit, string? device)
    {
        GeneratorSource.CheckIsThere(run);
        if (PictureName.IsAnimation(target))
        {
            throw new OptionException($"--out {target}: the picture is written as PNG; give a name that ends with .png.");
        }

        OutputCheck.File("--out", target);
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var generator = Generator.Load(run, device, context.Engine, context.Error.WriteLine);
        var pixels = LatentProjection.ReadImage(generator.Data, image, fit);
        var found = Display.Show(context, shown => generator.Project(pixels, wish, shown, signals.Token));
        generator.SaveProjection(target, found);
        var labels = found.Labels.Length == 0 ? "" : $" as {generator.Labels!.Describe(found.Labels)}";
        context.Output.WriteLine(FormattableString.Invariant($"RMSE {found.Rmse:F2} of 255, from {found.Stages[0].Rmse:F2} at the nearest start{labels}."));
        context.Error.WriteLine($"Drew it beside {image} into {target}.");
        return 0;
    }
}
