using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="ColumnSums{TWidth,TExpression}"/>.</summary>
public struct ColumnSumParameters
{
    /// <summary>[rows]</summary>
    public ArrayView<float> Output;

    /// <summary>What the formula takes.</summary>
    public Operands Operands;

    /// <summary>Rows of the space.</summary>
    public int Rows;

    /// <summary>Columns of the space.</summary>
    public int Columns;

    /// <summary>Threads that share a row, a power of two; a group has several rows where those are fewer than its own.</summary>
    public int Along;
}

/// <summary>
/// output[row] = sum of expression(row, column) over the columns, on a card: neighbouring threads read neighbours, and their sums are added two by two. The order of
/// the additions depends on the shape alone.
/// </summary>
/// <typeparam name="TWidth">Columns that a thread reads at a time.</typeparam>
/// <typeparam name="TExpression">The formula.</typeparam>
public readonly struct ColumnSums<TWidth, TExpression> : IGroupKernel<ColumnSumParameters>
    where TWidth : struct, ICopyWidth
    where TExpression : struct, IExpression
{
    /// <inheritdoc/>
    public static int SharedBytes => GridSize.GroupThreads * sizeof(float);

    /// <inheritdoc/>
    public static GridSize Grid(in ColumnSumParameters p)
    {
        int rows = GridSize.GroupThreads / p.Along;
        return new((p.Rows + rows - 1) / rows, GridSize.GroupThreads);
    }

    /// <inheritdoc/>
    public static void Thread(ColumnSumParameters p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(ColumnSumParameters p, int group)
    {
        var sums = SharedMemory.Allocate<float>(GridSize.GroupThreads);
        int line = Group.IdxX / p.Along;
        int place = Group.IdxX - line * p.Along;
        int row = group * (GridSize.GroupThreads / p.Along) + line;
        Float4 some = default, others = default;
        if (row < p.Rows)
        {
            int step = p.Along * TWidth.Floats;
            int column = place * TWidth.Floats;
            for (; column + step < p.Columns; column += 2 * step)
            {
                some += Wide<TWidth>.At<TExpression>(p.Operands, row * p.Columns + column, row, column, default);
                others += Wide<TWidth>.At<TExpression>(p.Operands, row * p.Columns + column + step, row, column + step, default);
            }
            if (column < p.Columns)
            {
                some += Wide<TWidth>.At<TExpression>(p.Operands, row * p.Columns + column, row, column, default);
            }
        }
        some += others;
        float sum = some.X + some.Y + (some.Z + some.W);
        sums[Group.IdxX] = sum;
        for (int half = p.Along / 2; half > 0; half /= 2)
        {
            GroupBarrier.Wait();
            if (place < half)
            {
                sum += sums[Group.IdxX + half];
                sums[Group.IdxX] = sum;
            }
        }
        if (place == 0 && row < p.Rows)
        {
            p.Output[row] = sum;
        }
    }
}
