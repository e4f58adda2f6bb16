namespace IlgpuGan.Imaging;

/// <summary>
/// Counts the packed blocks of a JPEG (ITU-T T.81, F.2.2 and annex G). Where a file was cut and an end marker put behind it, the decoder fills the rest of the
/// picture with middle grey without a word, or leaves a progressive one blurred, and only the blocks tell.
/// </summary>
internal static class JpegScan
{
    private const int CodeBits = 16;
    private const int Coefficients = 64;

    /// <summary>Whether the packed data lasts to the last block of each scan; true, too, of kinds that are not counted: arithmetic, lossless ones.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> file)
    {
        ushort[]?[] tables = new ushort[2 * 4][];
        JpegFrame? frame = null;
        JpegProgression? progression = null;
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
                return progression is not { IsComplete: false };
            }

            ReadOnlySpan<byte> segment = file[(at + 2)..(at + length)];
            at += length;
            switch (marker)
            {
                case 0xC0 or 0xC1:
                    frame = JpegFrame.Read(segment);
                    break;
                case 0xC2 when JpegFrame.Read(segment) is { } progressive:
                    progression = new JpegProgression(progressive);
                    break;
                case >= 0xC2 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC):
                    return true;
                case 0xC4:
                    ReadTables(segment, tables);
                    break;
                case 0xDD when segment.Length >= 2:
                    interval = (segment[0] << 8) | segment[1];
                    break;
                case 0xDA when progression is not null:
                    var packed = new JpegBits(file, at);
                    if (progression.Lasts(segment, tables, interval, ref packed) is not { } lasts)
                    {
                        return true;
                    }

                    if (!lasts)
                    {
                        return false;
                    }

                    at = packed.At;
                    break;
                case 0xDA:
                    if (frame is null || !TryScan(segment, frame, tables, out Block[] blocks, out int units))
                    {
                        return true;
                    }

                    var bits = new JpegBits(file, at);
                    if (!Lasts(ref bits, blocks, units, interval))
                    {
                        return false;
                    }

                    at = bits.At;
                    break;
            }
        }

        return progression is not { IsComplete: false };
    }

    private static bool Lasts(ref JpegBits bits, Block[] blocks, int units, int interval)
    {
        for (int unit = 0; unit < units; unit++)
        {
            if (interval > 0 && unit > 0 && unit % interval == 0 && !bits.Restart())
            {
                return false;
            }

            foreach (Block block in blocks)
            {
                if (!Pass(ref bits, block))
                {
                    return !bits.IsOver;
                }
            }
        }

        return true;
    }

    // False where a block does not end, or has a code that is none.
    private static bool Pass(ref JpegBits bits, Block block)
    {
        if (!bits.Take(block.Direct, out int symbol))
        {
            return false;
        }

        bits.Skip(symbol & 15);
        for (int at = 1; at < Coefficients; at++)
        {
            if (!bits.Take(block.Alternating, out symbol))
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
            bits.Skip(size);
        }

        return !bits.IsOver;
    }

    // The blocks of a unit (MCU) in their order, and how many units there are: of several components whole ones of all, of one its own blocks.
    private static bool TryScan(ReadOnlySpan<byte> segment, JpegFrame frame, ushort[]?[] tables, out Block[] blocks, out int units)
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
            JpegComponent? component = Array.Find(frame.Components, candidate => candidate.Id == id);
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
}
