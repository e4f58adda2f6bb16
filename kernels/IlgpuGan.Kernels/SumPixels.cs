using System.Numerics;
using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// output[image, column] = sum of expression(row, column) over the rows of the image, one after the other; <see cref="ReductionParameters.Blocks"/>
/// is the number of images, which all have as many rows.
/// </summary>
public readonly struct SumPixels<TExpression> : IKernel<ReductionParameters>
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
            int image = i / p.Columns;
            int column = i - image * p.Columns;
            int pixels = p.Rows / p.Blocks;
            float sum = 0f;
            for (int row = image * pixels; row < (image + 1) * pixels; row++)
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
        nint lanes = Vector<float>.Count, pixels = p.Rows / p.Blocks, columns = p.Columns;
        while (crew.Take(p.Blocks, Math.Max(1, 4096 / (int)(pixels * columns)), out int first, out int last))
        {
            for (nint image = first; image < last; image++)
            {
                for (nint column = 0; column < columns; column += lanes)
                {
                    Vector<float> sum = default;
                    for (nint row = image * pixels; row < (image + 1) * pixels; row++)
                    {
                        sum += TExpression.Lanes(operands, row * columns + column, row, column, default);
                    }
                    HostMemory.StoreFirst(sum, output + image * columns + column, columns - column);
                }
            }
        }
    }
}
