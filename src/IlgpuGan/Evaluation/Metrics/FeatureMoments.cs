using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Mean and covariance of features.</summary>
/// <param name="Mean">[D]</param>
/// <param name="Covariance">[D, D], divided by the number of images less one.</param>
internal sealed record FeatureMoments(double[] Mean, double[,] Covariance)
{
    // Sums of so few products lose nothing in single precision; the sums of them are double.
    private const int Slice = 256;

    /// <summary>Moments of at least two rows.</summary>
    /// <param name="device">Where products are made.</param>
    /// <param name="features">The rows.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">There is but one row.</exception>
    public static FeatureMoments Of(ComputeDevice device, FeatureMatrix features, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(features);
        if (features.Count < 2)
        {
            throw new ArgumentException("A covariance needs at least two images.", nameof(features));
        }
        int dimension = features.Dimension;
        var mean = features.Mean();
        var centred = features.Minus(mean);
        device.Bind();
        using var variables = new VariableStore(device, Precision.Fp32);
        var rows = new Variable("rows", Slice * dimension);
        var graph = new Graph();
        var x = graph.Read(rows, 0, Shape.Of(Slice, dimension));
        var products = graph.MatrixProduct(x, x, transposeLeft: true);
        using var plan = Plan.Compile(variables, graph, products);
        var sums = new double[dimension, dimension];
        // Rows of nought, which fill up the last slice, add nothing.
        var (slice, part) = (new float[rows.Size], new float[dimension * dimension]);
        for (int first = 0; first < features.Count; first += Slice)
        {
            cancellation.ThrowIfCancellationRequested();
            int taken = Math.Min(Slice, features.Count - first) * dimension;
            centred.Values.AsSpan(first * dimension, taken).CopyTo(slice);
            slice.AsSpan(taken).Clear();
            variables.Upload(rows, slice);
            plan.Run();
            plan.Fetch(products, part);
            // The other triangle is a mirror image.
            Parallel.For(0, dimension, row =>
            {
                for (int column = row; column < dimension; column++)
                {
                    sums[row, column] += part[row * dimension + column];
                }
            });
        }
        for (int row = 0; row < dimension; row++)
        {
            for (int column = row; column < dimension; column++)
            {
                sums[row, column] = sums[column, row] = sums[row, column] / (features.Count - 1);
            }
        }
        return new(mean, sums);
    }
}
