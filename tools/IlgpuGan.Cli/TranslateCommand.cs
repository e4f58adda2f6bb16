using System.CommandLine;
using IlgpuGan.Data;
using IlgpuGan.Generation;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan translate RUN IMAGE</c>.</summary>
internal static class TranslateCommand
{
    public static Command Create(CliContext context)
    {
        var command = new Command("translate", "Translates images of any size with the averaged generator of a run that was trained on pairs of images, or on two kinds of them.");
        var run = OptionFactory.Run();
        var source = new Argument<string>("IMAGE") { Description = "The image, or a folder, zip or tar of images." };
        var target = OptionFactory.Text("--out", "FILE.png for one image, or a folder, which keeps the images' names.", "FILE.png|DIR");
        var label = OptionFactory.Text("--label", "What the images are to become, for a run that translates between labels, such as hair=blue.", "LABEL=VALUE,...");
        var back = OptionFactory.Switch("--back", "Translate the other way, for a run that learnt both (cyclegan).");
        var tile = OptionFactory.Number<int>("--tile", $"Sides above which an image is translated in tiles that overlap: less memory, and less seen at once (default {TranslationWish.DefaultTile}).");
        var opaque = OptionFactory.Switch("--opaque", "Leave the images' alpha out of the results; what is transparent is translated as it lies on white, either way.");
        var bad = OptionFactory.Number<int>("--max-bad-files", $"Images that may fail to decode (default {TranslationWish.DefaultMaxBadFiles}).");
        var device = OptionFactory.Device();
        target.Required = true;
        command.Add(run);
        command.Add(source);
        command.Add(target);
        command.Add(label);
        command.Add(back);
        command.Add(tile);
        command.Add(opaque);
        command.Add(bad);
        command.Add(device);
        command.SetAction(parsed => Translate(
            context, parsed.GetValue(run)!, parsed.GetValue(source)!, parsed.GetValue(target)!,
            new TranslationWish { Label = parsed.GetValue(label), Tile = parsed.GetValue(tile) ?? TranslationWish.DefaultTile, IsOpaque = parsed.GetValue(opaque) },
            parsed.GetValue(bad) ?? TranslationWish.DefaultMaxBadFiles, parsed.GetValue(back), parsed.GetValue(device)));
        return command;
    }

    private static int Translate(CliContext context, string run, string source, string target, TranslationWish wish, int maxBadFiles, bool isBack, string? device)
    {
        GeneratorSource.CheckIsThere(run);
        using var signals = new StopSignals(context.Clock, () => context.Error.WriteLine("Stopping."), context.Stop);
        using var files = TranslationFiles.Open(source, target, signals.Token);
        using var translator = Translator.Load(run, device, isBack, context.Engine, context.Error.WriteLine);
        foreach (var remark in files.Remarks)
        {
            context.Error.WriteLine(remark);
        }

        IReadOnlyList<SkippedFile> skipped = Display.Show(context, shown => files.Translate(translator, wish, maxBadFiles, shown, signals.Token));
        if (skipped.Count > 0)
        {
            context.Error.WriteLine($"Left out, as they could not be decoded: {string.Join(", ", skipped)}.");
        }

        context.Error.WriteLine($"Translated {Amount.Of(files.Count - skipped.Count, "image")} by step {translator.Step} into {target}.");
        return 0;
    }
}
