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

    /// <summary>Steps of depth that are in shared memory or on their way there, 2 to 4.</summary>
    static abstract int Stages { get; }

    /// <summary>Groups that are to fit on a multiprocessor at a time: the assembler keeps to so many registers.</summary>
    static abstract int Groups { get; }

    /// <summary>Whether the launch gives the kernel its stages, for which a card must be asked, instead of the kernel having them, at most 48 KiB with all else.</summary>
    static abstract bool AsksForMemory { get; }
}

/// <summary>What tiles take.</summary>
public static class TensorTiles
{
    /// <summary>Depth of a step: two halves of four chunks.</summary>
    public const int Depth = 32;

    /// <summary>Bytes of memory that a group shares, at most: its stages, the places of depths, and those of rows and columns that are copied float by float.</summary>
    public static int SharedBytes<TTile>()
        where TTile : struct, ITensorTile =>
        (sizeof(float) * TTile.Stages * Depth + 16) * (TTile.Rows + TTile.Columns) + 16 * 4 * TensorCopies.TableDepth;
}

/// <summary>
/// 128 x 128 by warps of 64 x 64. An element of shared memory feeds 64 multiplications, the most that 128 registers of sums allow; three stages are
/// 96 KiB, and two groups fill a multiprocessor of Hopper.
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
    public static int Stages => 3;

    /// <inheritdoc/>
    public static int Groups => 2;

    /// <inheritdoc/>
    public static bool AsksForMemory => true;
}

/// <summary>128 x 64 by warps of 64 x 32, in 72 KiB: for products of which the larger tile would leave multiprocessors idle, and cards that have no more.</summary>
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
    public static int Groups => 2;

    /// <inheritdoc/>
    public static bool AsksForMemory => true;
}

/// <summary>64 x 64 by warps of 32 x 32, in 48 KiB: for small products.</summary>
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
    public static int Stages => 3;

    /// <inheritdoc/>
    public static int Groups => 4;

    /// <inheritdoc/>
    public static bool AsksForMemory => true;
}

/// <summary>128 x 32, one warp below the other, in 60 KiB: for products of few columns.</summary>
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
    public static int Groups => 3;

    /// <inheritdoc/>
    public static bool AsksForMemory => true;
}

/// <summary>64 x 64 with two stages, which every card has without being asked.</summary>
public readonly struct SmallTile64x64 : ITensorTile
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
    public static int Stages => 2;

    /// <inheritdoc/>
    public static int Groups => 2;

    /// <inheritdoc/>
    public static bool AsksForMemory => false;
}

/// <summary>128 x 32 with two stages, which every card has without being asked.</summary>
public readonly struct SmallTile128x32 : ITensorTile
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
    public static int Stages => 2;

    /// <inheritdoc/>
    public static int Groups => 2;

    /// <inheritdoc/>
    public static bool AsksForMemory => false;
}
