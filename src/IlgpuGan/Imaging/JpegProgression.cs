namespace IlgpuGan.Imaging;

/// <summary>
/// The scans of a progressive JPEG (ITU-T T.81, annex G), each of which brings some bits of some coefficients of all blocks: what they have brought so far, and
/// whether the packed data of each lasts to its last block.
/// </summary>
internal sealed class JpegProgression(JpegFrame frame)
{
    private const int Coefficients = 64;
    private const int NotSent = -1;

    // Of each component and coefficient the bits that are still to come.
    private readonly int[][] left = [.. frame.Components.Select(_ => Enumerable.Repeat(NotSent, Coefficients).ToArray())];

    // Of each component and block which coefficients are known not to be nought: a refinement has a bit more of each of them.
    private readonly ulong[]?[] known = new ulong[frame.Components.Length][];

    /// <summary>
    /// Whether all bits have come. A picture without any detail, of the mean of each block alone, is taken for what it is meant to be; one with detail here and
    /// not there was cut.
    /// </summary>
    public bool IsComplete
    {
        get
        {
            bool hasDetail = left.Any(component => component.Skip(1).Any(bits => bits != NotSent));
            return left.All(component => component[0] == 0 && component.Skip(1).All(bits => bits == 0 || (bits == NotSent && !hasDetail)));
        }
    }

    /// <summary>Passes over a scan: false where its header or its data ends early, null where it cannot be counted.</summary>
    /// <param name="header">The segment of the start of scan.</param>
    /// <param name="tables">Four tables of codes for the means, four for what alternates.</param>
    /// <param name="interval">Units from one restart marker to the next; 0 for none.</param>
    /// <param name="bits">The packed data.</param>
    public bool? Lasts(ReadOnlySpan<byte> header, ushort[]?[] tables, int interval, ref JpegBits bits)
    {
        int count = header.Length > 0 ? header[0] : 0;
        if (count is < 1 or > 4 || header.Length < 4 + (2 * count))
        {
            return false;
        }

        int first = header[1 + (2 * count)];
        int last = header[2 + (2 * count)];
        int before = header[3 + (2 * count)] >> 4;
        int shift = header[3 + (2 * count)] & 15;
        bool refines = before > 0;
        if (last >= Coefficients || (first == 0 ? last > 0 : first > last || count > 1) || (refines && before != shift + 1))
        {
            return false;
        }

        var blocks = new List<(int Component, ushort[] Table)>();
        int units = frame.Units;
        for (int i = 0; i < count; i++)
        {
            int id = header[1 + (2 * i)];
            int selected = first == 0 ? header[2 + (2 * i)] >> 4 : 4 + (header[2 + (2 * i)] & 15);
            int place = Array.FindIndex(frame.Components, candidate => candidate.Id == id);
            // A refinement of means has no codes.
            if (place < 0 || selected >= tables.Length || (first == 0 && selected > 3) || (tables[selected] ?? (first == 0 && refines ? [] : null)) is not { } table)
            {
                return null;
            }

            JpegComponent component = frame.Components[place];
            blocks.AddRange(Enumerable.Repeat((place, table), count == 1 ? 1 : component.Across * component.Down));
            units = count == 1 ? frame.BlocksOf(component) : frame.Units;
            left[place].AsSpan(first, last - first + 1).Fill(shift);
        }

        var band = new Band(first, last, refines);
        for (int unit = 0; unit < units; unit++)
        {
            if (interval > 0 && unit > 0 && unit % interval == 0)
            {
                band.EmptyBlocks = 0;
                if (!bits.Restart())
                {
                    return false;
                }
            }

            foreach (var (place, table) in blocks)
            {
                bool passed = first == 0 ? PassMean(ref bits, table, refines)
                    : band.Pass(ref bits, table, ref (known[place] ??= new ulong[units])[unit]);
                if (!passed)
                {
                    return bits.IsOver ? false : null;
                }
            }
        }

        return true;
    }

    private static bool PassMean(ref JpegBits bits, ushort[] table, bool refines)
    {
        int size = 1;
        if (!refines && !bits.Take(table, out size))
        {
            return false;
        }

        bits.Skip(size & 15);
        return !bits.IsOver;
    }

    /// <summary>A scan of the coefficients from one to another.</summary>
    private struct Band(int first, int last, bool refines)
    {
        /// <summary>Blocks ahead that have nothing new.</summary>
        public int EmptyBlocks;

        /// <summary>Passes over a block; false where it does not end, or has a code that is none.</summary>
        public bool Pass(ref JpegBits bits, ushort[] table, ref ulong known)
        {
            int at = first;
            while (EmptyBlocks == 0 && at <= last)
            {
                if (!bits.Take(table, out int symbol))
                {
                    return false;
                }

                int zeros = symbol >> 4;
                int size = symbol & 15;
                if (size == 0 && zeros < 15)
                {
                    EmptyBlocks = (1 << zeros) + bits.Read(zeros);
                    break;
                }

                bits.Skip(size);
                at = refines ? Over(ref bits, at, zeros, known) : at + zeros;
                if (size > 0 && at <= last)
                {
                    known |= 1UL << at;
                }

                at++;
            }

            if (EmptyBlocks > 0)
            {
                EmptyBlocks--;
                if (refines)
                {
                    Over(ref bits, at, Coefficients, known);
                }
            }

            return !bits.IsOver;
        }

        // A refinement has a bit for each coefficient on its way that is not nought.
        private readonly int Over(ref JpegBits bits, int at, int zeros, ulong known)
        {
            for (; at <= last; at++)
            {
                if ((known >> at & 1) != 0)
                {
                    bits.Skip(1);
                }
                else if (zeros-- == 0)
                {
                    break;
                }
            }

            return at;
        }
    }
}
