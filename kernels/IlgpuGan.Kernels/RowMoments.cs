using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Of some numbers of four columns their sum, how much they lie above a number of the column, and the squares of their distances from their mean.</summary>
public struct Moments
{
    /// <summary>How many numbers.</summary>
    public float Count;

    /// <summary>Sum of x.</summary>
    public Float4 Sum;

    /// <summary>Sum of x - shift.</summary>
    public Float4 Lift;

    /// <summary>Sum of (x - mean)^2.</summary>
    public Float4 Squares;

    /// <summary>Those of both (Chan, Golub and LeVeque 1979): nothing large is ever subtracted from something large.</summary>
    public static Moments operator +(Moments a, Moments b)
    {
        float count = a.Count + b.Count;
        // Of no numbers the sums are zeros.
        float shareA = 1f / (a.Count > 0f ? a.Count : 1f), shareB = 1f / (b.Count > 0f ? b.Count : 1f);
        var distance = b.Lift * Float4.Of(shareB) - a.Lift * Float4.Of(shareA);
        float weight = a.Count * b.Count / (count > 0f ? count : 1f);
        return new() { Count = count, Sum = a.Sum + b.Sum, Lift = a.Lift + b.Lift, Squares = a.Squares + b.Squares + distance * distance * Float4.Of(weight) };
    }
}

/// <summary>What <see cref="RowMoments{TWidth,TTerms,TTail}"/> takes the moments of.</summary>
public interface IMomentTerms
{
    /// <summary>The moments of a thread's rows.</summary>
    /// <param name="p">The arguments.</param>
    /// <param name="first">Its first row.</param>
    /// <param name="end">The row behind its last one.</param>
    /// <param name="step">From one of its rows to the next.</param>
    /// <param name="column">Its first column.</param>
    /// <param name="shift">What they are lifted above.</param>
    static abstract Moments Of(RowSumParameters p, int first, int end, int step, int column, Float4 shift);

    /// <summary>What all are lifted above: the numbers of the first row.</summary>
    static abstract Float4 Shift(RowSumParameters p, int column);
}

/// <summary>The moments of the elements of a formula.</summary>
/// <remarks>
/// Numbers may lie far from zero and close to one another, so that their squares say nothing of their distances. A thread subtracts the first of its few numbers
/// from all of them: that costs one load, where a mean that moves along (Welford 1962) would cost a division a row. Means are compared as they lie above the
/// first row of all: that one is among the numbers, so however far it lies from the others, what rounding spoils is small beside the squares, of which its own is one.
/// </remarks>
public readonly struct ElementMoments<TWidth, TExpression> : IMomentTerms
    where TWidth : struct, ICopyWidth
    where TExpression : struct, IExpression
{
    /// <inheritdoc/>
    public static Moments Of(RowSumParameters p, int first, int end, int step, int column, Float4 shift)
    {
        Moments moments = default;
        if (first < end)
        {
            var start = Term(p, first, column);
            Float4 sum = default, squares = default, otherSum = default, otherSquares = default;
            int count = 1;
            int row = first + step;
            for (; row + step < end; row += 2 * step)
            {
                var x = Term(p, row, column) - start;
                var y = Term(p, row + step, column) - start;
                sum += x;
                otherSum += y;
                squares += x * x;
                otherSquares += y * y;
                count += 2;
            }
            if (row < end)
            {
                var x = Term(p, row, column) - start;
                sum += x;
                squares += x * x;
                count++;
            }
            sum += otherSum;
            squares += otherSquares;
            moments.Count = count;
            moments.Sum = start * Float4.Of(moments.Count) + sum;
            moments.Lift = (start - shift) * Float4.Of(moments.Count) + sum;
            moments.Squares = squares - sum * sum * Float4.Of(1f / moments.Count);
        }
        return moments;
    }

    /// <inheritdoc/>
    public static Float4 Shift(RowSumParameters p, int column) => Term(p, 0, column);

    private static Float4 Term(RowSumParameters p, int row, int column) =>
        Wide<TWidth>.At<TExpression>(p.Operands, row * p.Columns + column, row, column, default);
}

