using IlgpuGan.Graphs;

namespace IlgpuGan.Theory;

/// <summary>A distribution that is known: it can be drawn from on the device.</summary>
internal abstract record Distribution
{
    /// <summary>Numbers of one point.</summary>
    public abstract int Dimension { get; }

    /// <summary>Points [count, Dimension], new for each value of the counter.</summary>
    /// <param name="graph">The graph they are drawn in.</param>
    /// <param name="count">Number of points.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="stream">The first of two streams of random numbers.</param>
    /// <param name="counter">Numbers the batches.</param>
    public abstract Tensor Draw(Graph graph, int count, ulong seed, int stream, Counter counter);
}

/// <summary>Gaussians of equal weight and of one deviation along each axis.</summary>
/// <param name="Deviation">Standard deviation.</param>
/// <param name="Means">Their means, one or more, all of one dimension.</param>
internal sealed record GaussianMixture(double Deviation, params double[][] Means) : Distribution
{
    /// <inheritdoc/>
    public override int Dimension => Means[0].Length;

    /// <inheritdoc/>
    public override Tensor Draw(Graph graph, int count, ulong seed, int stream, Counter counter)
    {
        var shape = Shape.Of(count, Dimension);
        var points = graph.RandomNormal(shape, seed, stream, counter) * (float)Deviation + Row(graph, Means[0]);
        if (Means.Length == 1)
        {
            return points;
        }
        // Each step that the uniform number has passed moves the mean on by one component.
        var uniform = graph.RandomUniform(Shape.Of(count, 1), seed, stream + 1, counter);
        for (int i = 1; i < Means.Length; i++)
        {
            var way = Row(graph, [.. Means[i].Zip(Means[i - 1], (to, from) => to - from)]);
            points += (uniform - i / (float)Means.Length).Step().BroadcastTo(shape) * way;
        }
        return points;
    }

    /// <summary>Logarithm of the density.</summary>
    public double LogDensity(ReadOnlySpan<double> point)
    {
        // The largest term is taken out, as far from all means each underflows.
        double largest = double.NegativeInfinity, sum = 0;
        foreach (double[] mean in Means)
        {
            double square = 0;
            for (int i = 0; i < mean.Length; i++)
            {
                square += (point[i] - mean[i]) * (point[i] - mean[i]);
            }
            double term = -square / (2 * Deviation * Deviation);
            sum = term <= largest ? sum + Math.Exp(term - largest) : sum * Math.Exp(largest - term) + 1;
            largest = Math.Max(largest, term);
        }
        return largest + Math.Log(sum / Means.Length) - Dimension * Math.Log(Deviation * Math.Sqrt(2 * Math.PI));
    }

    private static Tensor Row(Graph graph, double[] values) =>
        graph.Literal(Shape.Of(values.Length), [.. values.Select(value => (float)value)]);
}

/// <summary>The upright segment {x} times [0, 1] of the plane, uniformly (Arjovsky et al. 2017, example 1).</summary>
/// <param name="X">Where it stands.</param>
internal sealed record Segment(double X) : Distribution
{
    /// <inheritdoc/>
    public override int Dimension => 2;

    /// <inheritdoc/>
    public override Tensor Draw(Graph graph, int count, ulong seed, int stream, Counter counter) => graph.Concatenate(
        graph.Constant((float)X).BroadcastTo(Shape.Of(count, 1)), graph.RandomUniform(Shape.Of(count, 1), seed, stream, counter));
}
