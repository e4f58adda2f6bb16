using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Intrinsics;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>How the factors of a product are rounded for tensor cores.</summary>
public interface IFactorPrecision
{
    /// <summary>Whether results may be stored as <see cref="Pairs"/>.</summary>
    static abstract bool StoresPairs { get; }

    /// <summary>Rounds a block of factors.</summary>
    static abstract Factors Round(Block block);

    /// <summary>sums of a block, whose number is a constant, += left right.</summary>
    static abstract void MultiplyAdd(int block, Factors left, Factors right);
}

/// <summary>11 bits of mantissa.</summary>
public readonly struct Tf32Factors : IFactorPrecision
{
    /// <inheritdoc/>
    public static bool StoresPairs => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Factors Round(Block block) => TensorCore.RoundTf32(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(int block, Factors left, Factors right) => TensorCore.MultiplyAddTf32(block, left, right);
}

/// <summary>8 bits of mantissa, as memory holds them: of copies <see cref="ByPairs"/> nothing is left to round.</summary>
public readonly struct Bf16Pairs : IFactorPrecision
{
    /// <inheritdoc/>
    public static bool StoresPairs => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Factors Round(Block block) => TensorCore.RoundBf16(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(int block, Factors left, Factors right) => TensorCore.MultiplyAddBf16Pairs(block, left, right);
}

/// <summary>8 bits of mantissa, rounded on the way to the product.</summary>
public readonly struct Bf16Factors : IFactorPrecision
{
    /// <inheritdoc/>
    public static bool StoresPairs => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Factors Round(Block block) => TensorCore.RoundBf16(block);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(int block, Factors left, Factors right) => TensorCore.MultiplyAddBf16(block, left, right);
}
