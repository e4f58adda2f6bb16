namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// How a product is cut for the caches of a CPU core (Goto and van de Geijn 2008): a block of the left operand stays in the second-level
/// cache, a panel of the right one in the first.
/// </summary>
public static class HostBlocking
{
    /// <summary>Most rows of a packed left block: a multiple of every tile's rows.</summary>
    internal const int MaxRows = 96;

    /// <summary>Most products summed before the block moves on.</summary>
    internal const int MaxDepth = 256;

    /// <summary>Most columns of a packed right block: a multiple of every tile's columns.</summary>
    internal const int MaxColumns = 512;

    // A power of two as row stride would send all rows of a tile to one set of the first-level cache.
    internal const int LeftStride = MaxDepth + 16;
    internal const int LeftSize = MaxRows * LeftStride;
    internal const int RightSize = MaxDepth * MaxColumns;
    internal const int LineSize = 32 * LeftStride;
    internal const int SpareSize = 512;
    internal const int SizePerWorker = LeftSize + RightSize + LineSize + SpareSize;

    /// <summary>Floats of scratch memory that products on a CPU with this many workers need; all products share it.</summary>
    public static int ScratchSize(int workers) => workers * SizePerWorker;

    /// <summary>The cut of the product among workers, rows by columns of tiles, that copies least for an even load.</summary>
    internal static (int Across, int Down) Split(int tileRows, int tileColumns, int workers)
    {
        (int, int) best = (1, workers);
        double least = double.MaxValue;
        for (int down = 1; down <= workers; down++)
        {
            if (workers % down != 0)
                continue;
            int across = workers / down;
            double rows = Math.Ceiling((double)tileRows / down), columns = Math.Ceiling((double)tileColumns / across);
            // A tile's arithmetic against the packing of its row and its column, in the same unit of time.
            double time = rows * columns + 0.15 * rows + 0.3 * columns;
            if (time < least)
                (least, best) = (time, (across, down));
        }
        return best;
    }
}
