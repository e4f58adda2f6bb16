namespace IlgpuGan.Imaging;

/// <summary>
/// Counts the packed blocks of a sequential JPEG (ITU-T T.81, F.2.2). Where a file was cut and an end marker put behind it, the decoder fills the rest of the
/// picture with middle grey without a word, and only the blocks tell.
/// </summary>
internal static class JpegScan
{
    private const int CodeBits = 16;
    private const int Coefficients = 64;

    /// <summary>Whether the packed data lasts to the last block of each scan; true, too, of kinds that are not counted: progressive, arithmetic, lossless ones.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> file)
    {
        ushort[]?[] tables = new ushort[2 * 4][];
        Frame? frame = null;
        int interval = 0;
        int at = 2;
        while (at + 4 <= file.Length)
        {
            if (file[at] != 0xFF || file[at + 1] is 0xFF or 0x00)
            {
                at++;
                continue;
            }

            byte marker = file[at + 1];
            at += 2;
            if (marker is >= 0xD0 and <= 0xD8 or 0x01)
            {
                continue;
            }

            int length = (file[at] << 8) | file[at + 1];
            if (marker == 0xD9 || length < 2 || at + length > file.Length)
            {
                return true;
            }

            ReadOnlySpan<byte> segment = file[(at + 2)..(at + length)];
            at += length;
            switch (marker)
            {
                case 0xC0 or 0xC1:
                    frame = Frame.Read(segment);
                    break;
                case >= 0xC2 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    return true;
                case 0xC4:
                    ReadTables(segment, tables);
                    break;
                case 0xDD when segment.Length >= 2:
                    interval = (segment[0] << 8) | segment[1];
                    break;
                case 0xDA:
                    if (frame is null || !TryScan(segment, frame, tables, out Block[] blocks, out int units))
                    {
                        return true;
                    }

                    var bits = new Bits(file, at);
                    if (!Lasts(ref bits, blocks, units, interval))
                    {
                        return false;
                    }

                    at = bits.At;
                    break;
            }
        }

        return true;
    }

    private static bool Lasts(ref Bits bits, Block[] blocks, int units, int interval)
    {
        for (int unit = 0; unit < units; unit++)
        {
            if (interval > 0 && unit > 0 && unit % interval == 0 && !bits.Restart())
            {
                return false;
            }

            foreach (Block block in blocks)
            {
                if (!bits.Pass(block))
                {
                    return !bits.IsOver;
                }
            }
        }

        return true;
    }

    // The blocks of a unit (MCU) in their order, and how many units there are: of several components whole ones of all, of one its own blocks.
    private static bool TryScan(ReadOnlySpan<byte> segment, Frame frame, ushort[]?[] tables, out Block[] blocks, out int units)
    {
        (blocks, units) = ([], 0);
        int count = segment.Length > 0 ? segment[0] : 0;
        if (count is < 1 or > 4 || segment.Length < 1 + (2 * count))
        {
            return false;
        }

        var found = new List<Block>();
        for (int i = 0; i < count; i++)
        {
            int id = segment[1 + (2 * i)];
            int selected = segment[2 + (2 * i)];
            Component? component = Array.Find(frame.Components, candidate => candidate.Id == id);
            if (component is null || selected >> 4 > 3 || (selected & 15) > 3 || tables[selected >> 4] is not { } direct || tables[4 + (selected & 15)] is not { } alternating)
            {
                return false;
            }

            var block = new Block(direct, alternating);
            found.AddRange(Enumerable.Repeat(block, count == 1 ? 1 : component.Across * component.Down));
            units = count == 1 ? frame.BlocksOf(component) : frame.Units;
        }

        blocks = [.. found];
        return units > 0;
    }

