using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Graphs.Plans;

/// <summary>An operand of a product before there is memory for it: what a kernel is chosen by, and how it is bound.</summary>
/// <param name="Region">The floats.</param>
/// <param name="Run">See <see cref="IOperand.Run"/>.</param>
/// <param name="Over">The operand over these floats.</param>
internal sealed record ProductSide<TOperand>(Region Region, int Run, Func<ArrayView<float>, TOperand> Over)
    where TOperand : struct, IOperand
{
    /// <summary>Whether four neighbours can move as one, as <see cref="Quads.Hold"/> says of the operand.</summary>
    public bool IsInQuads => Run % 4 == 0 && Region.IsOnQuads;

    /// <summary>The operand.</summary>
    /// <exception cref="InvalidOperationException">It is not what its kernel was chosen for.</exception>
    public TOperand Bind(StepMemory memory)
    {
        var operand = Over(memory[Region]);
        return operand.Run == Run ? operand
            : throw new InvalidOperationException($"{typeof(TOperand).Name} has runs of {operand.Run} elements where its kernel was chosen for {Run}.");
    }
}
