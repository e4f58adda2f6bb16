using System.Numerics;
using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Kernels.Expressions;

/// <summary>A tensor with a value for each element.</summary>
public readonly partial struct Full<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => TSlot.View(operands)[index];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => Quads.At(TSlot.View(operands), index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        Unsafe.ReadUnaligned<Vector<float>>(TSlot.Pointer(operands) + index);
}

/// <summary>A tensor with a value for each element, as bfloat16: see <see cref="Pairs"/>. No processor has such.</summary>
public readonly partial struct FullInPairs<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => Pairs.One(TSlot.View(operands), index);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => Pairs.At(TSlot.View(operands), index);

    /// <inheritdoc/>
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator)
    {
        var numbers = (ushort*)TSlot.Pointer(operands) + index;
        var lanes = Vector<float>.Zero;
        for (int i = 0; i < Vector<float>.Count; i++)
        {
            lanes = lanes.WithElement(i, BitConverter.UInt32BitsToSingle((uint)numbers[i] << 16));
        }
        return lanes;
    }
}

/// <summary>A tensor [columns], repeated for each row.</summary>
public readonly partial struct PerColumn<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => TSlot.View(operands)[column];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => Quads.At(TSlot.View(operands), column);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        Unsafe.ReadUnaligned<Vector<float>>(TSlot.Pointer(operands) + column);
}

/// <summary>A tensor [rows, 1], repeated for each column.</summary>
public readonly partial struct PerRow<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => TSlot.View(operands)[row];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => Float4.Of(TSlot.View(operands)[row]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        Vector.Create(TSlot.Pointer(operands)[row]);
}

/// <summary>A tensor [images, columns], repeated for each pixel of its image.</summary>
public readonly partial struct PerImage<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) =>
        TSlot.View(operands)[row / operands.Pixels * operands.Columns + column];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) =>
        Quads.At(TSlot.View(operands), row / operands.Pixels * operands.Columns + column);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        Unsafe.ReadUnaligned<Vector<float>>(TSlot.Pointer(operands) + operands.Image(row) * operands.Columns + column);
}

/// <summary>A tensor [1], repeated everywhere.</summary>
public readonly partial struct Single<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => TSlot.View(operands)[0];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => Float4.Of(TSlot.View(operands)[0]);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        Vector.Create(TSlot.Pointer(operands)[0]);
}

/// <summary>A number known when the plan is compiled.</summary>
public readonly partial struct Number<TSlot> : IExpression
    where TSlot : struct, ISlot
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => TSlot.Constant(operands);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => Float4.Of(TSlot.Constant(operands));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        Vector.Create(TSlot.HostConstant(operands));
}

/// <summary>The sum that a matrix product has just computed.</summary>
public readonly partial struct Accumulator : IExpression
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float At(Operands operands, int index, int row, int column, float accumulator) => accumulator;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator) => accumulator;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator) =>
        accumulator;
}
