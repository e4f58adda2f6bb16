namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// The tile of a product that four warps compute together on tensor cores. Each warp has <see cref="BlocksDown"/> x <see cref="BlocksAcross"/> blocks of
/// 32 x 32 sums.
/// </summary>
public interface ITensorTile
{
    /// <summary>Rows.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns.</summary>
    static abstract int Columns { get; }

    /// <summary>Blocks of a warp along the rows, 1 or 2.</summary>
    static abstract int BlocksDown { get; }

    /// <summary>Blocks of a warp along the columns, 1 or 2.</summary>
    static abstract int BlocksAcross { get; }

    /// <summary>Steps of depth that are in shared memory or on their way there, 2 to 4: as many as fit.</summary>
    static abstract int Stages { get; }

    /// <summary>Groups that are to fit on a multiprocessor at a time: the assembler keeps to so many registers.</summary>
    static abstract int Groups { get; }
}

/// <summary>
/// 128 x 128 by warps of 64 x 64. An element of shared memory feeds 64 multiplications, the most that 128 registers of sums allow; two stages take
/// 32 KiB, a third would leave no room for the tables.
/// </summary>
public readonly struct Tile128x128 : ITensorTile
{
    /// <inheritdoc/>
    public static int Rows => 128;

    /// <inheritdoc/>
    public static int Columns => 128;

    /// <inheritdoc/>
    public static int BlocksDown => 2;

    /// <inheritdoc/>
    public static int BlocksAcross => 2;

    /// <inheritdoc/>
    public static int Stages => 2;

    /// <inheritdoc/>
    public static int Groups => 2;
}

/// <summary>128 x 64 by warps of 64 x 32: for products of which the larger tile would leave multiprocessors idle.</summary>
public readonly struct Tile128x64 : ITensorTile
{
    /// <inheritdoc/>
    public static int Rows => 128;

    /// <inheritdoc/>
    public static int Columns => 64;

    /// <inheritdoc/>
    public static int BlocksDown => 2;

    /// <inheritdoc/>
    public static int BlocksAcross => 1;

    /// <inheritdoc/>
    public static int Stages => 3;

    /// <inheritdoc/>
    public static int Groups => 3;
}

/// <summary>64 x 64 by warps of 32 x 32: for small products.</summary>
public readonly struct Tile64x64 : ITensorTile
{
    /// <inheritdoc/>
    public static int Rows => 64;

    /// <inheritdoc/>
    public static int Columns => 64;

    /// <inheritdoc/>
    public static int BlocksDown => 1;

    /// <inheritdoc/>
    public static int BlocksAcross => 1;

    /// <inheritdoc/>
    public static int Stages => 4;

    /// <inheritdoc/>
    public static int Groups => 4;
}

/// <summary>128 x 32, one warp below the other: for products of few columns.</summary>
public readonly struct Tile128x32 : ITensorTile
{
    /// <inheritdoc/>
    public static int Rows => 128;

    /// <inheritdoc/>
    public static int Columns => 32;

    /// <inheritdoc/>
    public static int BlocksDown => 1;

    /// <inheritdoc/>
    public static int BlocksAcross => 1;

    /// <inheritdoc/>
    public static int Stages => 3;

    /// <inheritdoc/>
    public static int Groups => 4;
}
