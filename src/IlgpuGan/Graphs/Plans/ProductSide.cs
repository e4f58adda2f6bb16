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

    /// <summary>The same for a convolution in groups, each so many floats further.</summary>
    public ProductSide<Grouped<TOperand>> InGroups(int step) => new(Region, Math.Min(Run, step), data => new() { Operand = Over(data), Step = step });

    /// <summary>The operand.</summary>
    /// <exception cref="InvalidOperationException">It is not what its kernel was chosen for.</exception>
    public TOperand Bind(StepMemory memory)
    {
        var operand = Over(memory[Region]);
        return operand.Run == Run ? operand
            : throw new InvalidOperationException($"{typeof(TOperand).Name} has runs of {operand.Run} elements where its kernel was chosen for {Run}.");
    }
}
