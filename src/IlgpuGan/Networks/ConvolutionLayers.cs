using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

internal sealed class ConvolutionLayer(
    int filters, int kernelHeight, int kernelWidth, int stride, int padding, int groups = 1, Func<int, float>? deviation = null) : Layer
{
    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    internal ConvolutionGeometry Geometry => geometry!;

    internal Parameter Weight => weight!;

    protected override Shape Build(Block block, Shape input)
    {
        geometry = new(input[0], input[1], input[2], filters, kernelHeight, kernelWidth, stride, padding, groups);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, deviation?.Invoke(geometry.Weights.Rows) ?? 0.02f);
        return Shape.Of(geometry.OutputHeight, geometry.OutputWidth, filters);
    }

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.Convolution(geometry!, x, pass.Read(weight!));
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
        int height = (input[0] - 1) * stride - 2 * padding + kernelHeight + outputPadding;
        int width = (input[1] - 1) * stride - 2 * padding + kernelWidth + outputPadding;
        geometry = new(height, width, channels, input[2], kernelHeight, kernelWidth, stride, padding);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, 0.02f);
        return Shape.Of(height, width, channels);
    }

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.ConvolutionDataGradient(geometry!, x, pass.Read(weight!));
}
