using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// The U-Net (Ronneberger, Fischer and Brox, MICCAI 2015) in the form of Isola, Zhu, Zhou and Efros, "Image-to-image translation with conditional adversarial networks" (CVPR 2017,
/// appendix 6.1): convolutions of 4 x 4 halve the image until they can no more, as many stages double it again, and what was there before a halving goes past it to the stage that
/// undoes it. Sides are halved as long as both are even, at most eight times: 256 x 256 gives the published eight stages, 128 x 128 seven, 96 x 64 five. Both must be multiples of 8.
/// </summary>
public static class UNet
{
    // One more would be wider than what the published network has for any size, and the depth of it is a pixel for 256.
    private const int MostStages = 8, FewestStages = 3;

    private const int WidestFactor = 8;

    // Further up the published network drops nothing, and a small one keeps a stage for what it must not lose.
    private const int DroppingStages = 3;

    /// <summary>Whether there is a network for an image size.</summary>
    public static bool Supports(int height, int width) => Stages(height, width) >= FewestStages;

    /// <summary>How often the network for a size halves it; what <see cref="TranslationDesign.Depth"/> must be for weights to draw at another size, whose sides are multiples of 2^depth.</summary>
    public static int Stages(int height, int width)
    {
        int stages = 0;
        while (stages < MostStages && height % (2 << stages) == 0 && width % (2 << stages) == 0)
        {
            stages++;
        }
        return stages;
    }

    /// <summary>G: image [N, H, W, C], and labels [N, design.Labels] as further planes where there are some, to image [N, H, W, design.Channels] in [-1, 1].</summary>
    /// <param name="design">Images, width, normalisation. The deepest stage has none: of one pixel a normalisation by itself leaves nothing.</param>
    /// <param name="name">The name of its parameters.</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Generator(TranslationDesign design, string name = "generator")
    {
        ArgumentNullException.ThrowIfNull(design);
        TranslationLayers.RequireShare(design.Dropout);
        int stages = StagesOf(design);
        return new Network(name, design.Image)
            .WithLabelChannels(design.Labels > 0 ? new(design.Labels, ConditionKind.Concatenation) : null)
            .Add([Down(design, 0), new BiasLayer(), new LeakyReluLayer(0.2f), new SkipLayer(Below(design, 1, stages)), new LeakyReluLayer(0), Up(design, design.Channels)])
            .Bias().Tanh();
    }

    /// <summary>The way down from what a stage has made, and up to it again.</summary>
    private static Layer[] Below(TranslationDesign design, int stage, int stages)
    {
        bool isDeepest = stage == stages - 1;
        // Counted from the deepest.
        bool drops = design.Dropout > 0 && stages - stage <= Math.Min(DroppingStages, stages - FewestStages);
        return
        [
            Down(design, stage), isDeepest ? new BiasLayer() : TranslationLayers.Norm(design.Norm),
            // What goes past a stage loses what is negative behind it anyway.
            .. isDeepest ? (Layer[])[] : [new LeakyReluLayer(0.2f), new SkipLayer(Below(design, stage + 1, stages))],
            new LeakyReluLayer(0), Up(design, Width(design, stage - 1)), TranslationLayers.Norm(design.Norm),
            .. drops ? [new DropoutLayer(design.Dropout)] : (Layer[])[],
        ];
    }

    private static ConvolutionLayer Down(TranslationDesign design, int stage) => TranslationLayers.Convolution(Width(design, stage), 4, 2, 1);

    private static Layer Up(TranslationDesign design, int channels) =>
        design.Upsampling == Upsampling.Resize ? new ResizeConvolutionLayer(channels) : new ConvolutionTransposedLayer(channels, 4, 4, 2, 1);

    private static int Width(TranslationDesign design, int stage) => design.Width * Math.Min(WidestFactor, 1 << stage);

    private static int StagesOf(TranslationDesign design)
    {
        var (height, width) = (design.Image[0], design.Image[1]);
        int most = Stages(height, width), stages = design.Depth ?? most;
        if (most < FewestStages)
        {
            throw new DesignException($"unet draws images whose sides are multiples of {1 << FewestStages}, not {width} x {height}; choose another --size, or --translator resnet.");
        }
        return stages < FewestStages || stages > MostStages ? throw new DesignException($"--stages is {stages}; a unet halves an image {FewestStages} to {MostStages} times.")
            : stages > most ? throw new DesignException($"--stages is {stages}; images of {width} x {height} pixels can be halved {most} times at most.")
            : stages;
    }
}
