using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of the reductions.</summary>
public struct ReductionParameters
{
    /// <summary>[blocks, columns] for <see cref="SumRows{TExpression}"/>, [rows] for <see cref="SumColumns{TExpression}"/> and <see cref="MaxColumns{TExpression}"/>.</summary>
    public ArrayView<float> Output;

    /// <summary>What the formula takes.</summary>
    public Operands Operands;

    /// <summary>Rows of the space.</summary>
    public int Rows;

    /// <summary>Columns of the space.</summary>
    public int Columns;

    /// <summary>Parts into which <see cref="SumRows{TExpression}"/> cuts the rows; a second pass sums the parts.</summary>
    public int Blocks;
}

/// <summary>
/// output[block, column] = sum of expression(row, column) over the block's rows, one after the other: the order depends on the
/// shape alone.
/// </summary>
public readonly struct SumRows<TExpression> : IKernel<ReductionParameters>
    where TExpression : struct, IExpression
{
    /// <inheritdoc/>
    public static GridSize Grid(in ReductionParameters p) => GridSize.For(p.Blocks * p.Columns);

    /// <inheritdoc/>
    public static void Thread(ReductionParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Blocks * p.Columns)
        {
            int block = i / p.Columns;
            int column = i - block * p.Columns;
            float sum = 0f;
            // Rows are dealt out in turn, so that threads of a single column still read neighbours.
            for (int row = block; row < p.Rows; row += p.Blocks)
            {
                sum += TExpression.At(p.Operands, row * p.Columns + column, row, column, 0f);
            }
            p.Output[i] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in ReductionParameters p, in Crew crew)
    {
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        int width = 8 * Vector<float>.Count;
        int strips = (p.Columns + width - 1) / width;
        while (crew.Take(p.Blocks * strips, 1, out int first, out int last))
        {
            for (int item = first; item < last; item++)
            {
                Strip(p, operands, output, item / strips, item % strips * width);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Strip(in ReductionParameters p, in HostOperands operands, float* output, int block, int column)
    {
        int from = (int)((long)p.Rows * block / p.Blocks);
        int to = (int)((long)p.Rows * (block + 1) / p.Blocks);
        float* target = output + (nint)block * p.Columns + column;
        int left = p.Columns - column;
        if (HostMemory.HasLongVectors && left >= 4 * Vector512<float>.Count)
        {
            FourLongVectors(operands, from, to, p.Columns, column, target);
            return;
        }
        if (left > 7 * Vector<float>.Count)
        {
            EightVectors(operands, from, to, p.Columns, column, target, left);
            return;
        }
        for (; left > 3 * Vector<float>.Count; column += 4 * Vector<float>.Count, target += 4 * Vector<float>.Count, left -= 4 * Vector<float>.Count)
        {
            FourVectors(operands, from, to, p.Columns, column, target, left);
        }
        for (int offset = 0; offset < left; offset += Vector<float>.Count)
        {
            HostMemory.StoreFirst(OneVector(operands, from, to, p.Columns, column + offset), target + offset, left - offset);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void FourLongVectors(in HostOperands operands, nint from, nint to, nint columns, nint column, float* target)
    {
        nint lanes = Vector512<float>.Count;
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint row = from; row < to; row++)
        {
            nint index = row * columns + column;
            s0 += TExpression.Lanes(operands, index, row, column, Vector512<float>.Zero);
            s1 += TExpression.Lanes(operands, index + lanes, row, column + lanes, Vector512<float>.Zero);
            s2 += TExpression.Lanes(operands, index + 2 * lanes, row, column + 2 * lanes, Vector512<float>.Zero);
            s3 += TExpression.Lanes(operands, index + 3 * lanes, row, column + 3 * lanes, Vector512<float>.Zero);
        }
        s0.Store(target);
        s1.Store(target + lanes);
        s2.Store(target + 2 * lanes);
        s3.Store(target + 3 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void EightVectors(in HostOperands operands, nint from, nint to, nint columns, nint column, float* target, int left)
    {
        nint lanes = Vector<float>.Count;
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default;
        for (nint row = from; row < to; row++)
        {
            nint index = row * columns + column;
            s0 += TExpression.Lanes(operands, index, row, column, Vector<float>.Zero);
            s1 += TExpression.Lanes(operands, index + lanes, row, column + lanes, Vector<float>.Zero);
            s2 += TExpression.Lanes(operands, index + 2 * lanes, row, column + 2 * lanes, Vector<float>.Zero);
            s3 += TExpression.Lanes(operands, index + 3 * lanes, row, column + 3 * lanes, Vector<float>.Zero);
            s4 += TExpression.Lanes(operands, index + 4 * lanes, row, column + 4 * lanes, Vector<float>.Zero);
            s5 += TExpression.Lanes(operands, index + 5 * lanes, row, column + 5 * lanes, Vector<float>.Zero);
            s6 += TExpression.Lanes(operands, index + 6 * lanes, row, column + 6 * lanes, Vector<float>.Zero);
            s7 += TExpression.Lanes(operands, index + 7 * lanes, row, column + 7 * lanes, Vector<float>.Zero);
        }
        HostMemory.StoreFirst(s0, target, lanes);
        HostMemory.StoreFirst(s1, target + lanes, lanes);
        HostMemory.StoreFirst(s2, target + 2 * lanes, lanes);
        HostMemory.StoreFirst(s3, target + 3 * lanes, lanes);
        HostMemory.StoreFirst(s4, target + 4 * lanes, lanes);
        HostMemory.StoreFirst(s5, target + 5 * lanes, lanes);
        HostMemory.StoreFirst(s6, target + 6 * lanes, lanes);
        HostMemory.StoreFirst(s7, target + 7 * lanes, left - 7 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void FourVectors(in HostOperands operands, nint from, nint to, nint columns, nint column, float* target, int left)
    {
        nint lanes = Vector<float>.Count;
        Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint row = from; row < to; row++)
        {
            nint index = row * columns + column;
            s0 += TExpression.Lanes(operands, index, row, column, Vector<float>.Zero);
            s1 += TExpression.Lanes(operands, index + lanes, row, column + lanes, Vector<float>.Zero);
            s2 += TExpression.Lanes(operands, index + 2 * lanes, row, column + 2 * lanes, Vector<float>.Zero);
            s3 += TExpression.Lanes(operands, index + 3 * lanes, row, column + 3 * lanes, Vector<float>.Zero);
        }
        HostMemory.StoreFirst(s0, target, lanes);
        HostMemory.StoreFirst(s1, target + lanes, lanes);
        HostMemory.StoreFirst(s2, target + 2 * lanes, lanes);
        HostMemory.StoreFirst(s3, target + 3 * lanes, left - 3 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Vector<float> OneVector(in HostOperands operands, nint from, nint to, nint columns, nint column)
    {
        Vector<float> sum = default;
        for (nint row = from; row < to; row++)
        {
            sum += TExpression.Lanes(operands, row * columns + column, row, column, Vector<float>.Zero);
        }
        return sum;
    }
}

/// <summary>output[row] = sum of expression(row, column) over the columns.</summary>
public readonly struct SumColumns<TExpression> : IKernel<ReductionParameters>
    where TExpression : struct, IExpression
{
    /// <inheritdoc/>
    public static GridSize Grid(in ReductionParameters p) => GridSize.For(p.Rows);

    /// <inheritdoc/>
    public static void Thread(ReductionParameters p)
    {
        int row = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (row < p.Rows)
        {
            float sum = 0f;
            for (int column = 0; column < p.Columns; column++)
            {
                sum += TExpression.At(p.Operands, row * p.Columns + column, row, column, 0f);
            }
            p.Output[row] = sum;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in ReductionParameters p, in Crew crew)
    {
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        while (crew.Take(p.Rows, Math.Max(1, 4096 / p.Columns), out int first, out int last))
        {
            for (int row = first; row < last; row++)
            {
                output[row] = Sum(p, operands, row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Sum(in ReductionParameters p, in HostOperands operands, nint row)
    {
        nint start = row * p.Columns;
        nint column = 0;
        LaneSums sums = default;
        if (HostMemory.HasLongVectors)
        {
            var some = Vector512<float>.Zero;
            for (; column + LaneSums.Lanes <= p.Columns; column += LaneSums.Lanes)
            {
                some += TExpression.Lanes(operands, start + column, row, column, Vector512<float>.Zero);
            }
            sums.AddLong(some);
        }
        for (; column + LaneSums.Lanes <= p.Columns; column += LaneSums.Lanes)
        {
            sums.Add(0, TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero));
            if (Vector<float>.Count <= 8)
            {
                AddNext(ref sums, operands, start, row, column, Vector<float>.Count);
            }
            if (Vector<float>.Count <= 4)
            {
                AddNext(ref sums, operands, start, row, column, 2 * Vector<float>.Count);
                AddNext(ref sums, operands, start, row, column, 3 * Vector<float>.Count);
            }
        }
        for (int lane = 0; column < p.Columns; lane += Vector<float>.Count, column += Vector<float>.Count)
        {
            sums.AddFirst(lane, TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero), p.Columns - column);
        }
        return sums.Total();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddNext(ref LaneSums sums, in HostOperands operands, nint start, nint row, nint column, int lane) =>
        sums.Add(lane, TExpression.Lanes(operands, start + column + lane, row, column + lane, Vector<float>.Zero));
}

/// <summary>output[row] = the largest of expression(row, column) over the columns.</summary>
public readonly struct MaxColumns<TExpression> : IKernel<ReductionParameters>
    where TExpression : struct, IExpression
{
    /// <inheritdoc/>
    public static GridSize Grid(in ReductionParameters p) => GridSize.For(p.Rows);

    /// <inheritdoc/>
    public static void Thread(ReductionParameters p)
    {
        int row = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (row < p.Rows)
        {
            float largest = TExpression.At(p.Operands, row * p.Columns, row, 0, 0f);
            for (int column = 1; column < p.Columns; column++)
            {
                float next = TExpression.At(p.Operands, row * p.Columns + column, row, column, 0f);
                largest = next > largest ? next : largest;
            }
            p.Output[row] = largest;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in ReductionParameters p, in Crew crew)
    {
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        while (crew.Take(p.Rows, Math.Max(1, 4096 / p.Columns), out int first, out int last))
        {
            for (int row = first; row < last; row++)
            {
                output[row] = Largest(p, operands, row);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(in ReductionParameters p, in HostOperands operands, nint row)
    {
        nint start = row * p.Columns;
        nint lanes = Vector<float>.Count;
        nint column = 0;
        var most = new Vector<float>(float.NegativeInfinity);
        for (; column + lanes <= p.Columns; column += lanes)
        {
            var some = TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero);
            most = Vector.ConditionalSelect(Vector.GreaterThan(some, most), some, most);
        }
        float largest = float.NegativeInfinity;
        for (int lane = 0; lane < lanes; lane++)
        {
            largest = most[lane] > largest ? most[lane] : largest;
        }
        if (column == p.Columns)
        {
            return largest;
        }
        // Lanes past the end of the row hold what lies behind it.
        var last = TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero);
        for (int lane = 0; lane < p.Columns - column; lane++)
        {
            largest = last[lane] > largest ? last[lane] : largest;
        }
        return largest;
    }
}
