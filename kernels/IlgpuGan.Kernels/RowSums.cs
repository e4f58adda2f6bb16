using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="RowSums{TWidth,TFirst,TSecond,TEnd}"/> and <see cref="RowMoments{TWidth,TTerms,TTail}"/>.</summary>
public struct RowSumParameters
{
    /// <summary>[parts, columns]: the first sum, or [columns] where there is one part.</summary>
    public ArrayView<float> First;

    /// <summary>The same of the second sum; any view where there is none.</summary>
    public ArrayView<float> Second;

    /// <summary>[columns]: what is made of finished moments besides; [parts, columns]: how much the parts lie above the first row. Any view where there is neither.</summary>
    public ArrayView<float> Tail;

    /// <summary>What the summed formulas take.</summary>
    public Operands Operands;

    /// <summary>What the formula takes that the sums go through.</summary>
    public Operands EndOperands;

    /// <summary>Rows of the space.</summary>
    public int Rows;

    /// <summary>Columns of the space.</summary>
    public int Columns;

    /// <summary>Parts that the rows are cut into; a second launch sums the parts.</summary>
    public int Parts;

    /// <summary>Threads of a group that take columns beside one another, a power of two; the others take other rows of the same.</summary>
    public int Across;

    /// <summary>Whether there is a second sum: 1 or 0.</summary>
    public int HasSecond;

    /// <summary>Whether something is made of finished moments: 1 or 0.</summary>
    public int HasTail;

    /// <summary>Columns of the formula that the sums go through: the sums are its elements, row by row.</summary>
    public int EndColumns;

    /// <summary>Rows that the parts were made of, in the second launch of moments.</summary>
    public int RowsBefore;
}

/// <summary>
/// One or two sums over the rows of a space on a card, in one pass: first[part, column] = sum of first(row, column) over the part's rows, and likewise the second.
/// The order of the additions depends on the shapes and the number of parts alone.
/// </summary>
/// <typeparam name="TWidth">Columns of a thread.</typeparam>
/// <typeparam name="TFirst">What the first sum adds.</typeparam>
/// <typeparam name="TSecond">What the second sum adds; <see cref="Accumulator"/> where there is none.</typeparam>
/// <typeparam name="TEnd">What the first sum goes through; <see cref="Accumulator"/> where there are several parts.</typeparam>
public readonly struct RowSums<TWidth, TFirst, TSecond, TEnd> : IGroupKernel<RowSumParameters>
    where TWidth : struct, ICopyWidth
    where TFirst : struct, IExpression
    where TSecond : struct, IExpression
    where TEnd : struct, IExpression
{
    /// <inheritdoc/>
    public static int SharedBytes => RowTile.SharedBytes;

    /// <inheritdoc/>
    public static GridSize Grid(in RowSumParameters p) => RowTile.Grid(p.Columns, p.Parts, p.Across, TWidth.Floats);

    /// <inheritdoc/>
    public static void Thread(RowSumParameters p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(RowSumParameters p, int group)
    {
        // Floats looked at as quads, see TileLoader.Store.
        var firsts = SharedMemory.Allocate<float>(4 * GridSize.GroupThreads).Cast<Float4>();
        var seconds = SharedMemory.Allocate<float>(4 * GridSize.GroupThreads).Cast<Float4>();
        var tile = RowTile.Of(p.Rows, p.Columns, p.Parts, p.Across, TWidth.Floats, group);
        Float4 first = default, second = default, otherFirst = default, otherSecond = default;
        if (tile.IsInside)
        {
            int row = tile.First;
            // Two rows at a time, so that more is on its way.
            for (; row + tile.Down < tile.End; row += 2 * tile.Down)
            {
                int next = row + tile.Down;
                first += Term<TFirst>(p, row, tile.Column);
                second += Term<TSecond>(p, row, tile.Column);
                otherFirst += Term<TFirst>(p, next, tile.Column);
                otherSecond += Term<TSecond>(p, next, tile.Column);
            }
            if (row < tile.End)
            {
                first += Term<TFirst>(p, row, tile.Column);
                second += Term<TSecond>(p, row, tile.Column);
            }
        }
        first += otherFirst;
        second += otherSecond;
        firsts[Group.IdxX] = first;
        seconds[Group.IdxX] = second;
        for (int half = tile.Down / 2; half > 0; half /= 2)
        {
            GroupBarrier.Wait();
            if (tile.Level < half)
            {
                first += firsts[Group.IdxX + half * p.Across];
                second += seconds[Group.IdxX + half * p.Across];
                firsts[Group.IdxX] = first;
                seconds[Group.IdxX] = second;
            }
        }
        if (tile.Level == 0 && tile.IsInside)
        {
            int index = tile.Part * p.Columns + tile.Column;
            Wide<TWidth>.Store(p.First, index, Wide<TWidth>.At<TEnd>(p.EndOperands, index, 0, index % p.EndColumns, first));
            if (p.HasSecond != 0)
            {
                Wide<TWidth>.Store(p.Second, index, second);
            }
        }
    }

    private static Float4 Term<TExpression>(RowSumParameters p, int row, int column)
        where TExpression : struct, IExpression => Wide<TWidth>.At<TExpression>(p.Operands, row * p.Columns + column, row, column, default);
}
