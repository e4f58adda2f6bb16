using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="TwoSumRows{TFirst,TSecond}"/>.</summary>
public struct TwoSumParameters
{
    /// <summary>[blocks, columns]: the first sum.</summary>
    public ArrayView<float> First;

    /// <summary>[blocks, columns]: the second sum.</summary>
    public ArrayView<float> Second;

    /// <summary>What both formulas take.</summary>
    public Operands Operands;

    /// <summary>Rows of the space.</summary>
    public int Rows;

    /// <summary>Columns of the space.</summary>
    public int Columns;

    /// <summary>Parts into which the rows are cut; a second pass sums the parts.</summary>
    public int Blocks;
}

/// <summary>Two sums over the rows of one space in one pass, each with the bits of its own <see cref="SumRows{TExpression}"/>: what both read comes from memory once.</summary>
public readonly struct TwoSumRows<TFirst, TSecond> : IKernel<TwoSumParameters>
    where TFirst : struct, IExpression
    where TSecond : struct, IExpression
{
    /// <inheritdoc/>
    public static GridSize Grid(in TwoSumParameters p) => GridSize.For(p.Blocks * p.Columns);

    /// <inheritdoc/>
    public static void Thread(TwoSumParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Blocks * p.Columns)
        {
            int block = i / p.Columns;
            int column = i - block * p.Columns;
            float first = 0f, second = 0f;
            for (int row = block; row < p.Rows; row += p.Blocks)
            {
                first += TFirst.At(p.Operands, row * p.Columns + column, row, column, 0f);
                second += TSecond.At(p.Operands, row * p.Columns + column, row, column, 0f);
            }
            p.First[i] = first;
            p.Second[i] = second;
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in TwoSumParameters p, in Crew crew)
    {
        var operands = HostOperands.Of(p.Operands);
        float* first = p.First.Pointer(), second = p.Second.Pointer();
        int width = 8 * Vector<float>.Count;
        int strips = (p.Columns + width - 1) / width;
        while (crew.Take(p.Blocks * strips, 1, out int item, out int end))
        {
            for (; item < end; item++)
            {
                int block = item / strips, column = item % strips * width;
                nint from = (nint)((long)p.Rows * block / p.Blocks), to = (nint)((long)p.Rows * (block + 1) / p.Blocks), place = (nint)block * p.Columns + column;
                Strip(operands, from, to, p.Columns, column, first + place, second + place, Math.Min(width, p.Columns - column));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Strip(in HostOperands operands, nint from, nint to, nint columns, nint column, float* first, float* second, nint left)
    {
        nint done = 0;
        if (HostMemory.HasLongVectors)
        {
            for (; left - done >= 4 * Vector512<float>.Count; done += 4 * Vector512<float>.Count)
            {
                FourLongVectors(operands, from, to, columns, column + done, first + done, second + done);
            }
        }
        for (; left - done >= 2 * Vector<float>.Count; done += 2 * Vector<float>.Count)
        {
            TwoVectors(operands, from, to, columns, column + done, first + done, second + done);
        }
        for (; done < left; done += Vector<float>.Count)
        {
            OneVector(operands, from, to, columns, column + done, first + done, second + done, left - done);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void FourLongVectors(in HostOperands operands, nint from, nint to, nint columns, nint column, float* first, float* second)
    {
        nint lanes = Vector512<float>.Count;
        Vector512<float> f0 = default, f1 = default, f2 = default, f3 = default, s0 = default, s1 = default, s2 = default, s3 = default;
        for (nint row = from; row < to; row++)
        {
            nint index = row * columns + column;
            f0 += TFirst.Lanes(operands, index, row, column, Vector512<float>.Zero);
            s0 += TSecond.Lanes(operands, index, row, column, Vector512<float>.Zero);
            f1 += TFirst.Lanes(operands, index + lanes, row, column + lanes, Vector512<float>.Zero);
            s1 += TSecond.Lanes(operands, index + lanes, row, column + lanes, Vector512<float>.Zero);
            f2 += TFirst.Lanes(operands, index + 2 * lanes, row, column + 2 * lanes, Vector512<float>.Zero);
            s2 += TSecond.Lanes(operands, index + 2 * lanes, row, column + 2 * lanes, Vector512<float>.Zero);
            f3 += TFirst.Lanes(operands, index + 3 * lanes, row, column + 3 * lanes, Vector512<float>.Zero);
            s3 += TSecond.Lanes(operands, index + 3 * lanes, row, column + 3 * lanes, Vector512<float>.Zero);
        }
        f0.Store(first);
        s0.Store(second);
        f1.Store(first + lanes);
        s1.Store(second + lanes);
        f2.Store(first + 2 * lanes);
        s2.Store(second + 2 * lanes);
        f3.Store(first + 3 * lanes);
        s3.Store(second + 3 * lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void TwoVectors(in HostOperands operands, nint from, nint to, nint columns, nint column, float* first, float* second)
    {
        nint lanes = Vector<float>.Count;
        Vector<float> f0 = default, f1 = default, s0 = default, s1 = default;
        for (nint row = from; row < to; row++)
        {
            nint index = row * columns + column;
            f0 += TFirst.Lanes(operands, index, row, column, Vector<float>.Zero);
            s0 += TSecond.Lanes(operands, index, row, column, Vector<float>.Zero);
            f1 += TFirst.Lanes(operands, index + lanes, row, column + lanes, Vector<float>.Zero);
            s1 += TSecond.Lanes(operands, index + lanes, row, column + lanes, Vector<float>.Zero);
        }
        f0.Store(first);
        s0.Store(second);
        f1.Store(first + lanes);
        s1.Store(second + lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void OneVector(in HostOperands operands, nint from, nint to, nint columns, nint column, float* first, float* second, nint left)
    {
        Vector<float> f = default, s = default;
        for (nint row = from; row < to; row++)
        {
            f += TFirst.Lanes(operands, row * columns + column, row, column, Vector<float>.Zero);
            s += TSecond.Lanes(operands, row * columns + column, row, column, Vector<float>.Zero);
        }
        HostMemory.StoreFirst(f, first, left);
        HostMemory.StoreFirst(s, second, left);
    }
}
