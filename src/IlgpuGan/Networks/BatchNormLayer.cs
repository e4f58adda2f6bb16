using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

internal sealed class BatchNormLayer : Layer
{
    // The published constant, also PyTorch's.
    internal const float Epsilon = 1e-5f;

    private Network? network;
    private Parameter? gamma, beta;
    private int channels, offset;

    internal Parameter Gamma => gamma!;

    internal Parameter Beta => beta!;

    /// <summary>Where its mean begins in <see cref="Network.Moments"/>.</summary>
    internal int MeanOffset => offset;

    /// <summary>Where its variance begins in <see cref="Network.Moments"/>.</summary>
    internal int VarianceOffset => offset + Padded;

    protected override Shape Build(Block block, Shape input)
    {
        network = block.Network;
        channels = input.Columns;
        gamma = block.Add("gamma", Shape.Of(channels), 1, 0.02f);
        beta = block.Add("beta", Shape.Of(channels), 0, 0);
        offset = network.MomentsSize;
        network.MomentsSize += 2 * Padded;
        return input;
    }

    private int Padded => Variable.Align(channels);

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var (mean, variance) = pass.Moments == MomentSource.Measured ? Stored(pass.Graph) : OfBatch(x);
        if (pass.Moments == MomentSource.Measure)
        {
            Store(pass.Graph, mean, variance);
        }
        return pass.Graph.BatchNormalize(x, mean, (variance + Epsilon).ReciprocalSqrt(), pass.Read(gamma!), pass.Read(beta!));
    }

    private static (Tensor Mean, Tensor Variance) OfBatch(Tensor x)
    {
        float share = 1f / x.Shape.Rows;
        var mean = x.SumRows() * share;
        return (mean, (x - mean).Square().SumRows() * share);
    }

    private (Tensor Mean, Tensor Variance) Stored(Graph graph) =>
        (graph.Read(network!.Moments, offset, Shape.Of(channels)), graph.Read(network.Moments, VarianceOffset, Shape.Of(channels)));

    private void Store(Graph graph, Tensor mean, Tensor variance)
    {
        var (oldMean, oldVariance) = Stored(graph);
        var keep = graph.Read(network!.Blend, 0, Shape.Scalar);
        var take = graph.Read(network.Blend, 1, Shape.Scalar);
        graph.Assign(network.Moments, offset, oldMean * keep + mean * take);
        graph.Assign(network.Moments, VarianceOffset, oldVariance * keep + variance * take);
    }
}
