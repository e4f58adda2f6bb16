using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>One side of a convolution in groups: in each of them the same operand, so many floats further on.</summary>
public struct Grouped<TOperand> : IOperand
    where TOperand : struct, IOperand
{
    /// <summary>The operand of the first group.</summary>
    public TOperand Operand;

    /// <summary>Floats from group to group.</summary>
    public int Step;

    /// <summary>Floats before the group that was entered. They are added to places: of a view that begins elsewhere a compiler does not know that it lies on 16 bytes.</summary>
    public int First;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => TOperand.IsDepthContiguous;

    /// <inheritdoc/>
    public readonly int Run => Math.Min(Operand.Run, Step);

    /// <inheritdoc/>
    public static bool IsMatrix => TOperand.IsMatrix;

    /// <inheritdoc/>
    public static bool HasClasses => TOperand.HasClasses;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(ClassGeometry geometry) => Operand.Enter(geometry);

    /// <inheritdoc/>
    public static bool HasGroups => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void EnterGroup(int group) => First = group * Step;

    /// <inheritdoc/>
    public ArrayView<float> Memory
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => Operand.Memory;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Operand.Memory = value;
    }

    /// <inheritdoc/>
    public readonly Place Outer(int outer)
    {
        var place = Operand.Outer(outer);
        place.Offset += First;
        return place;
    }

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => Operand.Depth(depth);

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => Operand.IsInside(outer, depth);

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count)
    {
        var operand = Operand;
        operand.Memory = operand.Memory.SubView(First, (int)operand.Memory.Length - First);
        operand.Fill(target, stride, line, lines, first, count);
    }
}
