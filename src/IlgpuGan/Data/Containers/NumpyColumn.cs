using System.Text;
using IlgpuGan.Devices;

namespace IlgpuGan.Data.Containers;

/// <summary>An array of NumPy. Where the first axis runs slowest its rows are read as they are asked for; else it is turned round in memory.</summary>
internal sealed class NumpyColumn : ContainerColumn, IDisposable
{
    private readonly string path;
    private readonly Func<Stream> open;
    private readonly NumpyHeader header;
    private readonly int rowBytes;
    private Stream? stream;
    private long next;
    private byte[]? turned;

    /// <summary>Reads the header.</summary>
    /// <param name="name">Name of the array.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="open">Opens it from its beginning.</param>
    /// <param name="length">Its bytes, header and all.</param>
    /// <exception cref="DataException">It is damaged.</exception>
    public NumpyColumn(string name, string path, Func<Stream> open, long length)
        : this(name, path, open, ReadHeader(name, path, open, length))
    {
    }

    private NumpyColumn(string name, string path, Func<Stream> open, NumpyHeader header)
        : base(name, header.Element, header.Lengths)
    {
        (this.path, this.open, this.header) = (path, open, header);
        long bytes = header.Lengths.Skip(1).Aggregate((long)header.ElementBytes, (product, side) => product * side);
        rowBytes = (int)Math.Min(bytes, int.MaxValue);
        Refusal = header.Refusal ?? (bytes > int.MaxValue / 2 ? "has rows of more than a gigabyte, which are no images; save it with the images along the first axis" : null);
    }

    public override string? Refusal { get; }

    public override long BytesPerRow => rowBytes;

    // Where all axes but one have a length of 1 both orders are the same.
    private bool IsTurned => header.IsFortran && Lengths.Count(length => length > 1) > 1;

    public override IReadOnlyList<ReadOnlyMemory<byte>?> Read(long first, int count)
    {
        byte[] bytes = new byte[checked(count * rowBytes)];
        if (IsTurned)
        {
            turned ??= Turn();
            turned.AsSpan(checked((int)(first * rowBytes)), bytes.Length).CopyTo(bytes);
        }
        else
        {
            ReadStored(first, bytes);
        }

        if (header.IsBigEndian && Element.IsNumber())
        {
            Swap(bytes, header.ElementBytes);
        }

        return [.. Enumerable.Range(0, count).Select(i => (ReadOnlyMemory<byte>?)bytes.AsMemory(i * rowBytes, rowBytes))];
    }

    public override IReadOnlyList<string?> ReadTexts(long first, int count)
    {
        if (Element != ContainerElement.Text)
        {
            return base.ReadTexts(first, count);
        }

        Encoding encoding = !header.IsUnicode ? Encoding.UTF8 : header.IsBigEndian ? new UTF32Encoding(true, false) : Encoding.UTF32;
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        return [.. Read(first, count).Select(row =>
        {
            string text = encoding.GetString(row!.Value.Span).TrimEnd('\0');
            return known.TryGetValue(text, out string? same) ? same : known[text] = text;
        })];
    }

    public void Dispose() => stream?.Dispose();

    private static NumpyHeader ReadHeader(string name, string path, Func<Stream> open, long length)
    {
        using Stream stream = new BufferedStream(open());
        NumpyHeader header = NumpyHeader.Read(stream)
            ?? throw new SourceCorruptException($"'{name}' of '{path}' begins with no header of a NumPy array: it is damaged or of another kind; save or copy it again.");
        if (header.Refusal is null && header.Bytes != length - header.Start)
        {
            throw new SourceCorruptException(
                $"'{name}' of '{path}' announces {string.Join(" x ", header.Lengths)} elements of {header.ElementBytes} bytes, and {length - header.Start} bytes follow: it is truncated or "
                    + "damaged; save or copy it again.");
        }

        return header;
    }

    private void ReadStored(long first, Span<byte> bytes)
    {
        try
        {
            if (stream is null || first < next)
            {
                stream?.Dispose();
                stream = open();
                _ = NumpyHeader.Read(stream);
                next = 0;
            }

            Skip((first - next) * rowBytes);
            stream.ReadExactly(bytes);
            next = first + (rowBytes == 0 ? 0 : bytes.Length / rowBytes);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new SourceCorruptException($"'{Name}' of '{path}' ends early or cannot be unpacked: it is damaged; save or copy it again.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(e, path)}; allow reading it, or name another.", e);
        }
    }

    private void Skip(long bytes)
    {
        if (stream!.CanSeek)
        {
            stream.Seek(bytes, SeekOrigin.Current);
            return;
        }

        byte[] buffer = new byte[(int)Math.Min(bytes, 1 << 20)];
        for (long left = bytes; left > 0;)
        {
            int part = (int)Math.Min(left, buffer.Length);
            stream.ReadExactly(buffer.AsSpan(0, part));
            left -= part;
        }
    }

    private byte[] Turn()
    {
        long bytes = header.Bytes ?? long.MaxValue;
        if (bytes > Array.MaxLength || 2 * bytes > HostMemory.Free())
        {
            throw new TooLittleMemoryException(
                $"'{Name}' of '{path}' lies with its first axis running fastest, and turning it round needs {2 * (bytes >> 20)} MiB of memory; save it with np.ascontiguousarray.");
        }

        byte[] stored = new byte[bytes];
        ReadStored(0, stored);
        byte[] rows = new byte[bytes];
        int size = header.ElementBytes;
        int axes = Lengths.Count;
        long[] place = new long[axes];
        long[] strides = new long[axes];
        for (int axis = 0; axis < axes; axis++)
        {
            strides[axis] = axis == 0 ? 1 : strides[axis - 1] * Lengths[axis - 1];
        }

        long from = 0;
        for (long to = 0; to < bytes; to += size)
        {
            stored.AsSpan((int)(from * size), size).CopyTo(rows.AsSpan((int)to));
            for (int axis = axes - 1; axis >= 0; axis--)
            {
                from += strides[axis];
                if (++place[axis] < Lengths[axis])
                {
                    break;
                }

                from -= strides[axis] * Lengths[axis];
                place[axis] = 0;
            }
        }

        return rows;
    }

    private static void Swap(Span<byte> bytes, int size)
    {
        for (int i = 0; size > 1 && i < bytes.Length; i += size)
        {
            bytes.Slice(i, size).Reverse();
        }
    }
}
