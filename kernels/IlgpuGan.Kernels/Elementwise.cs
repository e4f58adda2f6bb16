using System.Numerics;
using System.Runtime.CompilerServices;
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
    public static unsafe void Share(in ElementwiseParameters p, int worker, int workers)
    {
        var operands = HostOperands.Of(p.Operands);
        float* output = p.Output.Pointer();
        var (first, last) = HostMemory.Part(p.Rows, Math.Max(1, 4096 / p.Columns), worker, workers);
        if (p.Rows == 1)
        {
            var (left, right) = HostMemory.Part(p.Columns, 1024, worker, workers);
            Row(operands, output, 0, 0, left, right);
            return;
        }
        for (int row = first; row < last; row++)
            Row(operands, output, (nint)row * p.Columns, row, 0, p.Columns);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Row(in HostOperands operands, float* output, nint start, nint row, nint column, nint end)
    {
        for (; column < end; column += Vector<float>.Count)
            HostMemory.StoreFirst(
                TExpression.Lanes(operands, start + column, row, column, Vector<float>.Zero), output + start + column, end - column);
    }
}
