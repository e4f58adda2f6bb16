namespace IlgpuGan.Kernels.Gemm;

/// <summary>The innermost loop of a product by one work-item of a processor: a block of sums that stays in vector registers.</summary>
public interface IVectorTile
{
    /// <summary>Rows of the block.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the block: whole vectors.</summary>
    static abstract int Columns { get; }

    /// <summary>sums[row, column] (+)= sum over steps of a[row * rowStride + step * stepStride] b[step * rightStride + column], one fused multiply-add after the other.</summary>
    /// <param name="a">Rows of the left operand, in local memory.</param>
    /// <param name="rowStride">Floats from row to row of <paramref name="a"/>.</param>
    /// <param name="stepStride">Floats from step to step of <paramref name="a"/>.</param>
    /// <param name="b">Columns of the right operand, in local memory.</param>
    /// <param name="rightStride">Floats from step to step of <paramref name="b"/>.</param>
    /// <param name="steps">Products added to each sum.</param>
    /// <param name="accumulate">0 to begin with zero, 1 with what the sums hold.</param>
    /// <param name="output">The first column of the block in the matrix, in global memory.</param>
    /// <param name="offsets">Floats from there to each row.</param>
    static abstract void Multiply(
        ref float a, int rowStride, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float output, ref int offsets);

    /// <summary>The same for a block that lies in local memory by itself, [Rows, Columns].</summary>
    static abstract void MultiplyApart(
        ref float a, int rowStride, int stepStride, ref float b, int rightStride, int steps, int accumulate, ref float sums);
}
