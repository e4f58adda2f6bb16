namespace IlgpuGan.Runs;

/// <summary>Says early that something else lies in a run folder where a file or folder of the run belongs.</summary>
internal static class PlaceCheck
{
    /// <summary>Checks the place of a file.</summary>
    /// <param name="path">The place.</param>
    /// <param name="content">What belongs there, with that verb: <c>the lock belongs</c>.</param>
    /// <exception cref="RunFolderException">There is no file, but not nothing.</exception>
    public static void File(string path, string content)
    {
        if (RegularFile.Obstacle(path) is { } other)
        {
            throw Taken(path, other, content);
        }
    }

    /// <summary>Checks the place of a folder.</summary>
    /// <param name="path">The place.</param>
    /// <param name="content">What belongs there, with that verb: <c>the lock belongs</c>.</param>
    /// <exception cref="RunFolderException">There is no folder, but not nothing.</exception>
    public static void Folder(string path, string content)
    {
        if (!Directory.Exists(path) && Path.Exists(path))
        {
            throw Taken(path, RegularFile.Obstacle(path) ?? "a file", content);
        }
    }

    private static RunFolderException Taken(string path, string other, string content) =>
        new($"{path} is {other}, where {content}; move it away and try again.");
}
