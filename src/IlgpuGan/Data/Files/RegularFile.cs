using System.Formats.Tar;

namespace IlgpuGan.Data.Files;

/// <summary>Tells files from pipes, sockets and devices, which are opened only when somebody writes into them, or never end.</summary>
internal static class RegularFile
{
    /// <summary>Place of the kind of an entry in the header of a tar.</summary>
    private const int TypeFlag = 156;

    /// <summary>Whether a path, or what it links to, is a file with bytes of its own; nothing is waited for.</summary>
    public static bool Is(FileInfo file)
    {
        if (OperatingSystem.IsWindows())
        {
            return true;
        }

        if (file.Attributes.HasFlag(FileAttributes.ReparsePoint))
        {
            return file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target && Is(target);
        }

        return file.Length > 0 || IsEmptyFile(file.FullName);
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
}
