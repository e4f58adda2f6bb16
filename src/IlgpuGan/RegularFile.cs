using System.Formats.Tar;

namespace IlgpuGan;

/// <summary>Reads files that somebody else put where ours are expected: a pipe or a device under such a name would be waited for without end, a link may lead anywhere.</summary>
public static class RegularFile
{
    private const int MostLinks = 40;

    /// <summary>Place of the kind of an entry in the header of a tar.</summary>
    private const int TypeFlag = 156;

    /// <summary>Whether there is a file with something in it: pipes, sockets and devices have no length, and links in a circle lead to none.</summary>
    public static bool Is(string path)
    {
        var file = new FileInfo(path);
        try
        {
            // The length of a link is that of the name it holds.
            return (file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo) is { Exists: true, Length: > 0 };
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Whether a path, or what it links to, is a file with bytes of its own, be they none; nothing is waited for.</summary>
    public static bool IsPlain(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        if (file.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target && IsPlain(target);
        }

        return file.Length > 0 || IsEmptyFile(file.FullName);
    }

    /// <summary>Whether a path stays within a folder when all links on it are followed.</summary>
    /// <exception cref="IOException">Links lead round in a circle.</exception>
    public static bool IsInside(string folder, string path) =>
        Followed(path, 0).StartsWith(Path.TrimEndingDirectorySeparator(Followed(folder, 0)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Opens a file to be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <exception cref="IOException">It does not exist, cannot be read, or is a pipe, socket or device; of the last three the message does not name it.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder.</exception>
    public static FileStream Open(string path, FileShare share = FileShare.Read)
    {
        if (new FileInfo(path) is { Exists: true } file && !IsPlain(file))
        {
            throw new IOException("it is a pipe, socket or device");
        }

        return new FileStream(path, FileMode.Open, FileAccess.Read, share);
    }

    /// <summary>The text of a file in UTF-8.</summary>
    /// <inheritdoc cref="Open"/>
    public static string ReadText(string path)
    {
        using var reader = new StreamReader(Open(path, FileShare.ReadWrite | FileShare.Delete));
        return reader.ReadToEnd();
    }

    /// <summary>The bytes of a file of less than 2 GiB.</summary>
    /// <inheritdoc cref="Open"/>
    public static byte[] ReadBytes(string path)
    {
        using var stream = Open(path, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[checked((int)Math.Min(stream.Length, Array.MaxLength))];
        return bytes.AsSpan(0, stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)).ToArray();
    }

    // All that is no file has length 0, and .NET shows its kind only where it writes it into an archive. That opens none but files.
    private static bool IsEmptyFile(string path)
    {
        using var header = new MemoryStream();
        try
        {
            using var tar = new TarWriter(header, TarEntryFormat.Ustar, leaveOpen: true);
            tar.WriteEntry(path, "x");
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }

        return header.GetBuffer()[TypeFlag] == (byte)TarEntryType.RegularFile;
    }

    private static string Followed(string path, int links)
    {
        path = Path.GetFullPath(path);
        var followed = Path.GetPathRoot(path)!;
        foreach (var part in path[followed.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            var next = Path.Combine(followed, part);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                next = links < MostLinks ? Followed(Path.Combine(followed, target), ++links) : throw new IOException($"'{path}' has too many links");
            }

            followed = next;
        }

        return followed;
    }
}
