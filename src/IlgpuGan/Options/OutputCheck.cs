namespace IlgpuGan.Options;

/// <summary>Says before any work that what it makes could not be written. Whether a folder takes files only a file in it shows: one is made there for an instant.</summary>
internal static class OutputCheck
{
    /// <summary>Checks that a file can be made or replaced; its folder need not be there.</summary>
    /// <param name="option">The option that names it, for messages.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="OptionException">There is something else than a file, or nothing can be written there.</exception>
    public static void File(string option, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (RegularFile.Obstacle(path) is { } other)
        {
            throw new OptionException($"{option} {path} is {other}, which is not replaced; give the name of a file.");
        }

        CheckFolder(option, path, Path.GetDirectoryName(Path.GetFullPath(AtomicFile.Destination(path)))!);
    }

    /// <summary>Checks that files can be written into a folder, which need not be there.</summary>
    /// <inheritdoc cref="File"/>
    public static void Folder(string option, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        CheckFolder(option, path, Path.GetFullPath(path));
    }

    /// <summary>Why files cannot be written into a folder, which need not be there, in words behind "cannot be written"; null where they can.</summary>
    internal static string? Fault(string folder)
    {
        string there = Path.GetFullPath(folder);
        for (; !Directory.Exists(there) && Path.GetDirectoryName(there) is { } above; there = above)
        {
            if (Path.Exists(there))
            {
                return $"{there} is {(RegularFile.Is(there) ? "a file" : "no folder")}";
            }
        }

        string trial = Path.Combine(there, $".ilgpugan-{Guid.NewGuid():N}.tmp");
        try
        {
            new FileStream(trial, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            return null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A folder of the system may say of a file that is to be made that it is not there.
            return $"no file can be made in {there}{(fault is FileNotFoundException or DirectoryNotFoundException ? "" : $" ({Excerpt.Of(fault, trial)})")}";
        }
    }

    private static void CheckFolder(string option, string path, string folder)
    {
        if (Fault(folder) is { } fault)
        {
            throw new OptionException($"{option} {path} cannot be written: {fault}; give another {option}, or allow writing there.");
        }
    }
}
