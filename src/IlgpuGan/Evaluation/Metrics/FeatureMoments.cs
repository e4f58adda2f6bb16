namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Mean and covariance of features.</summary>
/// <param name="Mean">[D]</param>
/// <param name="Covariance">[D, D], divided by the number of images less one.</param>
public sealed record FeatureMoments(double[] Mean, double[,] Covariance)
{
    // Sums of so few products lose nothing in single precision; the sums of them are double.
    private const int Slice = 256;

    /// <summary>Moments of at least two rows.</summary>
    /// <exception cref="ArgumentException">There is but one row.</exception>
    public static FeatureMoments Of(FeatureMatrix features, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count < 2)
            throw new ArgumentException("A covariance needs at least two images.", nameof(features));
        int dimension = features.Dimension, width = PanelProduct.Width;
        var mean = features.Mean();
        var centred = features.Minus(mean);
        var sums = new double[dimension, dimension];
        for (int first = 0; first < features.Count; first += Slice)
        {
            int taken = Math.Min(Slice, features.Count - first), start = first;
            // Here the rows of the product are columns of the features.
            var columns = Transpose(centred.Values.AsSpan(first * dimension, taken * dimension), dimension);
            var quads = new QuadRows(column => columns.AsMemory(column * taken, taken), dimension, taken);
            Parallel.For(0, (dimension + width - 1) / width, new ParallelOptions { CancellationToken = cancellation }, panel =>
            {
                int left = panel * width, lanes = Math.Min(width, dimension - left);
                var side = new float[taken * width];
                PanelProduct.Interleave(columns.AsSpan(left * taken, lanes * taken), taken, width, side);
                Span<float> products = stackalloc float[PanelProduct.Quad * width];
                // The other triangle is a mirror image.
                for (int quad = left / PanelProduct.Quad; quad < quads.Quads; quad++)
                {
                    PanelProduct.Multiply(side, quads[quad], products);
                    for (int j = 0; j < PanelProduct.Quad && quad * PanelProduct.Quad + j < dimension; j++)
                        for (int i = 0; i < lanes; i++)
                            sums[left + i, quad * PanelProduct.Quad + j] += products[j * width + i];
                }
            });
        }
        for (int row = 0; row < dimension; row++)
            for (int column = row; column < dimension; column++)
                sums[row, column] = sums[column, row] = sums[row, column] / (features.Count - 1);
        return new(mean, sums);
    }

    private static float[] Transpose(ReadOnlySpan<float> rows, int dimension)
    {
        int count = rows.Length / dimension;
        var columns = new float[rows.Length];
        for (int row = 0; row < count; row++)
            for (int column = 0; column < dimension; column++)
                columns[column * count + row] = rows[row * dimension + column];
        return columns;
    }
}
