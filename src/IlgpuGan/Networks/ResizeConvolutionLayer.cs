using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// Doubles both sides by the nearest pixel, then a 3 x 3 convolution without bias: [H, W, C] to [2 H + rest, 2 W + rest, filters], without the checkerboards of a transposed convolution (Odena,
/// Dumoulin and Olah 2016). Each pixel that comes in is seen by nine taps as one of four, so a transposed 4 x 4 convolution with sums of the weights gives the same with four products in
/// place of nine, and the enlarged image is never made. Of a few pixels the sums take longer than what they spare; there it is done as it is said.
/// </summary>
/// <param name="filters">Channels of the output.</param>
/// <param name="isReflected">Whether the convolution sees the enlarged image mirrored beyond its border, rather than zeros.</param>
/// <param name="rest">Rows and columns more than twice as many, 0 or 1: a convolution sees so many zeros more below and to the right. Not beside a mirrored border.</param>
internal sealed class ResizeConvolutionLayer(int filters, bool isReflected = true, int rest = 0) : Layer
{
    // Taps of the transposed convolution by those of the kernel, turned round: one tap at each end, sums of two neighbours between.
    private static readonly float[] sums = [.. from r in Enumerable.Range(0, 4)
                                               from s in Enumerable.Range(0, 4)
                                               from a in Enumerable.Range(0, 3)
                                               from b in Enumerable.Range(0, 3)
                                               select r - a is 0 or 1 && s - b is 0 or 1 ? 1f : 0f];

    // Products of an image's step, forth and back, are 304 and 216 for each weight at one pixel, 576 and 612 at four, 1408 and 2052 at sixteen; the sums are as many as 288.
    private const int FewPixels = 4;

    private readonly int rest = isReflected && rest != 0 ? throw new ArgumentOutOfRangeException(nameof(rest), rest, "A mirrored border has no rows more.") : rest;
    private ResampleLayer? nearest;
    private ConvolutionGeometry? geometry;
    private Parameter? weight;

    /// <summary>The kernel [3, 3, filters, C], turned by half a turn: tap (r, s) of the convolution is (2 - r, 2 - s) of it.</summary>
    internal Parameter Weight => weight!;

    internal bool IsReflected => isReflected;

    internal int Rest => rest;

    protected override Shape Build(Block block, Shape input)
    {
        if (input[0] * input[1] <= FewPixels && rest == 0)
        {
            nearest = new(isUp: true, 1, 1);
            nearest.Declare(block, input);
            geometry = new(2 * input[0], 2 * input[1], filters, input[2], 3, 3, 1, isReflected ? 2 : 1);
        }
        else
        {
            // An enlarged image is mirrored at its border pixel where the small one has that pixel twice.
            geometry = new(2 * input[0] + rest, 2 * input[1] + rest, filters, input[2], 4, 4, 2, isReflected ? 3 : 1);
        }
        block.Next();
        weight = block.Add("weight", Shape.Of(3, 3, filters, input[2]), 0, 0.02f);
        return Shape.Of(2 * input[0] + rest, 2 * input[1] + rest, filters);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var graph = pass.Graph;
        if (nearest is not null)
        {
            var enlarged = nearest.Apply(pass, x);
            return graph.ConvolutionDataGradient(geometry!, isReflected ? graph.ReflectionPad(enlarged, 1) : enlarged, pass.Read(weight!));
        }
        var kernel = graph.MatrixProduct(graph.Literal(Shape.Of(16, 9), sums), pass.Read(weight!).Reshape(9, filters * x.Shape.Columns));
        return graph.ConvolutionDataGradient(geometry!, isReflected ? graph.ReflectionPad(x, 1, isBorderTwice: true) : x, kernel.Reshape(geometry!.Weights.ToArray()));
    }
}
