using PureHDF.Filters;

namespace IlgpuGan.Hdf5;

/// <summary>Chunks are packed in a way that the library hands on wrongly.</summary>
internal sealed class LzfException() : Exception("LZF of numbers of several bytes with parts that could not be packed");

/// <summary>h5py's own compression, LZF (Lehmann's LibLZF): runs of literals and references back, a byte of control before each.</summary>
internal sealed class LzfFilter : IH5Filter
{
    private const int LongestLiteral = 32;
    private const int RawBytes = 2;

    // Three bytes make 264 at most.
    private const long MostPacked = 88;

    /// <summary>Bytes of the elements that this thread reads; a filter is not told of them.</summary>
    public static readonly AsyncLocal<int> ElementBytes = new();

    /// <inheritdoc/>
    public ushort FilterId => 32000;

    /// <inheritdoc/>
    public string Name => "lzf";

    /// <inheritdoc/>
    public Memory<byte> Filter(FilterInfo info)
    {
        int raw = checked((int)info.Parameters[RawBytes]);
        if (info.Buffer.Length != raw)
        {
            if (raw > info.Buffer.Length * MostPacked)
            {
                throw new InvalidDataException($"A chunk of LZF claims {raw} bytes, more than it can hold.");
            }

            return Unpack(info.Buffer.Span, new byte[raw]);
        }

        // A chunk that could not be packed lies as it is. Where bytes were shuffled before, the library leaves them so.
        return ElementBytes.Value <= 1 ? info.Buffer
            : throw new LzfException();
    }

    /// <inheritdoc/>
    public uint[] GetParameters(uint[] chunkDimensions, uint typeSize, Dictionary<string, object>? options) => throw new NotSupportedException();

    /// <summary>Unpacks; what is damaged ends outside a buffer, and throws.</summary>
    internal static byte[] Unpack(ReadOnlySpan<byte> packed, byte[] unpacked)
    {
        int from = 0;
        int to = 0;
        while (from < packed.Length)
        {
            int control = packed[from++];
            if (control < LongestLiteral)
            {
                packed.Slice(from, control + 1).CopyTo(unpacked.AsSpan(to));
                from += control + 1;
                to += control + 1;
                continue;
            }

            int length = control >> 5;
            if (length == 7)
            {
                length += packed[from++];
            }

            int back = to - ((control & 31) << 8) - packed[from++] - 1;
            for (int end = to + length + 2; to < end; to++, back++)
            {
                unpacked[to] = unpacked[back];
            }
        }

        return to == unpacked.Length ? unpacked : throw new InvalidDataException("A chunk of LZF ends early.");
    }
}
