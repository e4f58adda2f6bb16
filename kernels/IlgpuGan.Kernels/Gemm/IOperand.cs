using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// One side of a matrix product, seen as a matrix [outer, depth]: outer counts rows of the left or columns of the right operand,
/// depth is summed over. A convolution is a product whose operand is never written out (implicit GEMM, Chetlur et al. 2014).
/// </summary>
public interface IOperand
{
    /// <summary>Whether neighbours along depth, rather than along outer, are neighbours in memory.</summary>
    static abstract bool IsDepthContiguous { get; }

    /// <summary>What the places count in.</summary>
    ArrayView<float> Memory { get; }

    /// <summary>
    /// Whether four neighbours along the contiguous direction, from a multiple of four on, lie on 16 bytes of memory and are inside or
    /// outside together: a GPU then moves them as one. Asked on the host.
    /// </summary>
    bool IsInQuads { get; }

    /// <summary>The part of an element's place that its outer index decides; on a GPU computed once for a whole row of the tile.</summary>
    Place Outer(int outer);

    /// <summary>The part of an element's place that its depth decides.</summary>
    Place Depth(int depth);

    /// <summary>Whether the element lies in memory; one outside, in the padding, is zero.</summary>
    bool IsInside(Place outer, Place depth);

    /// <summary>
    /// Copies <paramref name="count"/> neighbours along the contiguous direction, beginning with (<paramref name="outer"/>,
    /// <paramref name="depth"/>), on the CPU. Up to seven floats behind them are written, too.
    /// </summary>
    unsafe void Fill(float* target, int outer, int depth, int count);
}

/// <summary>
/// Half of where an element lies: the index is the sum of both halves' offsets, and in a convolution the element is in the padding
/// unless the sums of rows and of columns lie inside the image.
/// </summary>
public struct Place
{
    /// <summary>Floats from the beginning of the memory.</summary>
    public int Offset;

    /// <summary>Row of the image.</summary>
    public int Row;

    /// <summary>Column of the image.</summary>
    public int Column;
}
