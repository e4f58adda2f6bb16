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
        int width = 4 * Vector<float>.Count, strips = (p.Columns + width - 1) / width;
        nint pixels = p.Rows / p.Blocks;
        while (crew.Take(p.Blocks * strips, (int)Math.Max(1, 4096 / (pixels * width)), out int first, out int last))
        {
            for (int item = first; item < last; item++)
            {
                Strip(operands, item / strips * pixels, pixels, p.Columns, item % strips * width, output + (nint)(item / strips) * p.Columns);
            }
        }
    }

    /// <summary>Up to four vectors of an image's columns: as many sums at once as an addition takes cycles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe void Strip(in HostOperands operands, nint first, nint pixels, nint columns, nint column, float* target)
    {
        nint lanes = Vector<float>.Count;
        if (columns - column > 3 * lanes)
        {
            Vector<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (nint row = first; row < first + pixels; row++)
            {
                nint index = row * columns + column;
                s0 += TExpression.Lanes(operands, index, row, column, Vector<float>.Zero);
                s1 += TExpression.Lanes(operands, index + lanes, row, column + lanes, Vector<float>.Zero);
                s2 += TExpression.Lanes(operands, index + 2 * lanes, row, column + 2 * lanes, Vector<float>.Zero);
                s3 += TExpression.Lanes(operands, index + 3 * lanes, row, column + 3 * lanes, Vector<float>.Zero);
            }
            HostMemory.StoreFirst(s0, target + column, lanes);
            HostMemory.StoreFirst(s1, target + column + lanes, lanes);
            HostMemory.StoreFirst(s2, target + column + 2 * lanes, lanes);
            HostMemory.StoreFirst(s3, target + column + 3 * lanes, columns - column - 3 * lanes);
            return;
        }
        for (; column < columns; column += lanes)
        {
            Vector<float> sum = default;
            for (nint row = first; row < first + pixels; row++)
            {
                sum += TExpression.Lanes(operands, row * columns + column, row, column, Vector<float>.Zero);
            }
            HostMemory.StoreFirst(sum, target + column, columns - column);
        }
    }
}
