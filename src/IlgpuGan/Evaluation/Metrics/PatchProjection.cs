using System.Numerics;
using System.Runtime.InteropServices;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Projects patches on directions and says which of <see cref="Bins"/> even steps each projection lies in. It computes in integers: patches to 14 bits of
/// the longest, directions to 15, which moves a projection by about half a step. No sum of products leaves 32 bits, and its upper 16 bits are the step.
/// </summary>
internal sealed class PatchProjection
{
    /// <summary>Steps from the least projection to the greatest that any patch can have.</summary>
    public const int Bins = 1 << 16;

    private readonly int pairs;
    private readonly int[][] groups;

    /// <param name="directions">Unit vectors, [directions, patch size].</param>
    /// <param name="patchSize">Values of a patch.</param>
    /// <param name="longest">No patch is longer, as a vector.</param>
    public PatchProjection(float[] directions, int patchSize, double longest)
    {
        Directions = directions.Length / patchSize;
        pairs = (patchSize + 1) / 2;
        double fine = short.MaxValue / (double)directions.Max(Math.Abs);
        groups = new int[(Directions + PairProduct.Group - 1) / PairProduct.Group][];
        double longestDirection = 0;
        var rounded = new short[2 * pairs];
        for (int d = 0; d < Directions; d++)
        {
            double squares = 0;
            for (int i = 0; i < patchSize; i++)
            {
                rounded[i] = (short)Math.Round(directions[d * patchSize + i] * fine);
                squares += rounded[i] * (double)rounded[i];
            }
            longestDirection = Math.Max(longestDirection, Math.Sqrt(squares));
            SetLane(rounded, groups[d / PairProduct.Group] ??= new int[pairs * PairProduct.Group], d % PairProduct.Group, PairProduct.Group);
        }
        // Cauchy and Schwarz; rounding makes a patch longer by at most half a step in each value.
        Scale = (Math.Min(int.MaxValue / longestDirection, short.MaxValue) - Math.Sqrt(patchSize) / 2) / longest;
        BinWidth = (1L << 32) / (double)Bins / (Scale * fine);
    }

    /// <summary>Number of directions.</summary>
    public int Directions { get; }

    /// <summary>What the values of a patch are multiplied with before they are rounded.</summary>
    public double Scale { get; }

    /// <summary>Length of a step.</summary>
    public double BinWidth { get; }

    /// <summary>Room for some patches.</summary>
    public Panel NewPanel() => new(pairs);

    /// <summary>Fills in the bin of each patch of a panel along each direction, [directions, stride].</summary>
    public void Project(Panel panel, int lanes, Span<ushort> bins, int stride)
    {
        for (int group = 0; group < groups.Length; group++)
        {
            PairProduct.Multiply(panel.Pairs, groups[group], panel.Products);
            for (int j = 0; j < Math.Min(PairProduct.Group, Directions - group * PairProduct.Group); j++)
            {
                ToBins(panel.Products, j * PairProduct.Width, bins.Slice((group * PairProduct.Group + j) * stride, lanes));
            }
        }
    }

    // A panel is two vectors of products and one of bins wide; the last may not be full.
    private static void ToBins(int[] products, int at, Span<ushort> bins)
    {
        var all = Vector.Narrow(Bin(at), Bin(at + Vector<int>.Count));
        if (bins.Length == PairProduct.Width)
        {
            all.CopyTo(bins);
            return;
        }
        for (int lane = 0; lane < bins.Length; lane++)
        {
            bins[lane] = all[lane];
        }

        Vector<uint> Bin(int from) => (Vector.AsVectorUInt32(new Vector<int>(products, from)) ^ new Vector<uint>(1u << 31)) >>> 16;
    }

    private static void SetLane(short[] row, int[] target, int lane, int lanes)
    {
        var parts = MemoryMarshal.Cast<short, int>(row);
        for (int p = 0; p < parts.Length; p++)
        {
            target[p * lanes + lane] = parts[p];
        }
    }

    /// <summary>What one thread computes in.</summary>
    internal sealed class Panel(int pairs)
    {
        /// <summary>One patch, to be filled in; behind an odd number of values comes a nought.</summary>
        public short[] Patch { get; } = new short[2 * pairs];

        internal int[] Pairs { get; } = new int[pairs * PairProduct.Width];

        internal int[] Products { get; } = new int[PairProduct.Group * PairProduct.Width];

        /// <summary>Takes <see cref="Patch"/> as the panel's patch number <paramref name="lane"/>.</summary>
        public void SetPatch(int lane) => PatchProjection.SetLane(Patch, Pairs, lane, PairProduct.Width);
    }
}
