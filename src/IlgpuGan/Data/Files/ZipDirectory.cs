using System.Buffers.Binary;

namespace IlgpuGan.Data.Files;

/// <summary>What a zip's directory says of an entry and .NET does not show.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Method">How it is packed, APPNOTE 4.4.5.</param>
internal readonly record struct ZipRecord(RawName Name, int Method);

/// <summary>
/// The central directory of a zip (PKWARE's APPNOTE, 4.3.12 to 4.3.16): .NET reads a name that is not declared as UTF-8 with one encoding,
/// in which two names can become one, and does not tell a method that it lacks from damage.
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int EntryBytes = 46;
    private const int LocatorBytes = 20;
    private const int Utf8Flag = 1 << 11;

    /// <summary>The entries in the order of the directory.</summary>
    /// <exception cref="InvalidDataException">The directory is missing or damaged.</exception>
    public static List<ZipRecord> Read(Stream stream)
    {
        var (first, length) = Find(stream);
        if (first < 0 || length < 0 || length > Array.MaxLength || first > stream.Length - length)
        {
            throw new InvalidDataException("The list of entries lies outside the file.");
        }

        byte[] directory = ReadAt(stream, first, (int)length);
        var records = new List<ZipRecord>();
        for (ReadOnlySpan<byte> rest = directory; rest.Length >= EntryBytes && rest.StartsWith("PK\x01\x02"u8);)
        {
            int name = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int total = EntryBytes + name + BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]) + BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            if (total > rest.Length)
            {
                throw new InvalidDataException("The list of entries is cut off.");
            }

            records.Add(new ZipRecord(
                new RawName(rest.Slice(EntryBytes, name).ToArray(), (BinaryPrimitives.ReadUInt16LittleEndian(rest[8..]) & Utf8Flag) != 0),
                BinaryPrimitives.ReadUInt16LittleEndian(rest[10..])));
            rest = rest[total..];
        }

        return records;
    }

    /// <summary>The method's name for people, or null for those that are unpacked: stored, Deflate, Deflate64.</summary>
    public static string? Unsupported(int method) => method switch
    {
        0 or 8 or 9 => null,
        12 => "bzip2",
        14 => "LZMA",
        93 => "Zstandard",
        95 => "xz",
        98 => "PPMd",
        _ => $"method {method}",
    };

    private static (long First, long Length) Find(Stream stream)
    {
        int tailBytes = (int)Math.Min(stream.Length, EndBytes + ushort.MaxValue + LocatorBytes);
        byte[] tail = ReadAt(stream, stream.Length - tailBytes, tailBytes);
        int end = tail.AsSpan().LastIndexOf("PK\x05\x06"u8);
        if (end < 0 || end + EndBytes > tail.Length)
        {
            throw new InvalidDataException("The end of the list of entries is missing.");
        }

        long length = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 12));
        long first = BinaryPrimitives.ReadUInt32LittleEndian(tail.AsSpan(end + 16));
        if (end < LocatorBytes || !tail.AsSpan(end - LocatorBytes).StartsWith("PK\x06\x07"u8))
        {
            return (first, length);
        }

        long at = BinaryPrimitives.ReadInt64LittleEndian(tail.AsSpan(end - LocatorBytes + 8));
        const int LargeEndBytes = 56;
        if (at < 0 || at > stream.Length - LargeEndBytes)
        {
            throw new InvalidDataException("The end of the list of entries lies outside the file.");
        }

        byte[] large = ReadAt(stream, at, LargeEndBytes);
        return (BinaryPrimitives.ReadInt64LittleEndian(large.AsSpan(48)), BinaryPrimitives.ReadInt64LittleEndian(large.AsSpan(40)));
    }

    private static byte[] ReadAt(Stream stream, long position, int length)
    {
        byte[] bytes = new byte[length];
        stream.Position = position;
        stream.ReadExactly(bytes);
        return bytes;
    }
}
