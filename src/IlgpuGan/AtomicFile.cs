namespace IlgpuGan;

/// <summary>Writes a file so that a crash, a full disk or a cut-off leaves either the old file or the new one, never half of one.</summary>
internal static class AtomicFile
{
    private const string Extension = ".tmp";

    // Longer than any file of ours takes to write.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    /// <summary>
    /// Lets <paramref name="write"/> fill a file of another name in the same folder, <c>PATH.XXXXXXXX.tmp</c>, flushes that to the disk and renames it over
    /// <paramref name="path"/>. Processes that write the same file at once do not meet: the last one to finish wins. A link to a file, or to a name that is
    /// free, stays: what it leads to is written. What is no file is not replaced.
    /// </summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="write">Writes the whole content into a stream that can seek; need not flush or close it.</param>
    /// <exception cref="IOException">
    /// The folder is missing, the disk is full, or the name is taken by a folder, pipe, socket, device or a link in a circle; what was there is unharmed.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written; the old file is unharmed.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        path = Destination(path);
        // With one name for all, a process could rename what another one has just begun to write.
        var aside = $"{path}.{Guid.NewGuid().ToString("N")[..8]}{Extension}";
        var stream = new FileStream(aside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        try
        {
            using (stream)
            {
                write(stream);
                // Without this a rename can reach the disk before the bytes it points to.
                stream.Flush(flushToDisk: true);
            }

            File.Move(aside, path, overwrite: true);
        }
        catch
        {
            Discard(aside);
            throw;
        }
    }

    /// <summary>The file that <see cref="Write"/> makes or replaces: of a link the one that it leads to.</summary>
    /// <exception cref="IOException">There is something else; the message says what and does not name it.</exception>
    internal static string Destination(string path) => RegularFile.Obstacle(path) is { } other
        ? throw new IOException($"it is {other}, which is not replaced")
        : new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : path;

    /// <summary>Whether a name is one that <see cref="Write"/> gives to the unfinished <paramref name="file"/>.</summary>
    internal static bool IsUnfinished(string name, string file)
    {
        name = Path.GetFileName(name);
        // The name without a number is of versions before this one.
        return name == file + Extension
            || (name.Length == file.Length + 9 + Extension.Length && name.StartsWith(file + ".", StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal));
    }

    /// <summary>Deletes what writers that were killed have left in a folder; one that cannot be deleted stays.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The files that were being written, such as <c>*.json</c>.</param>
    /// <param name="isOurs">Whether nobody else writes in the folder now; otherwise only what is a day old goes.</param>
    internal static void Sweep(string folder, string file, bool isOurs)
    {
        try
        {
            foreach (var half in new DirectoryInfo(folder).EnumerateFiles(file + "*" + Extension))
            {
                if (isOurs || half.LastWriteTimeUtc < DateTime.UtcNow - Abandoned)
                {
                    Discard(half.FullName);
                }
            }
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // Tidying is a courtesy.
        }
    }

    // The failure that led here is what the caller must see, not one of cleaning up after it.
    private static void Discard(string aside)
    {
        try
        {
            File.Delete(aside);
        }
        catch (IOException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
