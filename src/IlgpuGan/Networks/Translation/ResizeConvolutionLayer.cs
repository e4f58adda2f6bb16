using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// Doubles both sides by the nearest pixel, then a 3 x 3 convolution without bias: [H, W, C] to [2 H, 2 W, filters], without the checkerboards of a transposed convolution (Odena,
/// Dumoulin and Olah 2016). Each pixel that comes in is seen by nine taps as one of four, so a transposed 4 x 4 convolution with sums of the weights gives the same with four products in
/// place of nine; the enlarged image is never made.
/// </summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="isReflected">Whether the convolution sees the enlarged image mirrored beyond its border, rather than zeros.</param>
internal sealed class ResizeConvolutionLayer(int filters, bool isReflected = true) : Layer
{
    // Taps of the transposed convolution by those of the kernel, turned round: one tap at each end, sums of two neighbours between.
    private static readonly float[] sums = [.. from r in Enumerable.Range(0, 4)
                                               from s in Enumerable.Range(0, 4)
                                               from a in Enumerable.Range(0, 3)
                                               from b in Enumerable.Range(0, 3)
                                               select r - a is 0 or 1 && s - b is 0 or 1 ? 1f : 0f];

    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    /// <summary>The kernel [3, 3, filters, C], turned by half a turn: tap (r, s) of the convolution is (2 - r, 2 - s) of it.</summary>
    internal Parameter Weight => weight!;

    internal bool IsReflected => isReflected;

    protected override Shape Build(Block block, Shape input)
    {
        // An enlarged image is mirrored at its border pixel where the small one has that pixel twice.
        geometry = new(2 * input[0], 2 * input[1], filters, input[2], 4, 4, 2, isReflected ? 3 : 1);
        block.Next();
        weight = block.Add("weight", Shape.Of(3, 3, filters, input[2]), 0, 0.02f);
        return Shape.Of(2 * input[0], 2 * input[1], filters);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var graph = pass.Graph;
        var kernel = graph.MatrixProduct(graph.Literal(Shape.Of(16, 9), sums), pass.Read(weight!).Reshape(9, filters * x.Shape.Columns));
        return graph.ConvolutionDataGradient(geometry!, isReflected ? graph.ReflectionPad(x, 1, isBorderTwice: true) : x, kernel.Reshape(geometry!.Weights.ToArray()));
    }
}
