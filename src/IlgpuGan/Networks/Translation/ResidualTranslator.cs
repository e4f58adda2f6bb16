using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// The generator of Zhu, Park, Isola and Efros, "Unpaired image-to-image translation using cycle-consistent adversarial networks" (ICCV 2017, appendix 7.2), after Johnson et al.
/// 2016: two halvings, residual blocks at a quarter of the sides, two doublings, mirrored beyond the border. Sides are multiples of 4 and at least 8; up to 128 pixels there are six
/// blocks, beyond nine.
/// </summary>
public static class ResidualTranslator
{
    private const int Factor = 4, SmallestSide = 8, LargestSideOfSix = 128, MostBlocks = 32;

    // Layers before the first block.
    private const int Before = 10;

    /// <summary>Whether there is a network for an image size.</summary>
    public static bool Supports(int height, int width) => height % Factor == 0 && width % Factor == 0 && Math.Min(height, width) >= SmallestSide;

    /// <summary>Residual blocks of the network for a size; what <see cref="TranslationDesign.Depth"/> must be for weights to draw at another size, whose sides are multiples of 4.</summary>
    public static int Blocks(int height, int width) => Math.Max(height, width) <= LargestSideOfSix ? 6 : 9;

    /// <summary>
    /// The layers of <see cref="Network.ApplyByLayers"/> whose features contrastive translation compares (Park et al. 2020, with the published five): the image itself, both
    /// halvings, the first block and the fifth, or the last where there are fewer.
    /// </summary>
    public static IReadOnlyList<int> ContentLayers(TranslationDesign design) => [0, 4, 7, Before, Before + Math.Min(5, BlocksOf(design)) - 1];

    /// <summary>G: image [N, H, W, C] to image [N, H, W, design.Channels] in [-1, 1].</summary>
    /// <param name="design">Images, width, normalisation; its depth is the number of blocks.</param>
    /// <param name="name">The name of its parameters.</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Generator(TranslationDesign design, string name = "generator")
    {
        ArgumentNullException.ThrowIfNull(design);
        TranslationLayers.RequireShare(design.Dropout);
        Layer Norm() => TranslationLayers.Norm(design.Norm);
        int blocks = BlocksOf(design), width = design.Width;
        return new Network(name, design.Image)
            .Add([new ReflectionPadLayer(3), TranslationLayers.Convolution(width, 7, 1, 0), Norm()]).Relu()
            .Add([TranslationLayers.Convolution(2 * width, 3, 2, 1), Norm()]).Relu()
            .Add([TranslationLayers.Convolution(4 * width, 3, 2, 1), Norm()]).Relu()
            .Add(Enumerable.Range(0, blocks).Select(_ => TranslationLayers.Block(4 * width, Norm, isReflected: true, design.Dropout)))
            .Add([Up(design, 2 * width), Norm()]).Relu()
            .Add([Up(design, width), Norm()]).Relu()
            .Add([new ReflectionPadLayer(3), new TurnedConvolutionLayer(design.Channels, 7, 0)]).Bias().Tanh();
    }

    private static Layer Up(TranslationDesign design, int channels) =>
        design.Upsampling == Upsampling.Resize ? new ResizeConvolutionLayer(channels) : new ConvolutionTransposedLayer(channels, 3, 3, 2, 1, outputPadding: 1);

    private static int BlocksOf(TranslationDesign design)
    {
        var (height, width) = (design.Image[0], design.Image[1]);
        if (!Supports(height, width))
        {
            throw new DesignException($"resnet translates images whose sides are multiples of {Factor} and at least {SmallestSide}, not {width} x {height}; choose another --size.");
        }
        int blocks = design.Depth ?? Blocks(height, width);
        return blocks is >= 1 and <= MostBlocks ? blocks : throw new DesignException($"--stages is {blocks}; a resnet that translates has 1 to {MostBlocks} blocks.");
    }
}
