using System.CommandLine;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan generate RUN</c>.</summary>
internal static class GenerateCommand
{
    private const double Million = 1e6;

    // What the homework that asks for a thousand images takes.
    private const long DefaultLimit = 2_000_000;

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
        var archive = OptionFactory.Text("--archive", $"In place of --out: one file each in an archive, by its ending ({string.Join(", ", PictureArchive.Extensions)}).", "FILE.tgz|FILE.zip");
        var format = OptionFactory.Choice("--format", "How a folder's or an archive's files are written (default png).", Choice.Names<PictureFormat>());
        var numbered = OptionFactory.Switch("--numbered", "Call them 1, 2 and so on, rather than by the seed.");
        var limit = OptionFactory.Number<double>("--limit", FormattableString.Invariant(
            $"Megabytes of a million bytes that the archive stays below; of jpg the quality is the best that does (default {DefaultLimit / Million} of jpg, none of png)."));
        var device = OptionFactory.Device();
        command.Add(run);
        foreach (var option in new Option[] { count, seed, target, archive, format, numbered, limit, label, rows, truncation, device })
        {
            command.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetResult(target) is null && result.GetResult(archive) is null)
            {
                result.AddError("Option '--out' is required, or --archive");
            }
        });
        command.SetAction(parsed =>
        {
            var files = new PictureFiles(Choice.Read<PictureFormat>(parsed.GetValue(format)) ?? PictureFormat.Png, parsed.GetValue(numbered));
            var wish = new SampleWish(parsed.GetValue(count) ?? 64, parsed.GetValue(seed) ?? 1)
            {
                Label = parsed.GetValue(label),
                Truncation = parsed.GetValue(truncation) ?? double.PositiveInfinity,
            };
            var (path, packed) = (parsed.GetValue(target), parsed.GetValue(archive));
            if (path is not null && packed is not null)
            {
                throw new OptionException($"--out {path} and --archive {packed} are two places for the same images; leave one of them out.");
            }

            if (packed is null && parsed.GetValue(limit) is { } bound)
            {
                throw new OptionException(FormattableString.Invariant($"--limit {bound} is of an archive; give --archive, or leave it out."));
            }

            return packed is not null
                ? Pack(context, parsed.GetValue(run)!, packed, wish, files, LimitOf(parsed.GetValue(limit), files.Format), parsed.GetValue(rows), parsed.GetValue(device))
                // Without any wish the rows show what the labels do.
                : Generate(context, parsed.GetValue(run)!, path!, wish, files, parsed.GetValue(rows), parsed.GetResult(count) is null, parsed.GetValue(device));
        });
        return command;
    }

    private static long? LimitOf(double? megabytes, PictureFormat format)
    {
        if (megabytes is not { } given)
        {
            return format == PictureFormat.Jpg ? DefaultLimit : null;
        }

        OptionCheck.Above0("--limit", given, 1e6);
        return (long)Math.Round(given * Million);
    }

    private static int Pack(CliContext context, string run, string path, SampleWish wish, PictureFiles files, long? limit, string? rows, string? device)
    {
        GeneratorSource.CheckIsThere(run);
        PictureArchive.CheckName(path);
        if (rows is not null)
        {
            throw new OptionException($"--rows {rows} makes one picture, and --archive {path} holds one file for each image; leave one of them out.");
        }

        OutputCheck.File("--archive", path);
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var generator = Generator.Load(run, device, context.Engine, context.Error.WriteLine);
        var made = Display.Show(context, shown => generator.SaveArchive(path, wish, files, limit, shown, signals.Token));
        string quality = made.Quality is not { } chosen ? ""
            : FormattableString.Invariant($", JPEG of quality {chosen}{(chosen < PictureArchive.BestQuality ? $", the best that stays below {PictureArchive.Megabytes(limit!.Value)} MB" : "")}");
        context.Error.WriteLine($"Drew {Amount.Of(wish.Count, "image")} of step {generator.Step} into {path}, {files.NameOf(wish.Seed, 0)} to {files.NameOf(wish.Seed, wish.Count - 1)}: "
            + $"{PictureArchive.Megabytes(made.Bytes)} MB{quality}.");
        return 0;
    }

    private static int Generate(CliContext context, string run, string target, SampleWish wish, PictureFiles files, string? rows, bool isCountOpen, string? device)
    {
        GeneratorSource.CheckIsThere(run);
        var extension = Path.GetExtension(target).ToLowerInvariant();
        var isFile = extension == ".png" && !Directory.Exists(target);
        if (!isFile && PictureArchive.IsName(target) && !Directory.Exists(target))
        {
            throw new OptionException($"--out {target} has the name of an archive; give it as --archive.");
        }

        if (isFile && files != new PictureFiles())
        {
            throw new OptionException($"{(files.IsNumbered ? "--numbered" : $"--format {Choice.Name(files.Format)}")} is of one file for each image, and --out {target} is one picture of all; "
                + "give a folder, or --archive.");
        }

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
                generator.SaveFolder(target, wish, files, shown, signals.Token);
            }

            return wish.Count;
        });
        context.Error.WriteLine($"Drew {Amount.Of(wish.Count, generator.Data.IsPoints ? "point" : "image")} of step {generator.Step} into {target}.");
        return 0;
    }
}
