using System.IO.Compression;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>All image files of a zip. Nothing is ever unpacked to the disk; an archive that tries to name places outside itself is refused whole.</summary>
internal sealed class ZipSource(string path) : EncodedImageSource
{
    /// <summary>Deflate cannot expand further than 1032 times; an entry that announces more lies.</summary>
    private const long MaxExpansion = 1032;

    private readonly string path = Path.GetFullPath(path);
    private readonly Lock reading = new();
    private ZipArchive? archive;
    private ZipArchiveEntry? datasetJson;
    private List<ZipArchiveEntry> entries = [];
    private List<string> paths = [];

    public override string Name => Path.GetFileNameWithoutExtension(path);

    public override string Identity => $"zip {path} {FileStamp.Of(new FileInfo(path))}";

    protected override IReadOnlyList<string> Paths => paths;

    public override void Prepare(CancellationToken cancellation)
    {
        try
        {
            archive = ZipFile.OpenRead(path);
            var named = archive.Entries.Select(entry => (Path: SafePath(entry), Entry: entry)).ToList();
            datasetJson = named.Find(item => item.Path == DatasetJson.FileName).Entry;
            named = [.. named.Where(item => IsWanted(item.Path)).OrderBy(item => item.Path, StringComparer.Ordinal)];
            paths = named.ConvertAll(item => item.Path);
            entries = named.ConvertAll(item => item.Entry);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new SourceCorruptException(
                $"'{path}' is not a complete zip: its list of entries, at the end, is missing or damaged; download or copy it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{path}' cannot be read: {e.Message} Allow reading it, or name another.", e);
        }

        if (entries.Count == 0)
        {
            throw new SourceUnsupportedException(
                $"'{path}' holds no images ({ImageKind.ReadKinds}) among its {archive.Entries.Count} entries; give a zip that does.");
        }
    }

    public override void Dispose()
    {
        archive?.Dispose();
        base.Dispose();
    }

    protected override byte[] ReadFile(int index) => ReadEntry(entries[index]);

    protected override (string Name, byte[] Json)? ReadDatasetJson()
    {
        try
        {
            return datasetJson is null ? null : ($"{path}/{DatasetJson.FileName}", ReadEntry(datasetJson));
        }
        catch (ImageDecodeException e)
        {
            throw new SourceCorruptException($"The entry '{DatasetJson.FileName}' of '{path}' {e.Message}; write the zip anew, or without that entry.", e);
        }
    }

    private byte[] ReadEntry(ZipArchiveEntry entry)
    {
        if (entry.IsEncrypted)
        {
            throw new ImageDecodeException("is encrypted");
        }

        if (entry.Length > MaxFileBytes || entry.Length > (entry.CompressedLength + 1) * MaxExpansion)
        {
            throw new ImageDecodeException($"announces {entry.Length} bytes, more than {MaxFileBytes >> 20} MiB or than its compressed bytes can hold");
        }

        try
        {
            // An archive has one position in its file: reading is for one thread, decoding for all.
            lock (reading)
            {
                using Stream stream = entry.Open();
                byte[] bytes = new byte[entry.Length];
                return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) == bytes.Length && stream.ReadByte() < 0
                    ? bytes
                    : throw new ImageDecodeException("has another length than the zip announces");
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw new ImageDecodeException("cannot be unpacked", e);
        }
    }

    private static bool IsWanted(string name) =>
        IsImageName(name) && !name.Split('/').Any(part => part.StartsWith('.') || part == "__MACOSX");

    private string SafePath(ZipArchiveEntry entry)
    {
        string name = entry.FullName.Replace('\\', '/');
        bool drive = name.Length >= 2 && char.IsAsciiLetter(name[0]) && name[1] == ':';
        return !drive && !name.StartsWith('/') && !name.Split('/').Contains("..") ? name : throw new UnsafeArchiveException(
            $"The zip '{path}' has an entry '{entry.FullName}', which names a place outside the zip; "
            + "entries with '..', a leading slash or a drive are refused: pack the images anew with relative names.");
    }
}
