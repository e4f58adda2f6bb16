using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Intrinsics;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>How the factors of a product are rounded for tensor cores.</summary>
public interface IFactorPrecision
{
    /// <summary>Rounds a block of factors.</summary>
    static abstract Factors Round(Block block);

    /// <summary>sums of a block, whose number is a constant, += left right.</summary>
    static abstract void MultiplyAdd(int block, Factors left, Factors right);
}

/// <summary>11 bits of mantissa.</summary>
public readonly struct Tf32Factors : IFactorPrecision
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Factors Round(Block block) => TensorCore.RoundTf32(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(int block, Factors left, Factors right) => TensorCore.MultiplyAddTf32(block, left, right);
}

/// <summary>8 bits of mantissa.</summary>
public readonly struct Bf16Factors : IFactorPrecision
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Factors Round(Block block) => TensorCore.RoundBf16(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(int block, Factors left, Factors right) => TensorCore.MultiplyAddBf16(block, left, right);
}
