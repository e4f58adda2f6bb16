using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// A matrix product on a GPU without tensor cores: fused multiply-adds in single precision. Blocks of both operands pass through shared
/// memory, the next ones on their way while these are multiplied, and each thread keeps a tile of sums in registers.
/// </summary>
/// <remarks>The terms of every sum are added one after the other in the order of their depth, whatever the shape.</remarks>
public readonly struct TiledGemm<TShape, TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue> : IDeviceKernel<GemmParameters<TLeft, TRight>>
    where TShape : struct, ITileShape
    where TLeftWidth : struct, ICopyWidth
    where TRightWidth : struct, ICopyWidth
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    /// <inheritdoc/>
    public static GridSize Grid(in GemmParameters<TLeft, TRight> p) =>
        new((p.M + TShape.Rows - 1) / TShape.Rows * ((p.N + TShape.Columns - 1) / TShape.Columns) * GemmParts.Count(p), TShape.Threads);

    /// <inheritdoc/>
    public static void Thread(GemmParameters<TLeft, TRight> p)
    {
        int tile = ILGPU.Grid.IdxX;
        int parts = GemmParts.Count(p);
        if ((TLeft.HasClasses || TLeft.HasGroups) && parts > 1)
        {
            // Parts of a tile side by side: they read the same pixels.
            int part = tile % parts;
            tile /= parts;
            p = GemmParts.Enter(p, part);
        }
        TShape.Run<TLeftWidth, TRightWidth, TLeft, TRight, TEpilogue>(p, tile);
    }
}

/// <summary>The way of a thread's sums into the output.</summary>
internal static class TileSums<TLeft, TRight, TEpilogue>
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
    where TEpilogue : struct, IExpression
{
    /// <summary>Stores four neighbours of a row, as far as they lie inside the matrix.</summary>
    public static void Store(GemmParameters<TLeft, TRight> p, int row, int column, float s0, float s1, float s2, float s3)
    {
        if (row < p.M)
        {
            int start = p.Rows.Offset(row);
            StoreOne(p, start, column, s0);
            StoreOne(p, start, column + 1, s1);
            StoreOne(p, start, column + 2, s2);
            StoreOne(p, start, column + 3, s3);
        }
    }

    private static void StoreOne(GemmParameters<TLeft, TRight> p, int start, int column, float sum)
    {
        if (column < p.N)
        {
            p.Output[start + column] = TEpilogue.At(p.Operands, start + column, 0, GemmParts.Column(p, column), sum);
        }
    }
}
