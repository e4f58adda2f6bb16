using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Distances;

/// <summary>
/// Euclidean distances between many rows of numbers on a device, a block at a time: one matrix product makes 2 x.y - |y|^2 of all pairs, and reductions of it find
/// the nearest rows, or count those within balls.
/// </summary>
/// <remarks>
/// What the device says is good to single precision of |x|^2 + |y|^2, not of the distance: of rows far from the origin, and of near copies, it knows little.
/// So the search asks it for one candidate more than is wanted and takes their distances from the rows themselves; only which of several rows is nearest, whose
/// distances differ by less than that rounding, may be decided wrongly. Balls are wider by it, so that what lies on their border is inside on every device. Rows should
/// lie about the origin. A row with a number that is not finite is nobody's neighbour and in no ball.
/// </remarks>
internal sealed class RowComparison : IDisposable
{
    // A block's products stay in a processor's cache; a graphics processor has more threads to feed.
    private const int MostTargets = 2048, HostQueries = 1024, DeviceQueries = 4096;

    // 32 MiB of each side.
    private const int MostFloats = 1 << 23;

    private const int Spare = 1;

    // Nearer than what is left out lies every row whose squared length is at most this.
    private const float Longest = 1e27f, Beyond = 1e30f;

    private readonly VariableStore variables;
    private readonly Plan plan;
    private readonly Side left, right;
    private readonly Variable radii;
    private readonly Tensor[] best, place;
    private readonly Tensor balls, hits;
    private readonly double rounding;

    /// <summary>Compiles the plan.</summary>
    /// <param name="device">Where it runs; to be disposed after it.</param>
    /// <param name="dimension">Numbers of a row.</param>
    /// <param name="queries">The most queries that it will be given at once.</param>
    /// <param name="targets">The most rows that they will be compared with at once.</param>
    /// <param name="kept">The most rows that a search keeps of each query, its own among them.</param>
    public RowComparison(ComputeDevice device, int dimension, int queries, int targets, int kept)
    {
        int fit = Math.Max(1, MostFloats / dimension);
        left = new("queries", Math.Min(Math.Min(device.Kind == DeviceKind.Cpu ? HostQueries : DeviceQueries, fit), queries), dimension);
        right = new("targets", Math.Min(Math.Min(MostTargets, fit), targets), dimension);
        radii = new("radii", right.Count);
        // A sum of so many products has lost, typically, the root of their number in last digits.
        rounding = (2 + Math.Sqrt(dimension)) * Math.Pow(2, -24);
        variables = new(device, Precision.Fp32);
        var places = new Variable("places", right.Count);
        // Numbers that fall, so that the largest is that of the first.
        variables.Upload(places, [.. Enumerable.Range(0, right.Count).Select(i => (float)(right.Count - i))]);
        var graph = new Graph();
        var near = graph.MatrixProduct(left.Read(graph), right.Read(graph), transposeRight: true) * 2f - graph.Read(right.Squares, 0, Shape.Of(right.Count));
        var number = graph.Read(places, 0, Shape.Of(right.Count));
        graph.EndSegment();
        (best, place) = (new Tensor[kept + Spare], new Tensor[kept + Spare]);
        var rest = near;
        for (int rank = 0; rank < best.Length; rank++)
        {
            best[rank] = rest.MaxColumns();
            place[rank] = ((1f - (best[rank] - rest).Step()) * number).MaxColumns();
            // A row of numbers meets a column of them only over a block; none of it is so large that nought times it were not nought.
            rest += ((rest * 0f + number - place[rank]).Abs().Step() - 1f) * Beyond;
            // Each in a segment of its own is each by the same few kernels.
            graph.EndSegment();
        }
        var inside = 1f - (graph.Read(left.Squares, 0, Shape.Of(left.Count, 1)) - near - graph.Read(radii, 0, Shape.Of(right.Count))).Step();
        (balls, hits) = (inside.SumColumns(), inside.SumRows());
        plan = Plan.Compile(variables, graph, [.. best, .. place, balls, hits]);
    }

    /// <summary>Looks for the nearest of some rows.</summary>
    /// <param name="queries">[N, dimension]</param>
    /// <param name="targets">[M, dimension]</param>
    /// <param name="first">Number of the first target.</param>
    /// <param name="found">Takes what is nearer than what it holds.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The numbers are no whole rows, or more are to be kept than it was made for.</exception>
    public void Search(float[] queries, float[] targets, int first, NearestRows found, CancellationToken cancellation = default)
    {
        int ranks = found.Kept + (found.Own is null ? 0 : 1) + Spare;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(ranks, best.Length, nameof(found));
        ForEachBlock(queries, targets, (query, target) =>
        {
            for (int rank = 0; rank < ranks; rank++)
            {
                plan.Run(1 + rank);
            }
            var (values, numbers) = (Fetch(best, ranks), Fetch(place, ranks));
            Parallel.For(0, left.Taken, i =>
            {
                for (int rank = 0; rank < ranks; rank++)
                {
                    int at = right.Count - (int)numbers[rank][i];
                    // What was left out follows what was not.
                    if (at < 0 || at >= right.Taken || !(values[rank][i] > -Beyond / 2) || left.Lengths[i] >= Beyond)
                    {
                        return;
                    }
                    double lengths = left.Lengths[i] + right.Lengths[at], least = left.Lengths[i] - values[rank][i] - 4 * rounding * lengths;
                    // Those that follow are farther.
                    if (least > found.Squared(query + i, found.Kept - 1))
                    {
                        return;
                    }
                    if (found.Own?[query + i] != first + target + at)
                    {
                        found.Offer(query + i, first + target + at, Rows.SquaredDistance(left.Row(queries, query + i), right.Row(targets, target + at)));
                    }
                }
            });
        }, cancellation);

        float[][] Fetch(Tensor[] tensors, int count) => [.. tensors.Take(count).Select(plan.Fetch)];
    }

