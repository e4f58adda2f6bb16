using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="Elementwise{TExpression}"/>.</summary>
public struct ElementwiseParameters
{
    /// <summary>[rows, columns]</summary>
    public ArrayView<float> Output;

    /// <summary>What the formula takes.</summary>
    public Operands Operands;

    /// <summary>Rows of the space.</summary>
    public int Rows;

    /// <summary>Columns of the space.</summary>
    public int Columns;
}

/// <summary>output[row, column] = expression(row, column).</summary>
public readonly struct Elementwise<TExpression> : IKernel<ElementwiseParameters>
    where TExpression : struct, IExpression
{
    // Elements of the smallest part, a few microseconds of work.
    private const int Grain = 8192;

    // Half of what a large last-level cache holds.
    private const long StreamedBytes = 16 << 20;

    private static int LongestVector => HostMemory.HasLongVectors ? Vector512<float>.Count : Vector<float>.Count;

    /// <inheritdoc/>
    public static GridSize Grid(in ElementwiseParameters p) => GridSize.For(p.Rows * p.Columns);

    /// <inheritdoc/>
    public static void Thread(ElementwiseParameters p)
    {
        int i = ILGPU.Grid.IdxX * Group.DimX + Group.IdxX;
        if (i < p.Rows * p.Columns)
        {
            int row = i / p.Columns;
            p.Output[i] = TExpression.At(p.Operands, i, row, i - row * p.Columns, 0f);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static unsafe void Share(in ElementwiseParameters p, in Crew crew)
    {
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        // What is larger than the caches would only be read into them to be written out again.
        bool isStreamed = (long)p.Rows * p.Columns * sizeof(float) >= StreamedBytes;
        if (p.Rows == 1)
        {
            while (crew.Take(p.Columns, Grain, out int left, out int right))
            {
                Row(operands, output, 0, 0, left, right, isStreamed);
            }
            return;
        }
        while (crew.Take(p.Rows, Math.Max(1, Grain / p.Columns), out int first, out int last))
        {
            for (int row = first; row < last; row++)
            {
                Row(operands, output, (nint)row * p.Columns, row, 0, p.Columns, isStreamed);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Row(in HostOperands operands, float* output, nint start, nint row, nint column, nint end, bool isStreamed)
    {
        if (isStreamed)
        {
            column = Stream(operands, output, start, row, column, end);
        }
        if (HostMemory.HasLongVectors)
        {
            for (; column + Vector512<float>.Count <= end; column += Vector512<float>.Count)
            {
                TExpression.Lanes(operands, start + column, row, column, Vector512<float>.Zero).Store(output + start + column);
            }
        }
        for (; column < end; column += Vector<float>.Count)
        {
            HostMemory.StoreFirst(
                TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero), output + start + column, end - column);
        }
    }

    /// <summary>Stores past the caches, which only whole, aligned vectors can do; gives the first column that is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe nint Stream(in HostOperands operands, float* output, nint start, nint row, nint column, nint end)
    {
        nint head = (nint)(-(nint)(output + start + column) / sizeof(float)) & (LongestVector - 1);
        if (head > end - column)
        {
            return column;
        }
        for (nint i = 0; i < head; i += Vector<float>.Count)
        {
            HostMemory.StoreFirst(TExpression.Lanes(operands, start + column + i, row, column + i, Vector<float>.Zero), output + start + column + i, head - i);
        }
        column += head;
        if (HostMemory.HasLongVectors)
        {
            for (; column + Vector512<float>.Count <= end; column += Vector512<float>.Count)
            {
                TExpression.Lanes(operands, start + column, row, column, Vector512<float>.Zero).StoreAlignedNonTemporal(output + start + column);
            }
        }
        for (; column + Vector<float>.Count <= end; column += Vector<float>.Count)
        {
            Vector.StoreAlignedNonTemporal(TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero), output + start + column);
        }
        return column;
    }
}
