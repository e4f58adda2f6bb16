using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>A matrix [outer, depth] stored row by row.</summary>
public struct DepthMajor : IOperand
{
    /// <summary>The floats.</summary>
    public ArrayView<float> Data;

    /// <summary>Floats from one outer index to the next.</summary>
    public int Stride;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => true;

    /// <inheritdoc/>
    public readonly int Run => Stride;

    /// <inheritdoc/>
    public static bool IsMatrix => true;

    /// <inheritdoc/>
    public static bool HasClasses => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(ClassGeometry geometry)
    {
    }

    /// <inheritdoc/>
    public static bool HasGroups => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void EnterGroup(int group)
    {
    }

    /// <inheritdoc/>
    public ArrayView<float> Memory
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Data = value;
    }

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => new() { Offset = outer * Stride };

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => new() { Offset = depth };

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => true;

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count) =>
        Copy.Lines(target, stride, Data.Pointer() + (nint)line * Stride + first, Stride, lines, count);
}

/// <summary>A matrix [outer, depth] stored column by column.</summary>
public struct OuterMajor : IOperand
{
    /// <summary>The floats.</summary>
    public ArrayView<float> Data;

    /// <summary>Floats from one depth to the next.</summary>
    public int Stride;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => false;

    /// <inheritdoc/>
    public readonly int Run => Stride;

    /// <inheritdoc/>
    public static bool IsMatrix => true;

    /// <inheritdoc/>
    public static bool HasClasses => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(ClassGeometry geometry)
    {
    }

    /// <inheritdoc/>
    public static bool HasGroups => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void EnterGroup(int group)
    {
    }

    /// <inheritdoc/>
    public ArrayView<float> Memory
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Data = value;
    }

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => new() { Offset = outer };

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => new() { Offset = depth * Stride };

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => true;

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count) =>
        Copy.Lines(target, stride, Data.Pointer() + (nint)line * Stride + first, Stride, lines, count);
}
