using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training.Transfer;

/// <summary>One network of a run, the parent's or the new one's, with what its ends mean.</summary>
/// <param name="Network">The network.</param>
/// <param name="Image">Shape of an image [H, W, C], or of a point [features].</param>
/// <param name="Latent">Length of the latent.</param>
/// <param name="Condition">How it takes labels; null for none.</param>
/// <param name="Labels">The labels; null for none.</param>
internal sealed record NetworkSide(Network Network, Shape Image, int Latent, Condition? Condition, LabelChoice? Labels)
{
    /// <summary>G and D of a run.</summary>
    public static (NetworkSide Generator, NetworkSide Discriminator) Of(TrainingOptions options, Shape image, LabelChoice? labels)
    {
        var (generator, discriminator) = options.Build(image, labels?.Width ?? 0);
        var condition = options.DesignFor(image, labels?.Width ?? 0).Condition;
        return (new(generator, image, options.LatentSize, condition, labels), new(discriminator, image, options.LatentSize, condition, labels));
    }

    /// <summary>Channels of an image; of a point its numbers.</summary>
    public int Channels => Image.Columns;

    /// <summary>Pixels whose channels stand side by side where a layer reads or makes an image.</summary>
    public int PixelsOf(Layer layer) => layer is LinearLayer ? Image[0] * Image[1] : 1;

    /// <summary>Length of what labels are embedded into beside the latent.</summary>
    public int Features => Condition?.Features ?? 0;

    /// <summary>Channels of labels that D reads beside the image.</summary>
    public int LabelChannels => Condition?.Kind == ConditionKind.Concatenation ? Condition.Classes : 0;

    /// <summary>Labels that D says beside the logit.</summary>
    public int LabelOutputs => Condition?.Kind == ConditionKind.Classifier ? Condition.Classes : 0;
}