    /// <summary>Squared distance of each row to its k-th nearest other one.</summary>
    /// <param name="rows">[N, dimension]</param>
    /// <param name="neighbour">1 for the nearest.</param>
    /// <param name="cancellation">Gives up.</param>
    public double[] Radii(float[] rows, int neighbour, CancellationToken cancellation = default)
    {
        int count = rows.Length / left.Dimension;
        var found = new NearestRows(count, neighbour, [.. Enumerable.Range(0, count)]);
        Search(rows, rows, 0, found, cancellation);
        return found.Squares(neighbour - 1);
    }

    /// <summary>Within how many of the targets' balls each query lies, and which balls hold a query.</summary>
    /// <param name="queries">[N, dimension]</param>
    /// <param name="targets">[M, dimension]</param>
    /// <param name="squares">Squared radius of the ball about each target.</param>
    /// <param name="cancellation">Gives up.</param>
    public (int[] Balls, bool[] Hit) Count(float[] queries, float[] targets, ReadOnlyMemory<double> squares, CancellationToken cancellation = default)
    {
        var inBalls = new int[queries.Length / left.Dimension];
        var isHit = new bool[targets.Length / left.Dimension];
        int bound = -1;
        ForEachBlock(queries, targets, (query, target) =>
        {
            if (bound != target)
            {
                variables.Upload(radii, Bounds(squares.Span.Slice(target, right.Taken)));
            }
            bound = target;
            plan.Run(plan.Segments - 1);
            var (counts, met) = (plan.Fetch(balls), plan.Fetch(hits));
            for (int i = 0; i < left.Taken; i++)
            {
                inBalls[query + i] += (int)counts[i];
            }
            for (int i = 0; i < right.Taken; i++)
            {
                isHit[target + i] |= met[i] > 0;
            }
        }, cancellation);
        return (inBalls, isHit);

        // |x|^2 - (2 x.y - |y|^2) <= r^2 + rounding (|x|^2 + |y|^2); the left side's share is taken from |x|^2.
        float[] Bounds(ReadOnlySpan<double> some)
        {
            var bounds = new float[some.Length];
            for (int i = 0; i < bounds.Length; i++)
            {
                bounds[i] = double.IsFinite(some[i]) && right.Lengths[i] < Beyond ? (float)(some[i] + rounding * right.Lengths[i]) : -Beyond;
            }
            return bounds;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        plan.Dispose();
        variables.Dispose();
    }

    /// <summary>Lays each pair of blocks on the device and has it multiplied.</summary>
    private void ForEachBlock(float[] queries, float[] targets, Action<int, int> work, CancellationToken cancellation)
    {
        if (queries.Length % left.Dimension != 0 || targets.Length % left.Dimension != 0)
        {
            throw new ArgumentException($"{queries.Length} and {targets.Length} numbers are not rows of {left.Dimension}.", nameof(queries));
        }
        variables.Device.Bind();
        for (int target = 0; target < targets.Length / left.Dimension; target += right.Count)
        {
            right.Upload(variables, targets, target, 0);
            for (int query = 0; query < queries.Length / left.Dimension; query += left.Count)
            {
                cancellation.ThrowIfCancellationRequested();
                left.Upload(variables, queries, query, rounding);
                plan.Run(0);
                work(query, target);
            }
        }
    }

    /// <summary>One of the two sides of a block.</summary>
    private sealed class Side(string name, int count, int dimension)
    {
        private readonly Variable rows = new(name, count * dimension);
        private readonly float[] values = new float[count * dimension];

        /// <summary>Numbers of a row.</summary>
        public int Dimension => dimension;

        /// <summary>Rows of a full block.</summary>
        public int Count => count;

        /// <summary>Rows of the block that is there.</summary>
        public int Taken { get; private set; }

        /// <summary>Squared length of each row, on the device: <see cref="Beyond"/> where there is none, or one that is not finite.</summary>
        public Variable Squares { get; } = new($"{name}.squares", count);

        /// <summary>The same here.</summary>
        public double[] Lengths { get; } = new double[count];

        public Tensor Read(Graph graph) => graph.Read(rows, 0, Shape.Of(count, dimension));

        public ReadOnlySpan<float> Row(float[] all, int row) => all.AsSpan(row * dimension, dimension);

        /// <summary>Lays some rows on the device.</summary>
        /// <param name="variables">Its memory.</param>
        /// <param name="all">[N, dimension]</param>
        /// <param name="first">The first of them.</param>
        /// <param name="shorter">The share by which their squared lengths are said to be less than they are.</param>
        public void Upload(VariableStore variables, float[] all, int first, double shorter)
        {
            Taken = Math.Min(count, all.Length / dimension - first);
            Parallel.For(0, count, i =>
            {
                var row = values.AsSpan(i * dimension, dimension);
                Lengths[i] = Beyond;
                row.Clear();
                if (i >= Taken)
                {
                    return;
                }
                var source = Row(all, first + i);
                double square = Rows.SquaredLength(source);
                if (!(square <= Longest))
                {
                    return;
                }
                Lengths[i] = square;
                source.CopyTo(row);
            });
            variables.Upload(rows, values);
            variables.Upload(Squares, [.. Lengths.Select(square => (float)(square * (1 - shorter)))]);
        }
    }
}
