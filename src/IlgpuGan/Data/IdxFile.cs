using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>
/// The IDX format of the MNIST family, plain or gzip: 00 00, type (08 = bytes), number of dimensions, their lengths as
/// big-endian 32-bit numbers, then the bytes in row-major order. The header is held against the length of the file before memory is taken.
/// </summary>
internal static class IdxFile
{
    /// <summary>Deflate cannot expand further than 1032 times; a header that announces more lies.</summary>
    private const long MaxExpansion = 1032;

    /// <summary>Reads a file of bytes with a given number of dimensions.</summary>
    /// <returns>The lengths of the dimensions, and the bytes, stored in items of the inner dimensions.</returns>
    /// <exception cref="DataException">The file is absent, of another kind, too large, truncated or longer than it says.</exception>
    public static (int[] Lengths, PixelStore Bytes) Read(FileTree tree, TreeFile file, int dimensions, CancellationToken cancellation)
    {
        string path = tree.FullName(file);
        try
        {
            bool zipped = IsGzip(tree, file);
            using Stream packed = tree.Open(file);
            using Stream stream = zipped ? new GZipStream(packed, CompressionMode.Decompress) : packed;
            int[] lengths = ReadHeader(stream, path, dimensions);
            int itemBytes = (int)Product(lengths.AsSpan(1), path);
            long bytes = Product(lengths, path);
            long headerBytes = 4 + (4L * dimensions);
            if (zipped ? bytes / MaxExpansion > file.Length : bytes + headerBytes != file.Length)
            {
                string found = zipped ? $"{file.Length} compressed bytes cannot hold them" : $"{file.Length - headerBytes} follow";
                throw new SourceCorruptException(
                    $"'{path}' announces {Describe(lengths)} = {bytes} bytes and {found}: it is truncated or damaged; download or copy it again.");
            }

            return (lengths, ReadBytes(stream, path, lengths, itemBytes, bytes, cancellation));
        }
        catch (Exception e) when (e is InvalidDataException or ImageDecodeException)
        {
            throw new SourceCorruptException($"'{path}' is not a complete file, or none of gzip: it is truncated or damaged; download or copy it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(e, path)}; allow reading it, or name another.", e);
        }
    }

    /// <summary>Whether the stream begins as gzip does; rewinds it.</summary>
    public static bool IsGzip(Stream stream)
    {
        bool zipped = stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
        stream.Position = 0;
        return zipped;
    }

    private static bool IsGzip(FileTree tree, TreeFile file)
    {
        using Stream stream = tree.Open(file);
        return stream.ReadByte() == 0x1f && stream.ReadByte() == 0x8b;
    }

    private static int[] ReadHeader(Stream stream, string path, int dimensions)
    {
        Span<byte> header = stackalloc byte[4 + (4 * dimensions)];
        int read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < header.Length)
        {
            throw new SourceCorruptException($"'{path}' ends within its IDX header: it is truncated; download or copy it again.");
        }

        uint magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        uint expected = 0x0800u + (uint)dimensions;
        if (magic != expected)
        {
            string hint = magic == 0x0801 ? " It is a file of labels: name the file of images, the labels are found beside it." : "";
            throw new SourceUnsupportedException(string.Create(CultureInfo.InvariantCulture,
                $"'{path}' begins with {magic:X8} where IDX {(dimensions == 1 ? "labels" : "images")} of bytes begin with {expected:X8}; give a file of that kind.{hint}"));
        }

        uint[] lengths = new uint[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            lengths[i] = BinaryPrimitives.ReadUInt32BigEndian(header[(4 + (4 * i))..]);
        }

        if (lengths.Any(length => length < 1) || lengths[0] > int.MaxValue || lengths.Skip(1).Any(length => length > ImageSize.MaxSide))
        {
            throw new SourceTooLargeException(
                $"'{path}' announces {Describe(lengths)}, where at least 1 item with sides from 1 to {ImageSize.MaxSide} was expected: its header is damaged; download or copy it again.");
        }

        return [.. lengths.Select(length => (int)length)];
    }

    private static ChunkedPixels ReadBytes(
        Stream stream, string path, int[] lengths, int itemBytes, long bytes, CancellationToken cancellation)
    {
        var store = new ChunkedPixels(itemBytes, lengths[0]);
        byte[] buffer = new byte[1 << 16];
        long left = bytes;
        while (left > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            int read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0)
            {
                throw new SourceCorruptException(
                    $"'{path}' announces {Describe(lengths)} = {bytes} bytes and ends {left} bytes early: it is truncated; download or copy it again.");
            }

            store.Append(buffer.AsSpan(0, read));
            left -= read;
        }

        return stream.ReadByte() < 0 ? store : throw new SourceCorruptException(
            $"'{path}' goes on after the {Describe(lengths)} = {bytes} bytes that it announces: it is damaged; download or copy it again.");
    }

    private static long Product(ReadOnlySpan<int> lengths, string path)
    {
        Int128 product = 1;
        foreach (int length in lengths)
        {
            product *= length;
        }

        const long MaxBytes = 1L << 40;
        return product <= MaxBytes ? (long)product : throw new SourceTooLargeException(
            $"'{path}' announces {product} bytes, more than {MaxBytes >> 40} TiB: its header is damaged; download or copy it again.");
    }

    private static string Describe<T>(T[] lengths) => string.Join(" x ", lengths);
}
