using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>Layers one after the other, added to what comes in, or to what other layers make of it.</summary>
/// <param name="main">The residual.</param>
/// <param name="shortcut">The way around it; empty for the input itself.</param>
internal sealed class ResidualLayer(IReadOnlyList<Layer> main, params IReadOnlyList<Layer> shortcut) : Layer
{
    internal IReadOnlyList<Layer> Main => main;

    internal IReadOnlyList<Layer> Shortcut => shortcut;

    protected override Shape Build(Block block, Shape input)
    {
        var output = main.Aggregate(input, (shape, layer) => layer.Declare(block, shape));
        var around = shortcut.Aggregate(input, (shape, layer) => layer.Declare(block, shape));
        return output.Equals(around) ? output : throw new ArgumentException($"A residual of {output} cannot be added to {around}.");
    }

    public override Tensor Apply(Pass pass, Tensor x) =>
        shortcut.Aggregate(x, (value, layer) => layer.Apply(pass, value)) + main.Aggregate(x, (value, layer) => layer.Apply(pass, value));
}

/// <summary>
/// Halves or doubles both sides of [H, W, C] by a fixed separable filter: [1, 3, 3, 1] keeps frequencies apart (Zhang 2019; Karras et al. 2020),
/// [1, 1] is the mean of four pixels, or the nearest pixel.
/// </summary>
/// <param name="isUp">Whether sides double.</param>
/// <param name="taps">The filter along one side, an even number of taps; made to sum to 1.</param>
internal sealed class ResampleLayer(bool isUp, params float[] taps) : Layer
{
    private ConvolutionGeometry? geometry;
    private float[]? filter;

    internal bool IsUp => isUp;

    internal ConvolutionGeometry Geometry => geometry!;

    /// <summary>Weights of the depth-wise convolution, [R, S, 1, C].</summary>
    internal IReadOnlyList<float> Filter => filter!;

    protected override Shape Build(Block block, Shape input)
    {
        int factor = isUp ? 2 : 1, channels = input[2];
        geometry = new(input[0] * factor, input[1] * factor, channels, channels, taps.Length, taps.Length, 2, (taps.Length - 2) / 2, channels);
        // Each pixel that comes in spreads over four.
        float sum = taps.Sum(), scale = (isUp ? 4 : 1) / (sum * sum);
        filter = [.. from a in taps from b in taps from _ in Enumerable.Range(0, channels) select a * b * scale];
        return isUp ? Shape.Of(input[0] * 2, input[1] * 2, channels) : Shape.Of(geometry.OutputHeight, geometry.OutputWidth, channels);
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var weights = pass.Graph.Literal(geometry!.Weights, filter!);
        return isUp ? pass.Graph.ConvolutionDataGradient(geometry, x, weights) : pass.Graph.Convolution(geometry, x, weights);
    }
}

/// <summary>A learnt picture [H, W, C], each channel of it scaled by what comes in: [C] to [H, W, C].</summary>
internal sealed class ScaledPictureLayer(int height, int width) : Layer
{
    private Parameter? picture;

    internal Parameter Picture => picture!;

    protected override Shape Build(Block block, Shape input)
    {
        picture = block.Add("picture", Shape.Of(height, width, input.Columns), 0, 1);
        return picture.Shape;
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        int batch = x.Shape[0], channels = x.Shape.Columns, size = height * width * channels;
        var scales = pass.Graph.RepeatPixels(x.Reshape(batch, 1, channels), Shape.Of(batch, height * width, channels));
        return (scales.Reshape(batch, size) * pass.Read(picture!).Reshape(size)).Reshape(batch, height, width, channels);
    }
}

/// <summary>Sum over the pixels of each channel: [H, W, C] to [C].</summary>
internal sealed class SumPixelsLayer : Layer
{
    protected override Shape Build(Block block, Shape input) => Shape.Of(input.Columns);

    public override Tensor Apply(Pass pass, Tensor x) => pass.Graph.SumPixels(x).Reshape(x.Shape[0], x.Shape.Columns);
}
