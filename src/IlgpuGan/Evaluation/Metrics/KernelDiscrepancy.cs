using IlgpuGan.Devices;
using IlgpuGan.Distances;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>The unbiased estimate of a <see cref="KernelDistance"/> from equally many rows of either set, by one plan for all subsets.</summary>
internal sealed class KernelDiscrepancy : IDisposable
{
    // A panel's values stay in the cache, and of a set's own pairs nearly half need not be made: the kernel is symmetric.
    private const int Panels = 4;

    private readonly int size, dimension;
    private readonly VariableStore variables;
    private readonly Variable reals, fakes;
    private readonly List<Tensor> own = [], across = [];
    private readonly Plan plan;

    // New for each subset it would cost more than the products: memory of the system comes page by page.
    private readonly float[] chosen;

    /// <summary>Compiles the plan.</summary>
    /// <param name="device">Where it runs; to be disposed after it.</param>
    /// <param name="size">Rows of each set, at least two.</param>
    /// <param name="dimension">Numbers of a row.</param>
    public KernelDiscrepancy(ComputeDevice device, int size, int dimension)
    {
        (this.size, this.dimension) = (size, dimension);
        chosen = new float[size * dimension];
        (reals, fakes) = (new("reals", size * dimension), new("fakes", size * dimension));
        device.Bind();
        variables = new(device, Precision.Fp32);
        var graph = new Graph();
        int panel = (size + Panels - 1) / Panels;
        for (int first = 0; first < size; first += panel)
        {
            int rows = Math.Min(panel, size - first), columns = size - first;
            // What lies beyond the panel's own columns stands for its mirror image, too.
            var weights = graph.Literal(Shape.Of(columns), [.. Enumerable.Range(0, columns).Select(column => column < rows ? 1f : 2f)]);
            // Sums of rows in single precision; those of them will be double.
            own.Add((Kernel(reals, reals, first, rows, first) * weights).SumColumns());
            own.Add((Kernel(fakes, fakes, first, rows, first) * weights).SumColumns());
            across.Add(Kernel(reals, fakes, first, rows, 0).SumColumns());
        }
        plan = Plan.Compile(variables, graph, [.. own, .. across]);

        Tensor Kernel(Variable left, Variable right, int first, int rows, int firstColumn)
        {
            var x = graph.Read(left, first * dimension, Shape.Of(rows, dimension));
            var y = graph.Read(right, firstColumn * dimension, Shape.Of(size - firstColumn, dimension));
            var root = graph.MatrixProduct(x, y, transposeRight: true) * (1f / dimension) + 1f;
            // The product stores the root; one pass makes the power and its sums.
            graph.EndSegment();
            return root * root * root;
        }
    }

    /// <summary>The estimate.</summary>
    /// <param name="real">Features of real images.</param>
    /// <param name="realRows">Which of them.</param>
    /// <param name="fake">Features of generated images.</param>
    /// <param name="fakeRows">Which of them.</param>
    public double Between(FeatureMatrix real, int[] realRows, FeatureMatrix fake, int[] fakeRows)
    {
        double diagonal = Upload(reals, real, realRows) + Upload(fakes, fake, fakeRows), m = size;
        plan.Run();
        // An image and itself are no pair.
        return (Total(own) - diagonal) / (m * (m - 1)) - 2 * Total(across) / (m * m);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        plan.Dispose();
        variables.Dispose();
    }

    private double Total(List<Tensor> sums) => sums.Sum(panel => plan.Fetch(panel).Sum(value => (double)value));

    /// <summary>Lays rows on the device; the sum of the kernel over each and itself.</summary>
    private double Upload(Variable variable, FeatureMatrix features, int[] rows)
    {
        double diagonal = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            var row = features.Row(rows[i]);
            row.CopyTo(chosen.AsSpan(i * dimension));
            diagonal += Math.Pow(Rows.SquaredLength(row) / dimension + 1, 3);
        }
        variables.Upload(variable, chosen);
        return diagonal;
    }
}
