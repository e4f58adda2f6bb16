using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Features of a set of images: one row of numbers for each.</summary>
internal sealed class FeatureMatrix
{
    /// <param name="values">[count, dimension], row by row.</param>
    /// <param name="dimension">Numbers of a row.</param>
    /// <exception cref="ArgumentException">The values are not whole rows.</exception>
    public FeatureMatrix(float[] values, int dimension)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1);
        if (values.Length == 0 || values.Length % dimension != 0)
        {
            throw new ArgumentException($"{values.Length} numbers are not one or more rows of {dimension}.", nameof(values));
        }
        (Values, Dimension) = (values, dimension);
    }

    /// <summary>[count, dimension], row by row.</summary>
    public float[] Values { get; }

    /// <summary>Numbers of a row.</summary>
    public int Dimension { get; }

    /// <summary>Number of rows.</summary>
    public int Count => Values.Length / Dimension;

    /// <summary>One row.</summary>
    public ReadOnlySpan<float> Row(int index) => Values.AsSpan(index * Dimension, Dimension);

    /// <summary>Some of the rows.</summary>
    internal FeatureMatrix At(IReadOnlyList<int> rows) => new([.. rows.SelectMany(row => Row(row).ToArray())], Dimension);

    /// <summary>So many rows: all, or some at random.</summary>
    internal FeatureMatrix Some(int count, ulong seed) => count >= Count ? this
        : At([.. Enumerable.Range(0, count).Select(i => EpochShuffle.Pick(i, Count, (uint)seed, (uint)(seed >> 32)))]);

    /// <summary>The mean of all rows.</summary>
    internal double[] Mean()
    {
        var mean = new double[Dimension];
        for (int i = 0; i < Values.Length; i++)
        {
            mean[i % Dimension] += Values[i];
        }
        for (int k = 0; k < Dimension; k++)
        {
            mean[k] /= Count;
        }
        return mean;
    }

    /// <summary>The rows less a point: distances stay, and single precision keeps more of them.</summary>
    internal FeatureMatrix Minus(double[] point)
    {
        var shifted = new float[Values.Length];
        Parallel.For(0, Count, row =>
        {
            for (int k = 0; k < Dimension; k++)
            {
                shifted[row * Dimension + k] = (float)(Values[row * Dimension + k] - point[k]);
            }
        });
        return new(shifted, Dimension);
    }
}
