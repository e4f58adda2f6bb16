using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>Whether four floats can move as one.</summary>
public static class Quads
{
    /// <summary>
    /// Whether four neighbours along the contiguous direction of an operand, from a multiple of four on, lie on 16 bytes of memory and are
    /// inside or outside together.
    /// </summary>
    public static bool Hold<TOperand>(TOperand operand)
        where TOperand : struct, IOperand => operand.Run % 4 == 0 && Lie(operand.Memory);

    /// <summary>Whether an operand of these numbers of elements ends with a whole quad.</summary>
    public static bool End<TOperand>(int outer, int depth)
        where TOperand : struct, IOperand => (TOperand.IsDepthContiguous ? depth : outer) % 4 == 0;

    /// <summary>Whether a view begins on 16 bytes.</summary>
    public static bool Lie(ArrayView<float> view) => ((IContiguousArrayView)view).IndexInBytes % 16 == 0;

    /// <summary>The four floats from an index on, a multiple of four, of a view that lies on 16 bytes.</summary>
    public static Float4 At(ArrayView<float> view, int index) => view.AsAligned(16).Cast<Float4>()[index >> 2];

    /// <summary>Stores four floats from an index on, a multiple of four, of a view that lies on 16 bytes.</summary>
    public static void Set(ArrayView<float> view, int index, Float4 values) => view.AsAligned(16).Cast<Float4>()[index >> 2] = values;
}
