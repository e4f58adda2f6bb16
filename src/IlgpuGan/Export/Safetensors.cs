using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace IlgpuGan.Export;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">The tensors by name.</param>
/// <param name="Metadata">The strings of <c>__metadata__</c>.</param>
internal sealed record SafetensorsContent(
    IReadOnlyDictionary<string, StateTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);

/// <summary>
/// Reads and writes safetensors files (github.com/huggingface/safetensors): the length of the header as an unsigned 64-bit
/// little-endian number, the header as JSON, then the tensors' little-endian values one after another.
/// </summary>
internal static class Safetensors
{
    private const int PrefixLength = sizeof(ulong);

    // Large enough that calls cost nothing, small enough to stay in the cache.
    private const int ChunkLength = 1 << 20;

    /// <summary>Writes a file so that a crash leaves either the old file or the new one.</summary>
    /// <exception cref="IOException">The disk is full or the folder is missing; an old file is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Write(
        string path, IReadOnlyDictionary<string, StateTensor> tensors, IReadOnlyDictionary<string, string> metadata) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes the format into a stream, tensor by tensor, without a second copy of the data.</summary>
    public static void Write(
        Stream stream, IReadOnlyDictionary<string, StateTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(metadata);
        var header = SafetensorsHeader.Of(tensors, metadata);
        var json = header.ToJson();
        Span<byte> prefix = stackalloc byte[PrefixLength];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)json.Length);
        stream.Write(prefix);
        stream.Write(json);
        foreach (var entry in header.Entries)
        {
            var tensor = tensors[entry.Name];
            if (tensor.Floats is { } floats)
            {
                WriteValues<int>(stream, MemoryMarshal.Cast<float, int>(floats.AsSpan()), BinaryPrimitives.ReverseEndianness);
            }
            else
            {
                WriteValues<long>(stream, tensor.Integers, BinaryPrimitives.ReverseEndianness);
            }
        }
    }

    /// <summary>Whether a file begins as one of this format: a header's length and the header's first brace.</summary>
    internal static bool Is(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var start = new byte[PrefixLength + 1];
        return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[PrefixLength] == (byte)'{';
    }

    /// <summary>Reads a whole file; the header is checked against the file's length before memory for the tensors is taken.</summary>
    /// <exception cref="SafetensorsException">The file is cut, malformed, or holds numbers of formats that are not read.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsContent Read(string path)
    {
        if (File.Exists(path) && !RegularFile.Is(path))
        {
            throw new SafetensorsException(path, "it is empty or no regular file");
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        var header = ReadHeader(path, stream);
        var tensors = new Dictionary<string, StateTensor>(header.Entries.Count);
        try
        {
            foreach (var entry in header.Entries)
            {
                tensors.Add(entry.Name, ReadTensor(stream, entry));
            }
        }
        catch (EndOfStreamException fault)
        {
            throw new SafetensorsException(path, "it became shorter while it was read", fault);
        }

        return new SafetensorsContent(tensors, header.Metadata);
    }

    private static SafetensorsHeader ReadHeader(string path, FileStream stream)
    {
        if (stream.Length < PrefixLength)
        {
            throw new SafetensorsException(path, $"it has {stream.Length} bytes, too few for a header");
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.LengthLimit)
        {
            throw new SafetensorsException(path, $"its header claims {length} bytes, more than the {SafetensorsHeader.LengthLimit} allowed");
        }

        var dataLength = stream.Length - PrefixLength - (long)length;
        if (dataLength < 0)
        {
            throw new SafetensorsException(path, $"its header claims {length} bytes but the file ends after {stream.Length - PrefixLength}");
        }

        var json = new byte[length];
        stream.ReadExactly(json);
        return SafetensorsHeader.Parse(path, json, dataLength);
    }

    private static StateTensor ReadTensor(FileStream stream, SafetensorsEntry entry)
    {
        if (entry.Format.Name == "F32")
        {
            var floats = new float[entry.Elements];
            ReadValues<int>(stream, MemoryMarshal.Cast<float, int>(floats.AsSpan()), BinaryPrimitives.ReverseEndianness);
            return new StateTensor(entry.Shape, floats);
        }

        if (entry.Format.Name == "I64")
        {
            var integers = new long[entry.Elements];
            ReadValues<long>(stream, integers, BinaryPrimitives.ReverseEndianness);
            return new StateTensor(entry.Shape, integers);
        }

        return ReadOther(stream, entry);
    }

    // What this program never writes need not be fast, but must not need a second copy of a large tensor.
    private static StateTensor ReadOther(FileStream stream, SafetensorsEntry entry)
    {
        var format = entry.Format;
        var floats = format.IsFloat ? new float[entry.Elements] : [];
        var integers = format.IsFloat ? [] : new long[entry.Elements];
        var buffer = new byte[Math.Min(ChunkLength, entry.Elements) * format.Size];
        for (var first = 0; first < entry.Elements; first += ChunkLength)
        {
            var taken = Math.Min(ChunkLength, entry.Elements - first);
            stream.ReadExactly(buffer, 0, taken * format.Size);
            for (var i = 0; i < taken; i++)
            {
                var number = buffer.AsSpan(i * format.Size, format.Size);
                if (format.IsFloat)
                {
                    floats[first + i] = format.Float(number);
                }
                else
                {
                    integers[first + i] = format.Integer(number);
                }
            }
        }

        return format.IsFloat ? new StateTensor(entry.Shape, floats) : new StateTensor(entry.Shape, integers);
    }

    private delegate void Reverse<T>(ReadOnlySpan<T> from, Span<T> to);

    // A span of bytes ends at 2 GiB, which a long tensor of floats exceeds: both directions go in chunks.
    private static void WriteValues<T>(Stream stream, ReadOnlySpan<T> values, Reverse<T> reverse)
        where T : unmanaged
    {
        var swapped = BitConverter.IsLittleEndian ? [] : new T[Math.Min(ChunkLength, values.Length)];
        while (!values.IsEmpty)
        {
            var chunk = values[..Math.Min(ChunkLength, values.Length)];
            values = values[chunk.Length..];
            if (!BitConverter.IsLittleEndian)
            {
                reverse(chunk, swapped);
                chunk = swapped.AsSpan(0, chunk.Length);
            }

            stream.Write(MemoryMarshal.AsBytes(chunk));
        }
    }

    private static void ReadValues<T>(Stream stream, Span<T> values, Reverse<T> reverse)
        where T : unmanaged
    {
        while (!values.IsEmpty)
        {
            var chunk = values[..Math.Min(ChunkLength, values.Length)];
            values = values[chunk.Length..];
            stream.ReadExactly(MemoryMarshal.AsBytes(chunk));
            if (!BitConverter.IsLittleEndian)
            {
                reverse(chunk, chunk);
            }
        }
    }
}
