namespace IlgpuGan.Imaging;

/// <summary>The bits of a scan, up to its next marker.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> file, int at)
{
    private readonly ReadOnlySpan<byte> file = file;
    private ulong ahead;
    private int held;
    private int real;

    /// <summary>The next byte to take from the file.</summary>
    public int At { get; private set; } = at;

    /// <summary>Whether more bits were asked for than there are.</summary>
    public readonly bool IsOver => real < 0;

    /// <summary>Goes on behind a restart marker; false where there is another one, or none.</summary>
    public bool Restart()
    {
        (ahead, held, real) = (0, 0, 0);
        while (At + 1 < file.Length)
        {
            byte next = file[At + 1];
            if (file[At] != 0xFF || next is 0x00 or 0xFF)
            {
                At++;
                continue;
            }

            At += 2;
            return next is >= 0xD0 and <= 0xD7;
        }

        return false;
    }

    /// <summary>Takes a code; false where the bits ahead are none, or are over.</summary>
    /// <param name="table">For each 16 bits ahead the length of the code they begin with, times 256, and what it says.</param>
    /// <param name="symbol">What it says.</param>
    public bool Take(ushort[] table, out int symbol)
    {
        Fill();
        int entry = table[(int)(ahead >> 48)];
        symbol = entry & 255;
        Skip(entry >> 8);
        return entry != 0 && !IsOver;
    }

    /// <summary>Takes a number of at most 16 bits.</summary>
    public int Read(int bits)
    {
        Fill();
        int value = (int)(ahead >> 48) >> (16 - bits);
        Skip(bits);
        return value;
    }

    /// <summary>Passes over at most 16 bits.</summary>
    public void Skip(int bits)
    {
        Fill();
        ahead <<= bits;
        held -= bits;
        real -= bits;
    }

    private void Fill()
    {
        while (held <= 48)
        {
            byte next = 0;
            if (At < file.Length && (file[At] != 0xFF || (At + 1 < file.Length && file[At + 1] == 0)))
            {
                next = file[At];
                At += next == 0xFF ? 2 : 1;
                real += 8;
            }

            ahead |= (ulong)next << (56 - held);
            held += 8;
        }
    }
}
