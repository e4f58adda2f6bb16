using System.IO.Compression;
using System.Text;

namespace IlgpuGan.Data.Files;

/// <summary>Tar files on the disk: told by their first header, and unpacked where gzip packed them.</summary>
internal static class TarFile
{
    private const int HeaderBytes = 512;
    private const int ChecksumFirst = 148;
    private const int ChecksumBytes = 8;

    /// <summary>Left free on the disk that takes what is unpacked.</summary>
    private const long KeptFree = 256L << 20;

    /// <summary>From here on what is unpacked is held against what was packed: pictures do not shrink to a two-hundredth.</summary>
    private const long Unwatched = 1L << 30;
    private const long MaxExpansion = 200;

    private static readonly string[] Endings = [".tar.gz", ".tgz", ".tar"];

    /// <summary>The name without <c>.tar</c>, <c>.tar.gz</c> or <c>.tgz</c>.</summary>
    public static string NameWithoutEnding(string name) =>
        Array.Find(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } found && name.Length > found.Length ? name[..^found.Length] : name;

    /// <summary>Whether a file begins with the header of a tar, behind gzip or not.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool Is(string path)
    {
        using FileStream file = File.OpenRead(path);
        using Stream stream = IdxFile.IsGzip(file) ? new GZipStream(file, CompressionMode.Decompress) : file;
        byte[] header = new byte[HeaderBytes];
        try
        {
            return stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && IsHeader(header);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Opens a tar to be read anywhere; one that is packed is unpacked into a temporary file, which goes with the stream.</summary>
    /// <exception cref="SourceTooLargeException">Unpacked it is a bomb, or finds no room.</exception>
    /// <exception cref="InvalidDataException">The gzip is damaged.</exception>
    public static FileStream OpenUnpacked(string path, CancellationToken cancellation)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        if (!IdxFile.IsGzip(file))
        {
            return file;
        }

        using (file)
        {
            return Unpack(file, cancellation);
        }
    }

    private static FileStream Unpack(FileStream packed, CancellationToken cancellation)
    {
        string folder = Path.GetTempPath();
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        var unpacked = new FileStream(Path.Combine(folder, $"ilgpugan-{Guid.NewGuid():N}.tar"), options);
        bool whole = false;
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // Without a name it goes with the process, however that ends.
                File.Delete(unpacked.Name);
            }

            Copy(packed, unpacked, folder, cancellation);
            whole = true;
            return unpacked;
        }
        finally
        {
            if (!whole)
            {
                unpacked.Dispose();
            }
        }
    }

    private static void Copy(FileStream packed, FileStream unpacked, string folder, CancellationToken cancellation)
    {
        using var gzip = new GZipStream(packed, CompressionMode.Decompress, leaveOpen: true);
        byte[] buffer = new byte[1 << 20];
        long free = new DriveInfo(folder).AvailableFreeSpace - KeptFree;
        long total = 0;
        for (int read; (read = gzip.Read(buffer)) > 0;)
        {
            cancellation.ThrowIfCancellationRequested();
            total += read;
            if (total > Unwatched && total / MaxExpansion > packed.Position)
            {
                throw new SourceTooLargeException(
                    $"'{packed.Name}' unpacks to over {MaxExpansion} times its bytes, which no pictures do; unpack it and give the folder if it is right.");
            }

            if (total > free)
            {
                throw new SourceTooLargeException(
                    $"'{packed.Name}' unpacks to more than the {free >> 20} MiB that '{folder}' has room for; name a folder with more in TMPDIR, or unpack the archive and give the folder.");
            }

            unpacked.Write(buffer, 0, read);
        }

        unpacked.Position = 0;
    }

    // The checksum is over the header with the checksum's own place as blanks; an old tar has no other mark.
    private static bool IsHeader(ReadOnlySpan<byte> header)
    {
        int sum = ChecksumBytes * ' ';
        for (int i = 0; i < header.Length; i++)
        {
            sum += i is >= ChecksumFirst and < ChecksumFirst + ChecksumBytes ? 0 : header[i];
        }

        string digits = Encoding.ASCII.GetString(header.Slice(ChecksumFirst, ChecksumBytes)).Trim(' ', '\0');
        return digits.Length > 0 && digits.All(digit => digit is >= '0' and <= '7')
            && sum == digits.Aggregate(0, (value, digit) => unchecked((value * 8) + (digit - '0')));
    }
}
