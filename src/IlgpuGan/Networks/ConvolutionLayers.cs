using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <param name="filters">Channels of the output.</param>
/// <param name="kernelHeight">Rows of the kernel.</param>
/// <param name="kernelWidth">Columns of the kernel.</param>
/// <param name="stride">Pixels from one window to the next.</param>
/// <param name="padding">Zeros around the input.</param>
/// <param name="groups">Parts into which channels and filters are cut alike.</param>
/// <param name="deviation">Standard deviation of the weights at first, from the numbers that a filter sees; null: 0.02.</param>
/// <param name="hasBias">Whether a learnt shift of each filter follows, 0 at first.</param>
internal sealed class ConvolutionLayer(
    int filters, int kernelHeight, int kernelWidth, int stride, int padding, int groups = 1, Func<int, float>? deviation = null, bool hasBias = false) : Layer
{
    private ConvolutionGeometry? geometry;
    private Parameter? weight, bias;

    internal ConvolutionGeometry Geometry => geometry!;

    internal Parameter Weight => weight!;

    /// <summary>The shift; null without.</summary>
    internal Parameter? Bias => bias;

    protected override Shape Build(Block block, Shape input)
    {
        geometry = new(input[0], input[1], input[2], filters, kernelHeight, kernelWidth, stride, padding, groups);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, deviation?.Invoke(geometry.Weights.Rows) ?? 0.02f);
        bias = hasBias ? block.Add("bias", Shape.Of(filters), 0, 0) : null;
        return Shape.Of(geometry.OutputHeight, geometry.OutputWidth, filters);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var y = pass.Graph.Convolution(geometry!, x, pass.Read(weight!));
        return bias is null ? y : y + pass.Read(bias);
    }
}

/// <param name="channels">Channels of the output.</param>
/// <param name="kernelHeight">Rows of the kernel.</param>
/// <param name="kernelWidth">Columns of the kernel.</param>
/// <param name="stride">Pixels of the output from one of the input to the next.</param>
/// <param name="padding">Pixels that the output is cut by on every side.</param>
/// <param name="outputPadding">Pixels that are then kept of those at the bottom and on the right, fewer than the stride.</param>
internal sealed class ConvolutionTransposedLayer(int channels, int kernelHeight, int kernelWidth, int stride, int padding, int outputPadding = 0) : Layer
{
    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    internal ConvolutionGeometry Geometry => geometry!;

    internal Parameter Weight => weight!;

    internal int OutputPadding => outputPadding;

    protected override Shape Build(Block block, Shape input)
    {
        if (outputPadding < 0 || outputPadding >= stride)
        {
            throw new ArgumentException($"An output padding of {outputPadding} would add pixels that no window reaches; with a stride of {stride} it is at least 0 and at most {stride - 1}.");
        }
        int height = (input[0] - 1) * stride - 2 * padding + kernelHeight + outputPadding;
        int width = (input[1] - 1) * stride - 2 * padding + kernelWidth + outputPadding;
        geometry = new(height, width, channels, input[2], kernelHeight, kernelWidth, stride, padding);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, 0.02f);
        return Shape.Of(height, width, channels);
    }

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.ConvolutionDataGradient(geometry!, x, pass.Read(weight!));
}
