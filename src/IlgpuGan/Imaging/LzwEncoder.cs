namespace IlgpuGan.Imaging;

/// <summary>The compression of GIF: Lempel-Ziv-Welch (Welch 1984) with codes of 9 to 12 bits, in blocks of up to 255 bytes.</summary>
internal sealed class LzwEncoder
{
    private const int SymbolBits = 8, MostBits = 12;
    private const int Clear = 1 << SymbolBits, End = Clear + 1, First = Clear + 2;

    private readonly Stream stream;

    // The code of each known string followed by each symbol; 0 for none, which no such string has.
    private readonly ushort[] codes = new ushort[1 << (MostBits + SymbolBits)];
    private readonly byte[] block = new byte[256];
    private int blockLength, bits, bitCount, width, next;

    public LzwEncoder(Stream stream) => this.stream = stream;

    /// <summary>Writes the image data of a frame.</summary>
    public void Write(ReadOnlySpan<byte> indices)
    {
        stream.WriteByte(SymbolBits);
        width = SymbolBits + 1;
        Reset();
        int known = indices[0];
        foreach (byte symbol in indices[1..])
        {
            ref ushort code = ref codes[(known << SymbolBits) | symbol];
            if (code != 0)
            {
                known = code;
                continue;
            }

            Put(known);
            if (next == 1 << MostBits)
            {
                Reset();
            }
            else
            {
                // The reader learns a string one code later than the writer, so its codes grow then.
                width += next == 1 << width ? 1 : 0;
                code = (ushort)next++;
            }

            known = symbol;
        }

        Put(known);
        // The reader may just have learnt the string that makes codes grow.
        width += next == 1 << width && width < MostBits ? 1 : 0;
        Put(End);
        Flush();
        stream.WriteByte(0);
    }

    private void Reset()
    {
        Put(Clear);
        Array.Clear(codes);
        (width, next) = (SymbolBits + 1, First);
    }

    private void Put(int code)
    {
        bits |= code << bitCount;
        for (bitCount += width; bitCount >= 8; bitCount -= 8, bits >>= 8)
        {
            block[++blockLength] = (byte)bits;
            if (blockLength == 255)
            {
                WriteBlock();
            }
        }
    }

    private void Flush()
    {
        if (bitCount > 0)
        {
            block[++blockLength] = (byte)bits;
        }

        if (blockLength > 0)
        {
            WriteBlock();
        }

        (bits, bitCount) = (0, 0);
    }

    private void WriteBlock()
    {
        block[0] = (byte)blockLength;
        stream.Write(block, 0, blockLength + 1);
        blockLength = 0;
    }
}
