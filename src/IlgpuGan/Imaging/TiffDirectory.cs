using System.Buffers.Binary;

namespace IlgpuGan.Imaging;

/// <summary>
/// The first directory of a TIFF or BigTIFF file (TIFF 6.0, section 2), also of EXIF data: its tags with their whole numbers. It is
/// read before a library sees the file, so that no count in it takes memory that the file does not have.
/// </summary>
internal sealed class TiffDirectory
{
    /// <summary>Far above the tags of any writer; directories with more are damaged.</summary>
    private const int MaxTags = 4096;

    private readonly Dictionary<int, long[]> numbers = [];
    private readonly Dictionary<int, Range> bytes = [];

    private TiffDirectory()
    {
    }

    /// <summary>Pages of the file: directories that follow each other from the first.</summary>
    public int Pages { get; private set; } = 1;

    /// <summary>Whether every value lies inside the file; those that do not are left out.</summary>
    public bool IsWhole { get; private set; } = true;

    /// <summary>Reads the first directory, or null when the bytes are no TIFF file or have none.</summary>
    public static TiffDirectory? Read(ReadOnlySpan<byte> file)
    {
        bool big = file is [(byte)'I', (byte)'I', 43, 0, ..] or [(byte)'M', (byte)'M', 0, 43, ..];
        if (!big && file is not ([(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..]))
        {
            return null;
        }

        var reader = new Reader(file, file[0] == 'I', big);
        long first = reader.Number(big ? 8 : 4, reader.OffsetBytes);
        long next = Next(reader, first);
        if (next < 0)
        {
            return null;
        }

        var directory = new TiffDirectory();
        directory.ReadTags(reader, first);

        // A chain that comes back would never end; every page lies somewhere else.
        var seen = new HashSet<long> { first };
        while (next > 0 && seen.Add(next) && Next(reader, next) is var following and >= 0)
        {
            directory.Pages++;
            next = following;
        }

        return directory;
    }

    /// <summary>Whether the tag is there.</summary>
    public bool Has(int tag) => numbers.ContainsKey(tag) || bytes.ContainsKey(tag);

    /// <summary>The whole numbers of a tag, none where it is not there.</summary>
    public ReadOnlySpan<long> Numbers(int tag) => numbers.GetValueOrDefault(tag);

    /// <summary>The first number of a tag, or what the standard says where it is not there.</summary>
    public long Number(int tag, long otherwise) => numbers.TryGetValue(tag, out long[]? values) && values.Length > 0 ? values[0] : otherwise;

    /// <summary>Where in the file the bytes of a tag lie, a colour profile's for one; null where it is not there.</summary>
    public Range? Bytes(int tag) => bytes.TryGetValue(tag, out Range range) ? range : null;

    private void ReadTags(Reader reader, long at)
    {
        long count = reader.Number(at, reader.CountBytes);
        long kept = 0;
        for (int i = 0; i < count; i++)
        {
            long entry = at + reader.CountBytes + (i * reader.EntryBytes);
            int tag = (int)reader.Number(entry, 2);
            long type = reader.Number(entry + 2, 2);
            long values = reader.Number(entry + 4, reader.OffsetBytes);
            int size = SizeOf(type);

            // A type of a later standard cannot be sized, and no tag that is needed has one.
            if (size == 0)
            {
                continue;
            }

            long start = entry + 4 + reader.OffsetBytes;
            bool isCounted = values >= 0 && values <= reader.Length;
            start = isCounted && values * size > reader.OffsetBytes ? reader.Number(start, reader.OffsetBytes) : start;
            if (!isCounted || start < 0 || start > reader.Length - (values * size))
            {
                IsWhole = false;
            }
            else if (size == 1)
            {
                bytes[tag] = (int)start..(int)(start + values);
            }
            else if (IsWholeNumber(type))
            {
                // Tags that share their bytes could multiply a file's size.
                kept += values * size;
                if (kept > reader.Length)
                {
                    IsWhole = false;
                    return;
                }

                long[] read = new long[values];
                for (int j = 0; j < read.Length; j++)
                {
                    read[j] = reader.Number(start + ((long)j * size), size);
                }

                numbers[tag] = read;
            }
        }
    }

    /// <summary>The offset of the directory after one, 0 after the last, -1 when this one does not lie in the file.</summary>
    private static long Next(Reader reader, long at)
    {
        long count = reader.Number(at, reader.CountBytes);
        long end = at + reader.CountBytes + (count * reader.EntryBytes);

        // EXIF data may end with their last tag.
        return count is < 1 or > MaxTags || end > reader.Length ? -1 : Math.Max(0, reader.Number(end, reader.OffsetBytes));
    }

    private static int SizeOf(long type) => type switch
    {
        1 or 2 or 6 or 7 => 1,
        3 or 8 => 2,
        4 or 9 or 11 or 13 => 4,
        5 or 10 or 12 or 16 or 17 or 18 => 8,
        _ => 0,
    };

    // SHORT, LONG, IFD, LONG8, IFD8.
    private static bool IsWholeNumber(long type) => type is 3 or 4 or 13 or 16 or 18;

    /// <summary>Reads numbers of the file's byte order; -1 for one that lies outside the file, or is too large for any offset.</summary>
    private readonly ref struct Reader(ReadOnlySpan<byte> file, bool littleEndian, bool big)
    {
        private readonly ReadOnlySpan<byte> file = file;

        public int OffsetBytes { get; } = big ? 8 : 4;

        public int CountBytes { get; } = big ? 8 : 2;

        public int EntryBytes { get; } = big ? 20 : 12;

        public int Length => file.Length;

        public long Number(long at, int bytes)
        {
            if (at < 0 || at > file.Length - bytes)
            {
                return -1;
            }

            ReadOnlySpan<byte> value = file.Slice((int)at, bytes);
            return bytes switch
            {
                1 => value[0],
                2 => littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(value) : BinaryPrimitives.ReadUInt16BigEndian(value),
                4 => littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(value) : BinaryPrimitives.ReadUInt32BigEndian(value),
                _ => Math.Max(-1, littleEndian ? BinaryPrimitives.ReadInt64LittleEndian(value) : BinaryPrimitives.ReadInt64BigEndian(value)),
            };
        }
    }
}
