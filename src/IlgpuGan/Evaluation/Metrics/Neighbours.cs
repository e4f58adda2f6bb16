using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>Euclidean distances between the rows of feature sets, in blocks that never lie in memory all at once.</summary>
internal sealed class Neighbours
{
    private readonly FeatureMatrix targets;
    private readonly QuadRows quads;
    private readonly float[] squares;

    /// <param name="targets">The rows whose distances are asked for.</param>
    public Neighbours(FeatureMatrix targets)
    {
        this.targets = targets;
        quads = new(targets.RowMemory, targets.Count, targets.Dimension);
        squares = SquaresOf(targets);
    }

    /// <summary>Squared distance of each query to its k-th nearest target.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="k">1 for the nearest.</param>
    /// <param name="isSame">Whether queries and targets are the same rows: then none is a neighbour of itself.</param>
    /// <param name="cancellation">Gives up.</param>
    public float[] Nearest(FeatureMatrix queries, int k, bool isSame, CancellationToken cancellation)
    {
        var result = new float[queries.Count];
        int vectors = PanelProduct.Width / Vector<float>.Count;
        ForEachPanel(queries, (left, lanes, distances) =>
        {
            // The k smallest so far of each lane, kept in order by minima and maxima alone.
            var best = new Vector<float>[k * vectors];
            Array.Fill(best, new Vector<float>(float.PositiveInfinity));
            distances((target, values) =>
            {
                if (isSame && target >= left && target < left + lanes)
                    values[target - left] = float.PositiveInfinity;
                var rows = MemoryMarshal.Cast<float, Vector<float>>(values);
                for (int v = 0; v < vectors; v++)
                {
                    var value = rows[v];
                    for (int place = 0; place < k; place++)
                    {
                        var kept = best[place * vectors + v];
                        best[place * vectors + v] = Vector.Min(kept, value);
                        value = Vector.Max(kept, value);
                    }
                }
            });
            var last = MemoryMarshal.Cast<Vector<float>, float>(best.AsSpan((k - 1) * vectors, vectors));
            last[..lanes].CopyTo(result.AsSpan(left));
        }, cancellation);
        return result;
    }

    /// <summary>Number of the nearest target of each query, and the squared distance to it.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="own">The target that each query itself is, which is no neighbour of it; null where they are different images.</param>
    /// <param name="cancellation">Gives up.</param>
    public (int[] Index, float[] Squared) NearestIndex(FeatureMatrix queries, int[]? own, CancellationToken cancellation)
    {
        var index = new int[queries.Count];
        var squared = new float[queries.Count];
        ForEachPanel(queries, (left, lanes, distances) =>
        {
            var nearest = squared.AsMemory(left, lanes);
            nearest.Span.Fill(float.PositiveInfinity);
            distances((target, values) =>
            {
                for (int lane = 0; lane < lanes; lane++)
                    if (values[lane] < nearest.Span[lane] && own?[left + lane] != target)
                        (nearest.Span[lane], index[left + lane]) = (values[lane], target);
            });
        }, cancellation);
        return (index, squared);
    }

    /// <summary>Within how many of the targets' balls each query lies, and which balls hold a query.</summary>
    /// <param name="queries">The queries.</param>
    /// <param name="radii">Squared radius of the ball around each target.</param>
    /// <param name="cancellation">Gives up.</param>
    public (int[] Balls, bool[] Hit) Count(FeatureMatrix queries, float[] radii, CancellationToken cancellation)
    {
        var balls = new int[queries.Count];
        var hit = new bool[targets.Count];
        ForEachPanel(queries, (left, lanes, distances) => distances((target, values) =>
        {
            for (int lane = 0; lane < lanes; lane++)
                if (values[lane] <= radii[target])
                {
                    balls[left + lane]++;
                    // Several threads may write, and all of them the same.
                    hit[target] = true;
                }
        }), cancellation);
        return (balls, hit);
    }

    private delegate void Row(int target, Span<float> squaredDistances);

    /// <summary>Hands out panels of queries; the third argument walks the targets with the squared distances of the panel's queries to each.</summary>
    private void ForEachPanel(FeatureMatrix queries, Action<int, int, Action<Row>> work, CancellationToken cancellation)
    {
        int width = PanelProduct.Width, depth = targets.Dimension;
        if (queries.Dimension != depth)
            throw new ArgumentException($"Features of {queries.Dimension} and of {depth} numbers have no distance.", nameof(queries));
        var own = SquaresOf(queries);
        Parallel.For(0, (queries.Count + width - 1) / width, new ParallelOptions { CancellationToken = cancellation }, panel =>
        {
            int left = panel * width, lanes = Math.Min(width, queries.Count - left);
            var side = new float[depth * width];
            PanelProduct.Interleave(queries.Values.AsSpan(left * depth, lanes * depth), depth, width, side);
            var lengths = new float[width];
            own.AsSpan(left, lanes).CopyTo(lengths);
            work(left, lanes, row => Walk(side, lengths, row));
        });
    }

    private void Walk(float[] side, float[] lengths, Row row)
    {
        int width = PanelProduct.Width;
        Span<float> products = stackalloc float[PanelProduct.Quad * width];
        for (int quad = 0; quad < quads.Quads; quad++)
        {
            PanelProduct.Multiply(side, quads[quad], products);
            for (int j = 0; j < PanelProduct.Quad && quad * PanelProduct.Quad + j < targets.Count; j++)
            {
                int target = quad * PanelProduct.Quad + j;
                var values = products.Slice(j * width, width);
                // |x|^2 + |y|^2 - 2 x.y, which rounding may bring below 0.
                TensorPrimitives.MultiplyAdd(values, -2f, lengths, values);
                TensorPrimitives.Add(values, squares[target], values);
                TensorPrimitives.Max(values, 0f, values);
                row(target, values);
            }
        }
    }

    private static float[] SquaresOf(FeatureMatrix features)
    {
        var squares = new float[features.Count];
        Parallel.For(0, squares.Length, i => squares[i] = TensorPrimitives.SumOfSquares(features.Row(i)));
        return squares;
    }
}
