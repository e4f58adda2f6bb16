using System.Numerics;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels.Expressions;

/// <summary>gamma (x - mean) rstd + beta.</summary>
public readonly partial struct Normalize<TX, TMean, TRstd, TGamma, TBeta> : IExpression
    where TX : struct, IExpression
    where TMean : struct, IExpression
    where TRstd : struct, IExpression
    where TGamma : struct, IExpression
    where TBeta : struct, IExpression
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        (TX.At(operands, index, row, column, accumulator) - TMean.At(operands, index, row, column, accumulator))
        * (TRstd.At(operands, index, row, column, accumulator) * TGamma.At(operands, index, row, column, accumulator))
        + TBeta.At(operands, index, row, column, accumulator);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) =>
        (TX.Four(operands, index, row, column, accumulator) - TMean.Four(operands, index, row, column, accumulator))
        * (TRstd.Four(operands, index, row, column, accumulator) * TGamma.Four(operands, index, row, column, accumulator))
        + TBeta.Four(operands, index, row, column, accumulator);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        (TX.Lanes(operands, index, row, column, accumulator) - TMean.Lanes(operands, index, row, column, accumulator))
        * (TRstd.Lanes(operands, index, row, column, accumulator) * TGamma.Lanes(operands, index, row, column, accumulator))
        + TBeta.Lanes(operands, index, row, column, accumulator);
}
