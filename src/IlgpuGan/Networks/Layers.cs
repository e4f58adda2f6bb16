using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

internal sealed class ConvolutionLayer(
    int filters, int kernelHeight, int kernelWidth, int stride, int padding, int groups = 1, Func<int, float>? deviation = null) : Layer
{
    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    internal ConvolutionGeometry Geometry => geometry!;

    internal Parameter Weight => weight!;

    internal override Shape Build(Block block, Shape input)
    {
        geometry = new(input[0], input[1], input[2], filters, kernelHeight, kernelWidth, stride, padding, groups);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, deviation?.Invoke(geometry.Weights.Rows) ?? 0.02f);
        return Shape.Of(geometry.OutputHeight, geometry.OutputWidth, filters);
    }

    internal override Tensor Apply(Pass pass, Tensor x) => pass.Graph.Convolution(geometry!, x, pass.Read(weight!));
}

internal sealed class ConvolutionTransposedLayer(int channels, int kernelHeight, int kernelWidth, int stride, int padding) : Layer
{
    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    internal ConvolutionGeometry Geometry => geometry!;

    internal Parameter Weight => weight!;

    internal override Shape Build(Block block, Shape input)
    {
        int height = (input[0] - 1) * stride - 2 * padding + kernelHeight;
        int width = (input[1] - 1) * stride - 2 * padding + kernelWidth;
        geometry = new(height, width, channels, input[2], kernelHeight, kernelWidth, stride, padding);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, 0.02f);
        return Shape.Of(height, width, channels);
    }

    internal override Tensor Apply(Pass pass, Tensor x) => pass.Graph.ConvolutionDataGradient(geometry!, x, pass.Read(weight!));
}

/// <param name="features">Length of the output.</param>
/// <param name="hasBias">Whether a learnt shift follows.</param>
/// <param name="deviation">Standard deviation of the weights at first, from the length of the input; null: sqrt(2 / fan in).</param>
/// <param name="biasDeviation">Standard deviation of the shift at first.</param>
internal sealed class LinearLayer(int features, bool hasBias = true, Func<int, float>? deviation = null, float biasDeviation = 0) : Layer
{
    private Parameter? weight, bias;

    internal Parameter Weight => weight!;

    internal Parameter? Bias => bias;

    internal override Shape Build(Block block, Shape input)
    {
        block.Next();
        weight = block.Add("weight", Shape.Of(input.Size, features), 0, deviation?.Invoke(input.Size) ?? MathF.Sqrt(2f / input.Size));
        bias = hasBias ? block.Add("bias", Shape.Of(features), 0, biasDeviation) : null;
        return Shape.Of(features);
    }

    internal override Tensor Apply(Pass pass, Tensor x)
    {
        var product = pass.Graph.MatrixProduct(x.Reshape(x.Shape[0], x.Shape.Size / x.Shape[0]), pass.Read(weight!));
        return bias is null ? product : product + pass.Read(bias);
    }
}

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

    internal override Shape Build(Block block, Shape input)
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

    internal override Tensor Apply(Pass pass, Tensor x)
    {
        var (mean, variance) = pass.Moments == MomentSource.Measured ? Stored(pass.Graph) : OfBatch(x);
        if (pass.Moments == MomentSource.Measure)
            Store(pass.Graph, mean, variance);
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

/// <summary>x where positive, else slope x.</summary>
internal sealed class LeakyReluLayer(float slope) : Layer
{
    internal float Slope => slope;

    internal override Shape Build(Block block, Shape input) => input;

    internal override Tensor Apply(Pass pass, Tensor x) => x.LeakyRelu(slope);
}

internal sealed class TanhLayer : Layer
{
    internal override Shape Build(Block block, Shape input) => input;

    internal override Tensor Apply(Pass pass, Tensor x) => x.Tanh();
}

internal sealed class ReshapeLayer(Shape shape) : Layer
{
    internal Shape Target => shape;

    internal override Shape Build(Block block, Shape input) =>
        input.Size == shape.Size ? shape : throw new ArgumentException($"{input} has not as many elements as {shape}.");

    internal override Tensor Apply(Pass pass, Tensor x) => x.Reshape([x.Shape[0], .. shape.ToArray()]);
}
