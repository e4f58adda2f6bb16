using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// The networks of Choi et al., "StarGAN: unified generative adversarial networks for multi-domain image-to-image translation" (CVPR 2018, tables 4 and 5). G takes labels as planes
/// beside the image; beyond its border it sees zeros, for of planes that go on as they are normalisation by image would leave nothing. D says of each place whether it is real, and of
/// the image which labels it has.
/// </summary>
public static class StarGan
{
    /// <summary>Residual blocks of the generator.</summary>
    internal const int PublishedBlocks = 6;

    private const int Factor = 4, SmallestSide = 8, MostHalvings = 6, MostBlocks = 32;

    /// <summary>Whether there are networks for an image size.</summary>
    public static bool Supports(int height, int width) => height % Factor == 0 && width % Factor == 0 && Math.Min(height, width) >= SmallestSide;

    /// <summary>G: image [N, H, W, C] and labels [N, design.Labels] to image [N, H, W, design.Channels] in [-1, 1].</summary>
    /// <param name="design">Images, labels, width; its depth is the number of blocks, six by default. Normalisation by instance has scale and shift here, as published.</param>
    /// <param name="name">The name of its parameters.</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Generator(TranslationDesign design, string name = "generator")
    {
        ArgumentNullException.ThrowIfNull(design);
        TranslationLayers.RequireShare(design.Dropout);
        Require(design.Image);
        RequireLabels(design.Labels);
        int blocks = design.Depth ?? PublishedBlocks, width = design.Width;
        if (blocks is < 1 or > MostBlocks)
        {
            throw new DesignException($"--stages is {blocks}; stargan's generator has 1 to {MostBlocks} blocks.");
        }
        Layer Norm() => design.Norm == Normalization.Instance ? new InstanceNormLayer() : TranslationLayers.Norm(design.Norm);
        Layer Up(int channels) => design.Upsampling == Upsampling.Resize ? new ResizeConvolutionLayer(channels, isReflected: false) : new ConvolutionTransposedLayer(channels, 4, 4, 2, 1);
        return new Network(name, design.Image)
            .Add([new LabelChannelsLayer(new(design.Labels, ConditionKind.Concatenation)), TranslationLayers.Convolution(width, 7, 1, 3), Norm()]).Relu()
            .Add([TranslationLayers.Convolution(2 * width, 4, 2, 1), Norm()]).Relu()
            .Add([TranslationLayers.Convolution(4 * width, 4, 2, 1), Norm()]).Relu()
            .Add(Enumerable.Range(0, blocks).Select(_ => TranslationLayers.Block(4 * width, Norm, isReflected: false, design.Dropout)))
            .Add([Up(2 * width), Norm()]).Relu()
            .Add([Up(width), Norm()]).Relu()
            .Add(new TurnedConvolutionLayer(design.Channels, 7, 3)).Tanh();
    }

    /// <summary>D: image [N, H, W, C] to what <see cref="Verdict"/> parts. It halves the image while a side is left of two pixels, at most six times, as 128 x 128 is published.</summary>
    /// <param name="image">Shape of the image.</param>
    /// <param name="width">Channels of its first features; 64 is published.</param>
    /// <param name="labels">How many labels it reads.</param>
    /// <param name="name">The name of its parameters.</param>
    /// <param name="halvings">How often it halves the image, as far as both sides have two pixels to halve; null: as said above.</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Discriminator(Shape image, int width, int labels, string name = "discriminator", int? halvings = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        Require(image);
        RequireLabels(labels);
        var network = new Network(name, image);
        int Smaller() => Math.Min(network.Output[0], network.Output[1]);
        for (int stage = 0; halvings is { } wanted ? stage < wanted : stage < MostHalvings && Smaller() >= 4; stage++)
        {
            if (Smaller() < 2)
            {
                throw new DesignException($"stargan's discriminator halves an image of {image[1]} x {image[0]} at most {stage} times, not {halvings}; choose another --size.");
            }
            network.Convolution(width << stage, kernel: 4, stride: 2, padding: 1).Bias().LeakyRelu(0.01f);
        }
        return network.Add(new TwoHeadsLayer(labels));
    }

    /// <summary>What D says: a logit for each place [N, places], and logits of the labels [N, labels].</summary>
    /// <param name="output">What the discriminator made.</param>
    /// <param name="labels">How many labels it reads.</param>
    public static (Tensor Logits, Tensor Labels) Verdict(Tensor output, int labels)
    {
        ArgumentNullException.ThrowIfNull(output);
        int places = output.Shape.Columns - labels;
        return (output.Graph.Slice(output, 0, places), output.Graph.Slice(output, places, labels));
    }

    private static void RequireLabels(int labels)
    {
        if (labels < 1)
        {
            throw new DesignException("stargan translates between labels, and there are none; give --condition.");
        }
    }

    private static void Require(Shape image)
    {
        if (!Supports(image[0], image[1]))
        {
            throw new DesignException($"stargan translates images whose sides are multiples of {Factor} and at least {SmallestSide}, not {image[1]} x {image[0]}; choose another --size.");
        }
    }
}
