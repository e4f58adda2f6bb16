namespace IlgpuGan.Kernels.Gemm;

/// <summary>One side of the tile.</summary>
public interface ITileSide
{
    /// <summary>Rows or columns of the tile.</summary>
    static abstract int Outer { get; }

    /// <summary>Terms in shared memory at a time.</summary>
    static abstract int Depth { get; }

    /// <summary>Threads that load them.</summary>
    static abstract int Threads { get; }
}

/// <summary>The rows of a tile.</summary>
public readonly struct LeftSide<TShape> : ITileSide
    where TShape : struct, ITileShape
{
    /// <inheritdoc/>
    public static int Outer => TShape.Rows;

    /// <inheritdoc/>
    public static int Depth => TShape.Depth;

    /// <inheritdoc/>
    public static int Threads => TShape.Threads;
}

/// <summary>The columns of a tile.</summary>
public readonly struct RightSide<TShape> : ITileSide
    where TShape : struct, ITileShape
{
    /// <inheritdoc/>
    public static int Outer => TShape.Columns;

    /// <inheritdoc/>
    public static int Depth => TShape.Depth;

    /// <inheritdoc/>
    public static int Threads => TShape.Threads;
}
