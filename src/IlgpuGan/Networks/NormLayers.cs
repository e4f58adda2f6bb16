using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>A learnt shift of each channel.</summary>
internal sealed class BiasLayer : Layer
{
    private Parameter? bias;

    internal Parameter Bias => bias!;

    protected override Shape Build(Block block, Shape input)
    {
        bias = block.Add("bias", Shape.Of(input.Columns), 0, 0);
        return input;
    }

    public override Tensor Apply(Pass pass, Tensor x) => x + pass.Read(bias!);
}

/// <summary>A normalisation of each image by itself. It is made of plain operations, so its second derivatives are exact too.</summary>
/// <param name="hasScale">Whether a learnt scale and shift of each channel follow.</param>
internal abstract class ImageNormLayer(bool hasScale) : Layer
{
    // The published constant, also PyTorch's.
    internal const float Epsilon = 1e-5f;

    private Parameter? gamma, beta;

    /// <summary>The scale; null without.</summary>
    internal Parameter? Gamma => gamma;

    /// <summary>The shift; null without.</summary>
    internal Parameter? Beta => beta;

    protected override Shape Build(Block block, Shape input)
    {
        if (hasScale)
        {
            gamma = block.Add("gamma", Shape.Of(input.Columns), 1, 0);
            beta = block.Add("beta", Shape.Of(input.Columns), 0, 0);
        }
        return input;
    }

    public override Tensor Apply(Pass pass, Tensor x)
    {
        var centred = x - Repeat(Mean(x), x.Shape);
        var normal = centred * Repeat((Mean(centred.Square()) + Epsilon).ReciprocalSqrt(), x.Shape);
        return gamma is null ? normal : normal * pass.Read(gamma) + pass.Read(beta!);
    }

    /// <summary>The means of what is normalised together.</summary>
    protected abstract Tensor Mean(Tensor x);

    /// <summary>Means repeated for all that is normalised together.</summary>
    protected abstract Tensor Repeat(Tensor means, Shape shape);
}

/// <summary>Each image over its channels and pixels (Ba et al. 2016).</summary>
internal sealed class LayerNormLayer() : ImageNormLayer(hasScale: true)
{
    protected override Tensor Mean(Tensor x)
    {
        int size = x.Shape.Size / x.Shape[0];
        return x.Reshape(x.Shape[0], size).SumColumns() * (1f / size);
    }

    protected override Tensor Repeat(Tensor means, Shape shape) =>
        means.BroadcastTo(Shape.Of(shape[0], shape.Size / shape[0])).Reshape(shape.ToArray());
}

/// <summary>Each channel of each image over its pixels (Ulyanov et al. 2016).</summary>
/// <param name="hasScale">Whether a learnt scale and shift of each channel follow.</param>
internal sealed class InstanceNormLayer(bool hasScale = true) : ImageNormLayer(hasScale)
{
    protected override Tensor Mean(Tensor x)
    {
        int pixels = x.Shape.Rows / x.Shape[0];
        return x.Graph.SumPixels(x) * (1f / pixels);
    }

    protected override Tensor Repeat(Tensor means, Shape shape) => means.Graph.RepeatPixels(means, shape);
}

/// <summary>
/// Appends to [H, W, C] a channel with the standard deviation over a group of up to four images, mean over pixels and channels (Karras et al.
/// 2018): image n is in the group of n modulo the number of groups.
/// </summary>
internal sealed class MinibatchDeviationLayer : Layer
{
    private const int LargestGroup = 4;
    private const float Epsilon = 1e-8f;

    protected override Shape Build(Block block, Shape input) => Shape.Of([.. input.ToArray()[..^1], input.Columns + 1]);

    public override Tensor Apply(Pass pass, Tensor x)
    {
        int batch = x.Shape[0], size = x.Shape.Size / batch, pixels = size / x.Shape.Columns;
        int group = Enumerable.Range(1, LargestGroup).Last(count => batch % count == 0), groups = batch / group;
        var members = x.Reshape(group, groups * size);
        var centred = members - members.SumRows() * (1f / group);
        var deviation = (centred.Square().SumRows() * (1f / group) + Epsilon).Sqrt();
        var ofGroup = deviation.Reshape(groups, size).SumColumns() * (1f / size);
        var ofImage = ofGroup.Reshape(groups).BroadcastTo(Shape.Of(group, groups)).Reshape(batch, 1);
        var channel = ofImage.BroadcastTo(Shape.Of(batch, pixels)).Reshape([.. x.Shape.ToArray()[..^1], 1]);
        return pass.Graph.Concatenate(x, channel);
    }
}
