using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary><see cref="Elementwise{TExpression}"/> on a card: four columns to a thread where they lie in quads.</summary>
/// <typeparam name="TWidth">Columns of a thread.</typeparam>
/// <typeparam name="TExpression">The formula.</typeparam>
public readonly struct ElementwiseInGroups<TWidth, TExpression> : IGroupKernel<ElementwiseParameters>
    where TWidth : struct, ICopyWidth
    where TExpression : struct, IExpression
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in ElementwiseParameters p) => GridSize.InGroups(p.Rows * p.Columns / TWidth.Floats);

    /// <inheritdoc/>
    public static void Thread(ElementwiseParameters p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(ElementwiseParameters p, int group)
    {
        int i = (group * GridSize.GroupThreads + Group.IdxX) * TWidth.Floats;
        if (i < p.Rows * p.Columns)
        {
            // Formulas that ask for neither have neither computed.
            int row = i / p.Columns;
            Wide<TWidth>.Store(p.Output, i, Wide<TWidth>.At<TExpression>(p.Operands, i, row, i - row * p.Columns, default));
        }
    }
}
