using System.CommandLine;
using IlgpuGan.Faces;
using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary><c>ilgpugan draw faces</c>.</summary>
internal static class DrawCommand
{
    public static Command Create(CliContext context)
    {
        var faces = new Command("faces", "Draws the built-in anime-like faces into a folder, with their attributes in labels.json.");
        var count = OptionFactory.Number<int>("--count", "Number of faces (default 64).");
        var size = OptionFactory.Number<int>("--size", "Side of a picture in pixels (default 128).");
        var seed = OptionFactory.Number<ulong>("--seed", "Chooses the faces (default 1).");
        var target = OptionFactory.Text("--out", "The folder, new or empty.", "DIR");
        target.Required = true;
        faces.Add(count);
        faces.Add(size);
        faces.Add(seed);
        faces.Add(target);
        faces.SetAction(parsed => DrawFaces(
            context, parsed.GetValue(count) ?? 64, parsed.GetValue(size) ?? 128, parsed.GetValue(seed) ?? 1, parsed.GetValue(target)!));
        return new Command("draw", "Draws built-in data.") { faces };
    }

    private static int DrawFaces(CliContext context, int count, int size, ulong seed, string target)
    {
        if (count < 1)
        {
            throw new OptionException($"--count is {count}; it must be at least 1.");
        }

        if (size is < FacePainter.MinimumSize or > FacePainter.MaximumSize)
        {
            throw new OptionException($"--size is {size}; it must be between {FacePainter.MinimumSize} and {FacePainter.MaximumSize}.");
        }

        if (File.Exists(target))
        {
            throw new OptionException($"--out {target} is a file; give a folder.");
        }

        OutputCheck.Folder("--out", target);
        Display.Show(context, observer =>
        {
            using var signals = new StopSignals(context.Clock, () => observer.Notice("Stopping."), context.Stop);
            FaceFolder.Write(target, count, size, seed, observer, signals.Token);
            return 0;
        });
        context.Error.WriteLine($"Drew {Amount.Of(count, "face")} into {target}.");
        return 0;
    }
}
