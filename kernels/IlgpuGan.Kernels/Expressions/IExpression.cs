using System.Numerics;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Kernels.Expressions;

/// <summary>
/// A formula applied to each element of a [rows, columns] space. Types compose at run time (<c>Add&lt;Full&lt;Slot0&gt;, ...&gt;</c>), and both
/// ILGPU and the JIT specialise a kernel for each formula: a fused chain costs one pass.
/// </summary>
public interface IExpression
{
    /// <summary>The value at one place, on a GPU.</summary>
    /// <param name="operands">The tensors and constants of the formula.</param>
    /// <param name="index">row * columns + column.</param>
    /// <param name="row">Row of the element; 0 in the epilogue of a matrix product, which takes no operand [rows, 1].</param>
    /// <param name="column">Column of the element.</param>
    /// <param name="accumulator">In the epilogue of a matrix product, the sum; else 0.</param>
    static abstract float At(Operands operands, int index, int row, int column, float accumulator);

    /// <summary>
    /// The values at four neighbouring columns, on a GPU, read 16 bytes at a time: index, column and the number of columns are multiples of four, and what the
    /// formula takes lies on 16 bytes.
    /// </summary>
    static abstract Float4 Four(Operands operands, int index, int row, int column, Float4 accumulator);

    /// <summary>The values of a whole vector of neighbouring columns, on the CPU. Lanes behind the last column hold anything.</summary>
    static abstract Vector<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector<float> accumulator);

    /// <summary>The same of sixteen neighbouring columns, for processors with vectors so long where <see cref="Vector{T}"/> is shorter, as .NET has it.</summary>
    static abstract Vector512<float> Lanes(in HostOperands operands, nint index, nint row, nint column, Vector512<float> accumulator);
}