/// <summary>The moments of parts that a launch before has made: the first operand holds their sums, the second their squares, the third how much they lie above the first row.</summary>
public readonly struct PartMoments<TWidth> : IMomentTerms
    where TWidth : struct, ICopyWidth
{
    /// <inheritdoc/>
    public static Moments Of(RowSumParameters p, int first, int end, int step, int column, Float4 shift)
    {
        Moments moments = default;
        int rowsOfPart = RowTile.RowsOfPart(p.RowsBefore, p.Rows);
        for (int part = first; part < end; part += step)
        {
            int left = p.RowsBefore - part * rowsOfPart;
            int index = part * p.Columns + column;
            moments += new Moments
            {
                Count = Math.Max(0, Math.Min(left, rowsOfPart)),
                Sum = Wide<TWidth>.Load(p.Operands.X0, index),
                Squares = Wide<TWidth>.Load(p.Operands.X1, index),
                Lift = Wide<TWidth>.Load(p.Operands.X2, index),
            };
        }
        return moments;
    }

    /// <inheritdoc/>
    public static Float4 Shift(RowSumParameters p, int column) => default;
}

/// <summary>
/// Sum and squared distances from the mean, over the rows of a space, in one pass on a card: what a batch normalisation wants to know. The sums go to
/// <see cref="RowSumParameters.First"/>, the squares to <see cref="RowSumParameters.Second"/>, and where there are several parts how much they lie above the first row to
/// <see cref="RowSumParameters.Tail"/>.
/// </summary>
/// <typeparam name="TWidth">Columns of a thread.</typeparam>
/// <typeparam name="TTerms">Elements, or the parts of a launch before.</typeparam>
/// <typeparam name="TTail">A formula of the finished sums, which stand among its operands.</typeparam>
public readonly struct RowMoments<TWidth, TTerms, TTail> : IGroupKernel<RowSumParameters>
    where TWidth : struct, ICopyWidth
    where TTerms : struct, IMomentTerms
    where TTail : struct, IExpression
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
        var sums = SharedMemory.Allocate<float>(4 * GridSize.GroupThreads).Cast<Float4>();
        var lifts = SharedMemory.Allocate<float>(4 * GridSize.GroupThreads).Cast<Float4>();
        var squares = SharedMemory.Allocate<float>(4 * GridSize.GroupThreads).Cast<Float4>();
        var counts = SharedMemory.Allocate<float>(GridSize.GroupThreads);
        var tile = RowTile.Of(p.Rows, p.Columns, p.Parts, p.Across, TWidth.Floats, group);
        Moments moments = default;
        if (tile.IsInside)
        {
            moments = TTerms.Of(p, tile.First, tile.End, tile.Down, tile.Column, TTerms.Shift(p, tile.Column));
        }
        sums[Group.IdxX] = moments.Sum;
        lifts[Group.IdxX] = moments.Lift;
        squares[Group.IdxX] = moments.Squares;
        counts[Group.IdxX] = moments.Count;
        for (int half = tile.Down / 2; half > 0; half /= 2)
        {
            GroupBarrier.Wait();
            if (tile.Level < half)
            {
                int other = Group.IdxX + half * p.Across;
                moments += new Moments { Count = counts[other], Sum = sums[other], Lift = lifts[other], Squares = squares[other] };
                sums[Group.IdxX] = moments.Sum;
                lifts[Group.IdxX] = moments.Lift;
                squares[Group.IdxX] = moments.Squares;
                counts[Group.IdxX] = moments.Count;
            }
        }
        if (tile.Level == 0 && tile.IsInside)
        {
            int index = tile.Part * p.Columns + tile.Column;
            Wide<TWidth>.Store(p.First, index, moments.Sum);
            Wide<TWidth>.Store(p.Second, index, moments.Squares);
            if (p.Parts > 1)
            {
                Wide<TWidth>.Store(p.Tail, index, moments.Lift);
            }
            if (p.HasTail != 0)
            {
                // Each thread reads the sums that it has just stored.
                Wide<TWidth>.Store(p.Tail, index, Wide<TWidth>.At<TTail>(p.EndOperands, index, 0, index, default));
            }
        }
    }
}
