using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// How <see cref="TiledGemm{TShape, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue}"/> cuts a product: a group makes Rows x Columns
/// sums, and Depth terms of them at a time from blocks of both operands in shared memory.
/// </summary>
public interface ITileShape
{
    /// <summary>Rows of a group's tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of a group's tile.</summary>
    static abstract int Columns { get; }

    /// <summary>Terms added between two barriers.</summary>
    static abstract int Depth { get; }

    /// <summary>Threads of a group.</summary>
    static abstract int Threads { get; }

    /// <summary>The work of one thread.</summary>
    static abstract void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p)
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TEpilogue : struct, IExpression;
}

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
