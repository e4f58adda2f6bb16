using System.CommandLine;
using IlgpuGan.Generation;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan generate RUN</c>.</summary>
internal static class GenerateCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("generate", "Draws images with the averaged generator of a run's last good checkpoint.");
        var run = OptionFactory.Run();
        var count = OptionFactory.Number<int>("--count", "Number of images (default 64).");
        var seed = OptionFactory.Number<ulong>("--seed", "Chooses the images (default 1).");
        var target = OptionFactory.Text("--out", "FILE.png for one picture with all images, or a folder for one file each.", "FILE.png|DIR");
        var label = OptionFactory.Text("--label", "What the images are to be, for a run with labels, such as hair=red,eyes=green (default: as frequent as in the data).", "LABEL=VALUE,...");
        var rows = OptionFactory.Text("--rows", "Draw a grid whose rows are the values of this label (default, with labels and without --label: the first one).", "LABEL");
        var truncation = OptionFactory.Number<double>("--truncation", "Bound of the latents, such as 1.5: fewer kinds of images; large networks draw better ones, small ones duller (default: none).");
        var device = OptionFactory.Device();
        target.Required = true;
        command.Add(run);
        command.Add(count);
        command.Add(seed);
        command.Add(target);
        command.Add(label);
        command.Add(rows);
        command.Add(truncation);
        command.Add(device);
        command.SetAction(parsed => Generate(
            context, parsed.GetValue(run)!, parsed.GetValue(target)!,
            new SampleWish(parsed.GetValue(count) ?? 64, parsed.GetValue(seed) ?? 1) { Label = parsed.GetValue(label), Truncation = parsed.GetValue(truncation) ?? double.PositiveInfinity },
            parsed.GetValue(rows),
            // Without any wish the rows show what the labels do.
            parsed.GetResult(count) is null, parsed.GetValue(device)));
        return command;
    }

    private static int Generate(CliContext context, string run, string target, SampleWish wish, string? rows, bool isCountOpen, string? device)
    {
        GeneratorSource.CheckIsThere(run);
        var extension = Path.GetExtension(target).ToLowerInvariant();
        var isFile = extension == ".png" && !Directory.Exists(target);
        if (!isFile && File.Exists(target))
        {
            throw new OptionException($"--out {target} is a file; give a name that ends with .png, or a folder.");
        }

        // A new folder whose name looks like that of a picture is more likely a mistake.
        if (extension.Length > 0 && !isFile && !Directory.Exists(target))
        {
            throw new OptionException($"--out {target}: pictures are written as PNG; give a name that ends with .png, or a folder, with a slash at its end when its name has a dot.");
        }

        if (rows is not null && !isCountOpen)
        {
            throw new OptionException($"--count {wish.Count} changes nothing beside --rows, which draws as many as fit its rows; leave one of them out.");
        }

        if (isFile)
        {
            OutputCheck.File("--out", target);
        }
        else
        {
            OutputCheck.Folder("--out", target);
        }

        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var generator = Generator.Load(run, device, context.Engine, context.Error.WriteLine);
        if (rows is not null && !isFile)
        {
            throw new OptionException($"--rows {rows} makes one picture, but --out {target} is a folder; give a name that ends with .png.");
        }

        if (isFile && (rows is not null || (generator.Labels is not null && wish.Label is null && isCountOpen)))
        {
            generator.SaveLabelGrid(target, rows, wish);
            context.Error.WriteLine($"Drew a row for each {rows ?? generator.Labels!.Columns[0].Name} of step {generator.Step} into {target}.");
            return 0;
        }

        Display.Show(context, shown =>
        {
            if (isFile)
            {
                generator.SaveGrid(target, wish, shown, signals.Token);
            }
            else
            {
                generator.SaveFolder(target, wish, shown, signals.Token);
            }

            return wish.Count;
        });
        context.Error.WriteLine($"Drew {Amount.Of(wish.Count, generator.Data.IsPoints ? "point" : "image")} of step {generator.Step} into {target}.");
        return 0;
    }
}
