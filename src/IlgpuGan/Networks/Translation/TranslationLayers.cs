using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>What the lines of the translators' tables have in common.</summary>
internal static class TranslationLayers
{
    /// <summary>The normalisation of a kind; a learnt shift where that is none. A shift before one would be taken away again, so convolutions have none there.</summary>
    public static Layer Norm(Normalization kind) => kind switch
    {
        Normalization.None => new BiasLayer(),
        Normalization.Batch => new BatchNormLayer(),
        Normalization.Layer => new LayerNormLayer(),
        Normalization.Instance => new InstanceNormLayer(hasScale: false),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A convolution without bias.</summary>
    public static ConvolutionLayer Convolution(int filters, int kernel, int stride, int padding) => new(filters, kernel, kernel, stride, padding);

    /// <summary>Layers in their order.</summary>
    public static Network Add(this Network network, IEnumerable<Layer> layers) => layers.Aggregate(network, (before, layer) => before.Add(layer));

    /// <summary>Two convolutions of the width that comes in, added to it, with nothing behind the sum.</summary>
    /// <param name="width">Channels.</param>
    /// <param name="norm">Makes the normalisation.</param>
    /// <param name="isReflected">Whether they see the features mirrored beyond the border, rather than zeros.</param>
    /// <param name="dropout">The share dropped between them.</param>
    public static ResidualLayer Block(int width, Func<Layer> norm, bool isReflected, float dropout = 0)
    {
        Layer[] Half() => isReflected ? [new ReflectionPadLayer(1), Convolution(width, 3, 1, 0), norm()] : [Convolution(width, 3, 1, 1), norm()];
        return new([.. Half(), new LeakyReluLayer(0), .. dropout > 0 ? [new DropoutLayer(dropout)] : (Layer[])[], .. Half()]);
    }

    /// <summary>A share to drop, as it can be.</summary>
    /// <exception cref="DesignException">It is none.</exception>
    public static void RequireShare(float dropout)
    {
        if (dropout is not (>= 0 and < 1))
        {
            throw new DesignException(FormattableString.Invariant($"--dropout is {dropout}; it must be from 0 to below 1."));
        }
    }
}
