using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// A convolution of stride 1 without bias whose kernel lies turned by half a turn: [H, W, C] to [H + 2 p - k + 1, W + 2 p - k + 1, filters]. It is made as the transposed convolution that it
/// then is, whose products are as wide as the kernel where those of a convolution are as wide as the filters: of three filters, that of the colours, most of a vector would be empty.
/// </summary>
/// <param name="filters">Channels of the output, few.</param>
/// <param name="kernel">k, both sides of the kernel.</param>
/// <param name="padding">p, zeros around the input, fewer than k.</param>
internal sealed class TurnedConvolutionLayer(int filters, int kernel, int padding) : Layer
{
    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    /// <summary>The kernel [k, k, filters, C]: tap (r, s) of the convolution is (k - 1 - r, k - 1 - s) of it.</summary>
    internal Parameter Weight => weight!;

    /// <summary>Zeros around the input.</summary>
    internal int Padding => padding;

    protected override Shape Build(Block block, Shape input)
    {
        int cut = 2 * padding - kernel + 1;
        geometry = new(input[0] + cut, input[1] + cut, filters, input[2], kernel, kernel, 1, kernel - 1 - padding);
        block.Next();
        weight = block.Add("weight", geometry.Weights, 0, 0.02f);
        return Shape.Of(geometry.Height, geometry.Width, filters);
    }

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.ConvolutionDataGradient(geometry!, x, pass.Read(weight!));
}
