namespace IlgpuGan.Kernels.Gemm;

/// <summary>How a product by single work-items is cut for the memory of a core: what of the two operands lies packed in local memory at a time.</summary>
public interface IVectorBlock
{
    /// <summary>Most rows of the left block: a multiple of every tile's rows.</summary>
    static abstract int Rows { get; }

    /// <summary>Most columns of the right block: a multiple of every tile's columns.</summary>
    static abstract int Columns { get; }

    /// <summary>Most products summed before the blocks move on.</summary>
    static abstract int Depth { get; }
}

/// <summary>Blocks for local memory of 320 KB: as on the CPU accelerator, the left one stays in a second-level cache.</summary>
public readonly struct LargeBlock : IVectorBlock
{
    /// <summary>Local memory that a device must have, in bytes.</summary>
    public const int LocalBytes = 320 * 1024;

    /// <inheritdoc/>
    public static int Rows => 96;

    /// <inheritdoc/>
    public static int Columns => 128;

    /// <inheritdoc/>
    public static int Depth => 256;
}

/// <summary>Blocks for the 32 KB of local memory that every OpenCL device has.</summary>
public readonly struct SmallBlock : IVectorBlock
{
    /// <inheritdoc/>
    public static int Rows => 24;

    /// <inheritdoc/>
    public static int Columns => 32;

    /// <inheritdoc/>
    public static int Depth => 64;
}

/// <summary>The part of a product that one work-item makes.</summary>
internal readonly struct VectorPart
{
    // Groups for each core: the last one to finish keeps the others waiting for at most an eighth of the product.
    private const int GroupsPerCore = 4;

    private VectorPart(int rows, int columns, int across)
    {
        Rows = rows;
        Columns = columns;
        Across = across;
    }

    /// <summary>Rows of a part, whole tiles.</summary>
    public readonly int Rows;

    /// <summary>Columns of a part, whole tiles.</summary>
    public readonly int Columns;

    /// <summary>Parts side by side.</summary>
    public readonly int Across;

    /// <summary>
    /// Cuts m x n sums. Every part packs its own rows and columns, so rows are cut first, down to the block that is packed at a time, and
    /// columns only as far as that leaves cores without work.
    /// </summary>
    public static VectorPart Of(int m, int n, int cores, int tileRows, int tileColumns, int blockRows)
    {
        int wanted = GroupsPerCore * cores;
        int tilesDown = (m + tileRows - 1) / tileRows;
        int tilesAcross = (n + tileColumns - 1) / tileColumns;
        int blockTiles = blockRows / tileRows;
        int blocks = (tilesDown + blockTiles - 1) / blockTiles;
        int down = blocks < wanted ? blocks : wanted;
        int across = wanted / down < tilesAcross ? wanted / down : tilesAcross;
        // Too few tiles of columns to go round: less than a block of rows each.
        if (down * across < wanted)
        {
            down = wanted / across < tilesDown ? wanted / across : tilesDown;
        }
        int rows = (tilesDown + down - 1) / down * tileRows;
        int columns = (tilesAcross + across - 1) / across * tileColumns;
        return new(rows, columns, (n + columns - 1) / columns);
    }
}
