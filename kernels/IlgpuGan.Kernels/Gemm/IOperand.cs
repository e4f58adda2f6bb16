namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// One side of a matrix product, seen as a matrix [outer, depth]: outer counts rows of the left or columns of the right operand,
/// depth is summed over. A convolution is a product whose operand is never written out (implicit GEMM, Chetlur et al. 2014).
/// </summary>
public interface IOperand
{
    /// <summary>Whether neighbours along depth, rather than along outer, are neighbours in memory.</summary>
    static abstract bool IsDepthContiguous { get; }

    /// <summary>One element, on a GPU.</summary>
    float At(int outer, int depth);

    /// <summary>
    /// Copies <paramref name="count"/> neighbours along the contiguous direction, beginning with (<paramref name="outer"/>,
    /// <paramref name="depth"/>), on the CPU. Up to seven floats behind them are written, too.
    /// </summary>
    unsafe void Fill(float* target, int outer, int depth, int count);
}
