namespace IlgpuGan.Kernels.Gemm;

/// <summary>The innermost loop of a product on the CPU: a block of sums that stays in vector registers.</summary>
public unsafe interface ITile
{
    /// <summary>Rows of the block.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the block: whole vectors.</summary>
    static abstract int Columns { get; }

    /// <summary>output[row] (+)= sum over depth of a[row * rowStride + step * stepStride] * b[step * Columns ...].</summary>
    /// <param name="a">Packed rows of the left operand.</param>
    /// <param name="rowStride">Floats from row to row of <paramref name="a"/>.</param>
    /// <param name="stepStride">Floats from one depth to the next.</param>
    /// <param name="b">Packed panel of the right operand, [depth, Columns].</param>
    /// <param name="depth">Products in each sum.</param>
    /// <param name="output">Where the block goes.</param>
    /// <param name="offsets">Index in the output of each row's first column.</param>
    /// <param name="accumulate">Whether to add to what the output holds.</param>
    static abstract void Multiply(
        float* a, nint rowStride, nint stepStride, float* b, nint depth, float* output, int* offsets, bool accumulate);
}
