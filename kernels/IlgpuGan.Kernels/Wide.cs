using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>What a thread carries of a row: four neighbouring columns, or one, which is then the first of four whose others are zeros.</summary>
internal static class Wide<TWidth>
    where TWidth : struct, ICopyWidth
{
    /// <summary>The values of a formula.</summary>
    public static Float4 At<TExpression>(Operands operands, int index, int row, int column, Float4 accumulator)
        where TExpression : struct, IExpression
    {
        if (TWidth.Floats == 4)
        {
            return TExpression.Four(operands, index, row, column, accumulator);
        }
        Float4 one = default;
        one.X = TExpression.At(operands, index, row, column, accumulator.X);
        return one;
    }

    /// <summary>The values that a view holds.</summary>
    public static Float4 Load(ArrayView<float> view, int index)
    {
        if (TWidth.Floats == 4)
        {
            return Quads.At(view, index);
        }
        Float4 one = default;
        one.X = view[index];
        return one;
    }

    /// <summary>Lets a view hold values.</summary>
    public static void Store(ArrayView<float> view, int index, Float4 values)
    {
        if (TWidth.IsInPairs)
        {
            Pairs.Set(view, index, values);
        }
        else if (TWidth.Floats == 4)
        {
            Quads.Set(view, index, values);
        }
        else
        {
            view[index] = values.X;
        }
    }
}
