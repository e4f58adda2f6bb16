using System.Formats.Tar;
using System.IO.Compression;
using IlgpuGan.Data;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>An archive of pictures that was written.</summary>
/// <param name="Bytes">How large it is.</param>
/// <param name="Quality">The quality of its JPEGs, 1 to <see cref="BestQuality"/>; null where they are PNG.</param>
public sealed record PictureArchive(long Bytes, int? Quality)
{
    /// <summary>The quality of JPEGs where nothing asks for less: above it files grow and nobody sees why.</summary>
    public const int BestQuality = 95;

    // All are held until the quality is found.
    private const long MostBytes = 1L << 31;

    // Every writer gives the same bytes; a zip knows no earlier day.
    private static readonly DateTimeOffset day = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The endings of archives that are written.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".tgz", ".tar.gz", ".tar", ".zip"];

    /// <summary>Whether a name is that of an archive that is written.</summary>
    internal static bool IsName(string path) => Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    /// <exception cref="OptionException">It has another ending.</exception>
    internal static void CheckName(string path)
    {
        if (!IsName(path))
        {
            throw new OptionException($"--archive {path}: give a name that ends with {string.Join(", ", Extensions.SkipLast(1))} or {Extensions[^1]}.");
        }
    }

    /// <exception cref="OptionException">They are too many.</exception>
    internal static void CheckCount(string path, int count, RunData data)
    {
        if ((long)count * data.BytesPerImage > MostBytes)
        {
            throw new OptionException($"--count {count} is too many for --archive {path}: before they are packed, images of {data.Width} x {data.Height} pixels are held in memory; "
                + $"give at most {MostBytes / data.BytesPerImage}, or a folder as --out.");
        }
    }

    /// <summary>Writes one.</summary>
    /// <param name="path">The file to make or replace.</param>
    /// <param name="drawn">The images, some at a time.</param>
    /// <param name="data">Their shape.</param>
    /// <param name="nameOf">The name of the file of each.</param>
    /// <param name="format">How they are written.</param>
    /// <param name="limit">Bytes that it is to stay below; null for any.</param>
    /// <param name="cancellation">Gives up.</param>
    internal static PictureArchive Write(
        string path, IReadOnlyList<byte[]> drawn, RunData data, Func<int, string> nameOf, PictureFormat format, long? limit, CancellationToken cancellation)
    {
        byte[] Packed(int quality)
        {
            using var stream = new MemoryStream();
            int length = data.BytesPerImage;
            var files = from images in drawn
                        from start in Enumerable.Range(0, images.Length / length)
                        select ImageFile.Encode(images.AsSpan(start * length, length), data.Height, data.Width, data.Channels, format, quality);
            Pack(stream, path, files, nameOf, cancellation);
            return stream.ToArray();
        }

        int best = BestQuality;
        byte[] packed = Packed(best);
        if (limit is { } most && packed.Length >= most)
        {
            (best, packed) = format == PictureFormat.Jpg ? Fitting(Packed, most) : (best, packed);
            if (packed.Length >= most)
            {
                string atBest = format == PictureFormat.Jpg ? " even at the lowest quality" : "";
                throw new OptionException(FormattableString.Invariant($"--archive {path} would have {Megabytes(packed.Length)} MB{atBest}, ")
                    + FormattableString.Invariant($"and is to stay below {Megabytes(most)}; give a smaller --count, a larger --limit{(format == PictureFormat.Png ? ", or --format jpg" : "")}."));
            }
        }

        RunWriteException.Guard(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            AtomicFile.Write(path, stream => stream.Write(packed));
        }, hint: "");
        return new(packed.Length, format == PictureFormat.Jpg ? best : null);
    }

    /// <summary>Bytes in megabytes of a million, to the kilobyte, rounded up: what is below a limit never reads as if it were not.</summary>
    internal static string Megabytes(long bytes) => FormattableString.Invariant($"{Math.Ceiling(bytes / 1e3) / 1e3}");

    // The best quality whose archive is small enough; where none is, the lowest.
    private static (int Quality, byte[] Packed) Fitting(Func<int, byte[]> pack, long limit)
    {
        var (low, high) = (1, BestQuality - 1);
        var found = (low, pack(low));
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            byte[] packed = pack(middle);
            if (packed.Length < limit)
            {
                (low, found) = (middle, (middle, packed));
            }
            else
            {
                high = middle - 1;
            }
        }
        return found;
    }

    private static void Pack(Stream stream, string path, IEnumerable<byte[]> files, Func<int, string> nameOf, CancellationToken cancellation)
    {
        if (!FileKinds.IsTar(path))
        {
            using var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
            foreach (var (place, file) in files.Index())
            {
                cancellation.ThrowIfCancellationRequested();
                var entry = zip.CreateEntry(nameOf(place), CompressionLevel.SmallestSize);
                entry.LastWriteTime = day;
                using var content = entry.Open();
                content.Write(file);
            }
            return;
        }

        using var gzip = path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase) ? null : new GZipStream(stream, CompressionLevel.SmallestSize, leaveOpen: true);
        using var tar = new TarWriter(gzip ?? stream, TarEntryFormat.Ustar, leaveOpen: true);
        foreach (var (place, file) in files.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, nameOf(place)) { DataStream = new MemoryStream(file), ModificationTime = day });
        }
    }
}
