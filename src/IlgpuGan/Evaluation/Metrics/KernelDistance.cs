using System.Numerics;
using System.Runtime.InteropServices;
using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Unbiased squared maximum mean discrepancy under the kernel (x.y / D + 1)^3 (Binkowski et al. 2018), as the mean over random subsets. It is as
/// often below 0 as above where the two sets are of one distribution.
/// </summary>
/// <param name="Value">Mean over the subsets.</param>
/// <param name="Spread">Standard deviation over the subsets.</param>
/// <param name="Subsets">Number of subsets.</param>
/// <param name="SubsetSize">Images of each set in a subset.</param>
public sealed record KernelDistance(double Value, double Spread, int Subsets, int SubsetSize)
{
    /// <summary>Subsets that published values use.</summary>
    public const int DefaultSubsets = 100;

    /// <summary>Images of each set in a subset, where there are so many.</summary>
    public const int DefaultSubsetSize = 1000;

    /// <summary>The distance of two feature sets.</summary>
    /// <param name="reals">Features of real images.</param>
    /// <param name="fakes">Features of generated images.</param>
    /// <param name="seed">Chooses the subsets, each without repetition.</param>
    /// <param name="progress">Hears of the share that is done.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The sets are of different dimensions or hold less than two rows.</exception>
    public static KernelDistance Between(
        FeatureMatrix reals, FeatureMatrix fakes, ulong seed, Action<double>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reals);
        ArgumentNullException.ThrowIfNull(fakes);
        int size = Math.Min(DefaultSubsetSize, Math.Min(reals.Count, fakes.Count));
        // Where all images are in each subset one says it all.
        int subsets = size == reals.Count && size == fakes.Count ? 1 : DefaultSubsets;
        var values = new double[subsets];
        for (int subset = 0; subset < subsets; subset++)
        {
            progress?.Invoke(subset / (double)subsets);
            values[subset] = OfSubset(reals, Pick(reals.Count, 0), fakes, Pick(fakes.Count, 1), cancellation);

            int[] Pick(int count, uint side) =>
                [.. Enumerable.Range(0, size).Select(i => EpochShuffle.Pick((long)subset * count + i, count, (uint)seed, (uint)(seed >> 32) ^ side))];
        }
        double mean = values.Average();
        return new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / subsets), subsets, size);
    }

    /// <summary>The unbiased estimate from rows chosen of each set, as many of one as of the other.</summary>
    internal static double OfSubset(FeatureMatrix reals, int[] realRows, FeatureMatrix fakes, int[] fakeRows, CancellationToken cancellation)
    {
        if (reals.Dimension != fakes.Dimension || realRows.Length < 2 || realRows.Length != fakeRows.Length)
            throw new ArgumentException("A kernel distance is of as many rows of one set as of the other, at least two, and of one dimension.");
        long m = realRows.Length;
        var (x, y) = (Quads(reals, realRows), Quads(fakes, fakeRows));
        double own = Sum(reals, realRows, x, isSame: true, cancellation) + Sum(fakes, fakeRows, y, isSame: true, cancellation);
        return own / (m * (m - 1)) - 2 * Sum(reals, realRows, y, isSame: false, cancellation) / (m * m);
    }

    private static QuadRows Quads(FeatureMatrix features, int[] rows) => new(i => features.RowMemory(rows[i]), rows.Length, features.Dimension);

    /// <summary>Sum of the kernel over all pairs, without those of a row and itself where both sides are the same.</summary>
    private static double Sum(FeatureMatrix features, int[] rows, QuadRows others, bool isSame, CancellationToken cancellation)
    {
        int width = PanelProduct.Width, depth = features.Dimension;
        var sums = new double[(rows.Length + width - 1) / width];
        Parallel.For(0, sums.Length, new ParallelOptions { CancellationToken = cancellation }, panel =>
        {
            int left = panel * width, lanes = Math.Min(width, rows.Length - left);
            var side = new float[depth * width];
            for (int lane = 0; lane < lanes; lane++)
            {
                var row = features.Row(rows[left + lane]);
                for (int k = 0; k < depth; k++)
                    side[k * width + lane] = row[k];
            }
            Span<float> products = stackalloc float[PanelProduct.Quad * width];
            double sum = 0;
            // Of a symmetric matrix the part beyond the panel's own columns stands for its mirror image, too.
            int quad = isSame ? left / PanelProduct.Quad : 0;
            for (; quad < others.Quads; quad++)
            {
                PanelProduct.Multiply(side, others[quad], products);
                Cube(products, 1f / depth);
                int first = quad * PanelProduct.Quad;
                for (int j = 0; j < Math.Min(PanelProduct.Quad, others.Count - first); j++)
                    sum += isSame ? Mirrored(products.Slice(j * width, lanes), first + j - left) : Total(products.Slice(j * width, lanes));
            }
            sums[panel] = sum;
        });
        return sums.Sum();
    }

    // Column j of the panel's rows: those above the diagonal count twice, the diagonal and what is below it not at all.
    private static double Mirrored(Span<float> column, int diagonal) => 2 * Total(column[..Math.Clamp(diagonal, 0, column.Length)]);

    private static double Total(ReadOnlySpan<float> values)
    {
        double total = 0;
        foreach (float value in values)
            total += value;
        return total;
    }

    private static void Cube(Span<float> products, float scale)
    {
        foreach (ref var vector in MemoryMarshal.Cast<float, Vector<float>>(products))
        {
            var value = vector * scale + Vector<float>.One;
            vector = value * value * value;
        }
    }
}
