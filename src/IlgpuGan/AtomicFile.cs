namespace IlgpuGan;

/// <summary>Writes a file so that a crash, a full disk or a cut-off leaves either the old file or the new one, never half of one.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill <c>path.tmp</c> in the same folder, flushes that to the disk and renames it over
    /// <paramref name="path"/>.
    /// </summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="write">Writes the whole content into a stream that can seek; need not flush or close it.</param>
    /// <exception cref="IOException">The folder is missing, the disk is full, or the name is taken by a folder; the old file is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written; the old file is unharmed.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        var aside = path + ".tmp";
        var stream = new FileStream(aside, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
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
