using System.IO.Compression;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Files;

/// <summary>The files of a zip.</summary>
internal sealed class ZipTree(string path) : ArchiveTree(path)
{
    /// <summary>Deflate cannot expand further than 1032 times; an entry that announces more lies.</summary>
    private const long MaxExpansion = 1032;

    private const int FileTypeMask = 0xF000;
    private const int LinkType = 0xA000;
    private const int MaxLinkBytes = 4096;

    private readonly Lock reading = new();
    private ZipArchive? archive;

    public override string Name => Path.GetFileNameWithoutExtension(Place);

    public override string Identity => $"zip {Place} {FileStamp.Of(new FileInfo(Place))}";

    public override void Prepare(CancellationToken cancellation)
    {
        try
        {
            List<ZipRecord> records;
            using (FileStream stream = File.OpenRead(Place))
            {
                records = ZipDirectory.Read(stream);
            }

            archive = ZipFile.OpenRead(Place);
            if (archive.Entries.Count != records.Count)
            {
                throw new InvalidDataException("The list of entries has another length than it announces.");
            }

            Take(Entries(archive, records));
            CheckMethods(records);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw BeginsAsProgram() ? new SourceUnsupportedException($"'{Place}' is a program that unpacks itself, which is not read; unpack it and give the folder.") : new SourceCorruptException(
                $"'{Place}' is not a complete zip: its list of entries, at the end, is missing or damaged; download or copy it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{Place}' cannot be read: {Excerpt.Of(e, Place)}; allow reading it, or name another.", e);
        }
    }

    // Windows' programs begin with MZ, others with ELF's mark or the name of a shell.
    private bool BeginsAsProgram()
    {
        byte[] start = new byte[4];
        using FileStream stream = File.OpenRead(Place);
        stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start is [(byte)'M', (byte)'Z', ..] or [0x7F, (byte)'E', (byte)'L', (byte)'F'] or [(byte)'#', (byte)'!', ..];
    }

    public override Stream Open(TreeFile file)
    {
        ZipArchiveEntry entry = Entry(file);
        Check(entry);
        return entry.Open();
    }

    public override void Dispose()
    {
        archive?.Dispose();
        base.Dispose();
    }

    protected override byte[] ReadBytes(TreeFile file)
    {
        ZipArchiveEntry entry = Entry(file);
        Check(entry);
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

    private static void Check(ZipArchiveEntry entry)
    {
        if (entry.Length > (entry.CompressedLength + 1) * MaxExpansion)
        {
            throw new ImageDecodeException($"announces {entry.Length} bytes, more than its compressed bytes can hold");
        }
    }

    private ZipArchiveEntry Entry(TreeFile file) => archive!.Entries[IndexOf(file)];

    private List<ArchiveEntry> Entries(ZipArchive zip, List<ZipRecord> records)
    {
        var (names, guessed) = ArchiveNames.Read([.. records.Select(record => record.Name)], Name, Remarks);
        var entries = new List<ArchiveEntry>();
        for (int i = 0; i < names.Length; i++)
        {
            ZipArchiveEntry entry = zip.Entries[i];
            if (names[i].EndsWith('/') || (names[i].EndsWith('\\') && entry.Length == 0))
            {
                continue;
            }

            // A byte of 5C inside such a name may be half a character; a name with slashes has said what parts its folders.
            bool whole = guessed[i] && names[i].Contains('/', StringComparison.Ordinal);
            entries.Add(new ArchiveEntry(names[i], entry.Length, i) { KeepsBackslashes = whole, LinksTo = IsLink(entry, records[i]) ? LinkOf(entry, names[i]) : null });
        }

        return entries;
    }

    // What cannot be unpacked is refused afterwards, with a better sentence.
    private static bool IsLink(ZipArchiveEntry entry, ZipRecord record) => ((entry.ExternalAttributes >> 16) & FileTypeMask) == LinkType
        && entry.Length is > 0 and <= MaxLinkBytes && !entry.IsEncrypted && ZipDirectory.Unsupported(record.Method) is null;

    private static string LinkOf(ZipArchiveEntry entry, string name)
    {
        using var reader = new StreamReader(entry.Open());
        string target = reader.ReadToEnd();
        return target.StartsWith('/') ? target : name[..(name.LastIndexOf('/') + 1)] + target;
    }

    // All or nothing: a set without the entries that happen to be packed otherwise would be another set.
    private void CheckMethods(List<ZipRecord> records)
    {
        var read = Files.Where(file => FileKinds.IsRead(file.Name)).ToList();
        var unsupported = read.Where(file => ZipDirectory.Unsupported(records[IndexOf(file)].Method) is not null).ToList();
        if (read.Any(file => Entry(file).IsEncrypted))
        {
            throw new SourceUnsupportedException($"'{Place}' is encrypted; unpack it, or pack it anew without a password.");
        }

        if (unsupported.Count > 0)
        {
            string methods = string.Join(" and ", unsupported.Select(file => ZipDirectory.Unsupported(records[IndexOf(file)].Method)).Distinct());
            throw new SourceUnsupportedException(
                $"'{Place}' is packed in a way that cannot be read: {unsupported.Count} of {read.Count} files with {methods}; pack it anew with Deflate, zip's usual method, or unpack "
                    + "it and give the folder.");
        }
    }
}