    // For each 16 bits ahead the length of the code they begin with, times 256, and what it says.
    private static void ReadTables(ReadOnlySpan<byte> segment, ushort[]?[] tables)
    {
        while (segment.Length >= 1 + CodeBits)
        {
            int kind = segment[0];
            ReadOnlySpan<byte> counts = segment.Slice(1, CodeBits);
            int symbols = 0;
            foreach (byte count in counts)
            {
                symbols += count;
            }

            if (kind >> 4 > 1 || (kind & 15) > 3 || segment.Length < 1 + CodeBits + symbols)
            {
                return;
            }

            ReadOnlySpan<byte> values = segment.Slice(1 + CodeBits, symbols);
            ushort[] table = new ushort[1 << CodeBits];
            int first = 0;
            int value = 0;
            for (int length = 1; length <= CodeBits; length++)
            {
                for (int i = 0; i < counts[length - 1]; i++, value++)
                {
                    int width = 1 << (CodeBits - length);
                    if (first + width > table.Length)
                    {
                        return;
                    }

                    table.AsSpan(first, width).Fill((ushort)((length << 8) | values[value]));
                    first += width;
                }
            }

            tables[(4 * (kind >> 4)) + (kind & 15)] = table;
            segment = segment[(1 + CodeBits + symbols)..];
        }
    }

    private readonly record struct Block(ushort[] Direct, ushort[] Alternating);

    private sealed record Component(int Id, int Across, int Down);

    private sealed record Frame(int Height, int Width, Component[] Components)
    {
        private int Widest => Components.Max(component => component.Across);

        private int Highest => Components.Max(component => component.Down);

        public int Units => Blocks(Width, Widest) * Blocks(Height, Highest);

        public static Frame? Read(ReadOnlySpan<byte> segment)
        {
            int count = segment.Length > 5 ? segment[5] : 0;
            if (count is < 1 or > 4 || segment.Length < 6 + (3 * count))
            {
                return null;
            }

            var components = new Component[count];
            for (int i = 0; i < count; i++)
            {
                int factors = segment[7 + (3 * i)];
                components[i] = new Component(segment[6 + (3 * i)], factors >> 4, factors & 15);
            }

            var frame = new Frame((segment[1] << 8) | segment[2], (segment[3] << 8) | segment[4], components);
            // A height of nought is told behind the first scan (DNL), which nobody writes.
            return frame is { Height: > 0, Width: > 0 } && Array.TrueForAll(components, component => component is { Across: >= 1 and <= 4, Down: >= 1 and <= 4 }) ? frame : null;
        }

        public int BlocksOf(Component component) => Own(Width, component.Across, Widest) * Own(Height, component.Down, Highest);

        private static int Blocks(int side, int factor) => (side + (8 * factor) - 1) / (8 * factor);

        private static int Own(int side, int factor, int largest) => ((((side * factor) + largest - 1) / largest) + 7) / 8;
    }

    /// <summary>The bits of a scan, up to its next marker.</summary>
    private ref struct Bits(ReadOnlySpan<byte> file, int at)
    {
        private readonly ReadOnlySpan<byte> file = file;
        private ulong ahead;
        private int held;
        private int real;

        /// <summary>The next byte to take from the file.</summary>
        public int At { get; private set; } = at;

        /// <summary>Whether more bits were asked for than there are.</summary>
        public readonly bool IsOver => real < 0;

        /// <summary>Passes over a block; false where it does not end, or has a code that is none.</summary>
        public bool Pass(Block block)
        {
            if (!Take(block.Direct, out int symbol))
            {
                return false;
            }

            Skip(symbol & 15);
            for (int at = 1; at < Coefficients; at++)
            {
                if (!Take(block.Alternating, out symbol))
                {
                    return false;
                }

                int size = symbol & 15;
                int run = symbol >> 4;
                if (size == 0 && run < 15)
                {
                    break;
                }

                at += run;
                Skip(size);
            }

            return !IsOver;
        }

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

        private bool Take(ushort[] table, out int symbol)
        {
            Fill();
            int entry = table[(int)(ahead >> 48)];
            symbol = entry & 255;
            Skip(entry >> 8);
            return entry != 0 && !IsOver;
        }

        private void Skip(int bits)
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
}
