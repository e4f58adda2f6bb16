using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>The innermost tiles one by one: a processor dispatches to two of them at most.</summary>
public unsafe class TileTests
{
    private const int Depth = 37;

    [Fact]
    public void TilePortable_multiplies() => Check<TilePortable>(float.MultiplyAddEstimate);

    [Fact]
    public void Tile256_multiplies() => Check<Tile256>();

    [Fact]
    public void Tile256Narrow_multiplies() => Check<Tile256Narrow>();

    [Fact]
    public void Tile512_multiplies() => Check<Tile512>();

    [Fact]
    public void Tile512Narrow_multiplies() => Check<Tile512Narrow>();

    private static void Check<TTile>(Func<float, float, float, float>? multiplyAdd = null)
        where TTile : struct, ITile
    {
        foreach (bool isAlongDepth in (bool[])[true, false])
        {
            foreach (bool accumulate in (bool[])[true, false])
            {
                Check<TTile>(isAlongDepth, accumulate, multiplyAdd ?? MathF.FusedMultiplyAdd);
            }
        }
    }

    private static void Check<TTile>(bool isAlongDepth, bool accumulate, Func<float, float, float, float> multiplyAdd)
        where TTile : struct, ITile
    {
        var (rows, columns) = (TTile.Rows, TTile.Columns);
        nint rowStride = isAlongDepth ? Depth + 2 : 1, stepStride = isAlongDepth ? 1 : rows;
        var random = new Random(rows * columns);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
        float[] a = Numbers(rows * (Depth + 2)), b = Numbers(Depth * columns), output = Numbers(rows * (columns + 4));
        // Rows in reverse order, with four floats between them that must stay as they are.
        int[] offsets = [.. Enumerable.Range(0, rows).Select(row => (rows - 1 - row) * (columns + 4))];

        float[] expected = [.. output];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                float sum = accumulate ? output[offsets[row] + column] : 0;
                for (int step = 0; step < Depth; step++)
                {
                    sum = multiplyAdd(a[row * rowStride + step * stepStride], b[step * columns + column], sum);
                }
                expected[offsets[row] + column] = sum;
            }
        }

        fixed (float* pa = a, pb = b, target = output)
        fixed (int* places = offsets)
        {
            TTile.Multiply(pa, rowStride, stepStride, pb, Depth, target, places, accumulate);
        }
        // The same products fused in the same order: equal to the last bit.
        Assert.Equal(expected, output);
    }
}
