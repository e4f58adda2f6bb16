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

    /// <summary>
    /// Elements along the contiguous direction, from any multiple of it on, that are neighbours in memory and all inside or all outside; the
    /// first of them lies at a multiple of it, too. 1 where places have no <see cref="Place.Mark"/>: of windows of more than 16 rows or 15 columns.
    /// </summary>
    int Run { get; }

    /// <summary>Whether it is a plain matrix: the offset of a depth is so many times that of depth 1, and nothing lies in a padding.</summary>
    static abstract bool IsMatrix { get; }

    /// <summary>Whether it is a side of a data gradient, whose classes are products of their own.</summary>
    static abstract bool HasClasses { get; }

    /// <summary>Goes on with another class.</summary>
    void Enter(ClassGeometry geometry);

    /// <summary>Whether it is a side of a convolution in groups, which are products of their own.</summary>
    static abstract bool HasGroups { get; }

    /// <summary>Goes from the first group to another.</summary>
    void EnterGroup(int group);

    /// <summary>What the places count in.</summary>
    ArrayView<float> Memory { get; set; }

    /// <summary>The part of an element's place that its outer index decides; on a GPU computed once for a whole row of the tile.</summary>
    Place Outer(int outer);

    /// <summary>The part of an element's place that its depth decides.</summary>
    Place Depth(int depth);

    /// <summary>Whether the element lies in memory; one outside, in the padding, is zero.</summary>
    bool IsInside(Place outer, Place depth);

    /// <summary>
    /// Copies a block on the CPU: so many neighbouring lines, each <paramref name="count"/> neighbours along the contiguous direction. Up to
    /// seven floats behind each line are written, too; lines are written in order.
    /// </summary>
    /// <param name="target">Where the first line goes.</param>
    /// <param name="stride">Floats from one line's place to the next one's.</param>
    /// <param name="line">First line: an outer index if depth is contiguous, else a depth.</param>
    /// <param name="lines">Number of lines.</param>
    /// <param name="first">First element of each line.</param>
    /// <param name="count">Elements of each line.</param>
    unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count);
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

    /// <summary>Bits of which both halves of an element in the padding have one in common, those of others none; only where <see cref="IOperand.Run"/> is more than 1.</summary>
    public int Mark;
}
