namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// How a product is cut for the caches of a CPU core (Goto and van de Geijn 2008): a block of the left operand and the sums it makes stay in
/// the second-level cache, a panel of the right one in the first.
/// </summary>
public static class HostBlocking
{
    /// <summary>Most rows of a packed left block: a multiple of every tile's rows.</summary>
    internal const int MaxRows = 96;

    /// <summary>Most products summed before the block moves on.</summary>
    internal const int MaxDepth = 256;

    /// <summary>Most columns that a left block meets before it is packed anew: a multiple of every tile's columns.</summary>
    internal const int MaxColumns = 512;

    // A power of two as row stride would send all rows of a tile to one set of the first-level cache.
    internal const int LeftStride = MaxDepth + 16;
    internal const int LeftSize = MaxRows * LeftStride;
    internal const int LineSize = 32 * LeftStride;
    internal const int LineCount = 16;
    internal const int LineStride = MaxRows + 16;
    // Floats of a left block, steps of a block of lines, its rows, and floats from line to line, where one panel reads the block once: for the first-level cache.
    internal const int FewFloats = 12288;
    internal const int FewSteps = 64;
    internal const int MostRowsOfLines = 144;
    internal const int StrideOfLines = MostRowsOfLines + 16;
    internal const int SpareSize = 512;
    internal const int SizePerWorker = LeftSize + LineSize + SpareSize;

    /// <summary>Floats of scratch memory that products on a CPU with this many workers need; all products share it.</summary>
    public static int ScratchSize(int workers) => workers * SizePerWorker;

    /// <summary>Floats of a right operand of n columns and k rows once it is packed for a tile of so many columns.</summary>
    public static int PackedSize(int n, int k, int tileColumns) => (n + tileColumns - 1) / tileColumns * tileColumns * k;

    /// <summary>Floats from one group or class of a packed right operand to the next; k is that of the largest.</summary>
    internal static nint PartSize(int n, int k, int tileColumns) => PackedSize(n, 1, tileColumns) * (nint)Math.Max(1, k);

    /// <summary>
    /// Into how many parts the sums of a product of m rows and k terms are cut, and the terms of a part: a weight gradient of few rows has
    /// sums long enough for all workers, each of which then packs whole lines.
    /// </summary>
    public static (int Splits, int Depth) Split(int m, int k)
    {
        const int LeastDepth = 1024, MostSplits = 16;
        int splits = m > MaxRows ? 1 : Math.Clamp(k / LeastDepth, 1, MostSplits);
        int depth = (k + splits - 1) / splits;
        return splits == 1 ? (1, k) : ((k + depth - 1) / depth, depth);
    }

    /// <summary>Length of the blocks that a sum of k terms is cut into; never 0.</summary>
    internal static int DepthStep(int k)
    {
        int blocks = Math.Max(1, (k + MaxDepth - 1) / MaxDepth);
        return Math.Max(1, (k + blocks - 1) / blocks);
    }
}
