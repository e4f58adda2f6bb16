using System.Formats.Tar;
using System.Text;

namespace IlgpuGan.Data.Files;

/// <summary>
/// The files of a tar, plain or packed with gzip. Entries are read where they lie, from any thread; what gzip packed is unpacked once, front to
/// back, into a temporary file that nobody else sees.
/// </summary>
internal sealed class TarTree(string path) : ArchiveTree(path)
{
    private const int Block = 512;

    // Of a ustar header: the name, and what stands before it where it is longer.
    private const int NameBytes = 100;
    private const int PrefixFirst = 345;
    private const int PrefixBytes = 155;

    private readonly List<(long First, long Length)> places = [];
    private FileStream? tar;

    public override string Name => TarFile.NameWithoutEnding(Path.GetFileName(Place));

    public override string Identity => $"tar {Place} {FileStamp.Of(new FileInfo(Place))}";

    public override void Prepare(CancellationToken cancellation)
    {
        try
        {
            tar = TarFile.OpenUnpacked(Place, cancellation);
            List<ArchiveEntry> entries = ReadEntries(tar, out List<RawName> raw, cancellation);
            string[] names = ArchiveNames.Read(raw, Name, Remarks).Names;
            Take(entries.Select((entry, i) => entry with { Name = names[i], KeepsBackslashes = true }));
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or OverflowException)
        {
            throw new SourceCorruptException($"'{Place}' is not a complete tar: it is truncated or damaged; download or copy it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{Place}' cannot be read: {Excerpt.Of(e, Place)}; allow reading it, or name another.", e);
        }
    }

    public override Stream Open(TreeFile file) => new PartStream(tar!.SafeFileHandle, places[IndexOf(file)].First, file.Length);

    public override void Dispose()
    {
        tar?.Dispose();
        base.Dispose();
    }

    protected override byte[] ReadBytes(TreeFile file)
    {
        byte[] bytes = new byte[file.Length];
        using Stream stream = Open(file);
        stream.ReadExactly(bytes);
        return bytes;
    }

    private List<ArchiveEntry> ReadEntries(FileStream stream, out List<RawName> names, CancellationToken cancellation)
    {
        names = [];
        var entries = new List<ArchiveEntry>();
        int other = 0;
        long end = 0;
        using var reader = new TarReader(stream, leaveOpen: true);
        while (reader.GetNextEntry() is TarEntry entry)
        {
            cancellation.ThrowIfCancellationRequested();
            bool hasData = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile;
            long first = entry.DataOffset;
            end = Math.Max(end, first + (hasData ? (entry.Length + Block - 1) / Block * Block : 0));
            if (end > stream.Length)
            {
                throw new InvalidDataException($"The entry '{entry.Name}' ends behind the end of the file.");
            }

            int known = entries.Count;
            string folder = entry.Name[..(entry.Name.LastIndexOf('/') + 1)];
            switch (entry.EntryType)
            {
                // What is stored without its holes is not the file: its bytes are a map, then the parts.
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile when !IsSparse(entry):
                    entries.Add(new ArchiveEntry(entry.Name, entry.Length, places.Count));
                    places.Add((first, entry.Length));
                    break;
                case TarEntryType.HardLink:
                    entries.Add(new ArchiveEntry(entry.Name, 0, -1) { LinksTo = entry.LinkName });
                    break;
                case TarEntryType.SymbolicLink:
                    entries.Add(new ArchiveEntry(entry.Name, 0, -1) { LinksTo = entry.LinkName.StartsWith('/') ? entry.LinkName : folder + entry.LinkName });
                    break;
                case TarEntryType.Directory or TarEntryType.DirectoryList or TarEntryType.GlobalExtendedAttributes:
                    break;
                default:
                    other++;
                    break;
            }

            if (entries.Count > known)
            {
                names.Add(RawNameOf(stream, entry));
            }
        }

        // Every tar ends with a block of zeros; without it the rest may be missing, whole entries of it.
        if (stream.Length < end + Block)
        {
            throw new InvalidDataException("The end of the archive is missing.");
        }

        if (other > 0)
        {
            Remarks.Add($"Of '{Name}' {Amount.Of(other, "entry")} that "
                + $"{(other == 1 ? "is no usual file (but sparse, a pipe or a device) is" : "are no usual files (but sparse, pipes or devices) are")} not read.");
        }

        return entries;
    }

    // .NET reads names as UTF-8 and puts one sign for whatever is none, which makes one name of several; the header before the data has the bytes.
    private static RawName RawNameOf(FileStream stream, TarEntry entry)
    {
        bool declared = entry is PaxTarEntry pax && pax.ExtendedAttributes.ContainsKey("path");
        if (declared || !entry.Name.Contains('\uFFFD', StringComparison.Ordinal))
        {
            return new RawName(Encoding.UTF8.GetBytes(entry.Name), declared);
        }

        byte[] header = new byte[Block];
        if (RandomAccess.Read(stream.SafeFileHandle, header, entry.DataOffset - Block) < Block || header[NameBytes - 1] != 0)
        {
            throw new InvalidDataException("A long name is not UTF-8.");
        }

        ReadOnlySpan<byte> prefix = entry.Format is TarEntryFormat.Ustar or TarEntryFormat.Pax ? Text(header.AsSpan(PrefixFirst, PrefixBytes)) : [];
        ReadOnlySpan<byte> name = Text(header.AsSpan(0, NameBytes));
        return new RawName(prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name], IsUtf8: false);

        static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> field) => field.IndexOf((byte)0) is >= 0 and int end ? field[..end] : field;
    }

    private static bool IsSparse(TarEntry entry) => entry.Name.Contains("GNUSparseFile.", StringComparison.Ordinal)
        || (entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith("GNU.sparse", StringComparison.Ordinal)));
}
