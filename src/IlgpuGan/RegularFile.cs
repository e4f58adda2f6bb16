using System.Formats.Tar;

namespace IlgpuGan;

/// <summary>Reads files that somebody else put where ours are expected: a pipe or a device under such a name would be waited for without end, a link may lead anywhere.</summary>
internal static class RegularFile
{
    private const int MostLinks = 40;

    /// <summary>Place of the kind of an entry in the header of a tar.</summary>
    private const int TypeFlag = 156;

    /// <summary>Whether a path, or what it links to, is a file with bytes of its own, be they none; nothing is waited for. Links in a circle lead to none.</summary>
    public static bool Is(string path) => Is(new FileInfo(path));

    /// <inheritdoc cref="Is(string)"/>
    public static bool Is(FileInfo file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            var end = file.Exists && file.Attributes.HasFlag(FileAttributes.ReparsePoint) ? file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo : file;
            return end is { Exists: true } && (OperatingSystem.IsWindows() || end.Length > 0 || IsEmptyFile(end.FullName));
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>What stands, in words, where a file is to be and none is: <c>a folder</c>; null where there is a file, or nothing, or a link to a name that is free.</summary>
    public static string? Obstacle(string path)
    {
        if (Directory.Exists(path))
        {
            return "a folder";
        }

        var file = new FileInfo(path);
        try
        {
            return (file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true)) is { Exists: true } && !Is(file) ? "a pipe, socket or device" : null;
        }
        catch (IOException)
        {
            return "a link that leads round in a circle";
        }
    }

    /// <summary>Whether a path stays within a folder when all links on it are followed.</summary>
    /// <exception cref="IOException">Links lead round in a circle.</exception>
    public static bool IsInside(string folder, string path) =>
        Followed(path, 0).StartsWith(Path.TrimEndingDirectorySeparator(Followed(folder, 0)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>Opens a file to be read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <exception cref="IOException">It does not exist, cannot be read, or is a pipe, socket or device. Where the fault is plain the message says it in words that begin with "it".</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a folder; the message says it in words that begin with "it".</exception>
    public static FileStream Open(string path, FileShare share = FileShare.Read)
    {
        if (new FileInfo(path) is { Exists: true } file && !Is(file))
        {
            throw new IOException("it is a pipe, socket or device");
        }

        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, share);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException("it does not exist", path, fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new UnauthorizedAccessException(Directory.Exists(path) ? "it is a folder" : "it may not be read", fault);
        }
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
        // Only a file can be locked by somebody (EAGAIN on Linux and elsewhere); the kinds that an archive has not, such as sockets, fail otherwise.
        catch (IOException fault)
        {
            return fault.HResult is 11 or 35;
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
