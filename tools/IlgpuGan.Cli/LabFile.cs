using IlgpuGan.Options;

namespace IlgpuGan.Cli;

/// <summary>Where an experiment's picture goes.</summary>
internal static class LabFile
{
    /// <summary>The file asked for, or the default; refused before the work rather than after it.</summary>
    /// <exception cref="OptionException">It is no PNG, a folder, or in a folder that does not exist.</exception>
    public static string Of(string? asked, string usual)
    {
        var path = asked ?? usual;
        if (Directory.Exists(path))
        {
            throw new OptionException($"--out {path} is a folder; give the name of a file that ends with .png.");
        }

        if (!path.EndsWith(".png", StringComparison.OrdinalIgnoreCase))
        {
            throw new OptionException($"--out {path}: the picture is written as PNG; give the name of a file that ends with .png.");
        }

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder))
        {
            throw new OptionException($"--out {path}: there is no folder {folder}; make it, or give another name.");
        }

        OutputCheck.File("--out", path);
        return path;
    }
}
