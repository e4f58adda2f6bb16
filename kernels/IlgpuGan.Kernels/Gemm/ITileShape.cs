using IlgpuGan.Kernels.Expressions;

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

    /// <summary>The work of one thread of a tile.</summary>
    static abstract void Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(GemmParameters<TLeft, TRight> p, int tile)
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TEpilogue : struct, IExpression;
}
