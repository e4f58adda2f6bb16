using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// A kind of generator from image to image, as one needs to know it to draw at sizes that it was not trained at: sides that it takes, and how far around a pixel it looks.
/// </summary>
internal sealed class TranslationFamily
{
    // A U-Net of a few stages looks farther than what a tile can spare; what lies beyond tells it little more than brightness.
    private const int FarthestOfUNet = 256;

    private const int SmallestOfAll = 8;

    private readonly Func<TranslationDesign, string, Network> build;
    private readonly Func<int, int, int> depthOf;
    private readonly Func<int, int> factorOf, reachOf;

    private TranslationFamily(Func<TranslationDesign, string, Network> build, Func<int, int, int> depthOf, Func<int, int> factorOf, Func<int, int> reachOf) =>
        (this.build, this.depthOf, this.factorOf, this.reachOf) = (build, depthOf, factorOf, reachOf);

    /// <summary><see cref="Translation.UNet"/>.</summary>
    public static TranslationFamily UNet { get; } =
        new(Translation.UNet.Generator, Translation.UNet.Stages, depth => 1 << depth, depth => Math.Min(3 << depth, FarthestOfUNet));

    /// <summary><see cref="ResidualTranslator"/>: both ends, both halvings, both doublings, and eight pixels for each block at a quarter of the sides.</summary>
    public static TranslationFamily ResNet { get; } = new(ResidualTranslator.Generator, ResidualTranslator.Blocks, _ => 4, blocks => 8 * blocks + 20);

    /// <summary>The generator of <see cref="Translation.StarGan"/>, whose halvings look farther.</summary>
    public static TranslationFamily StarGan { get; } = new(Translation.StarGan.Generator, (_, _) => Translation.StarGan.PublishedBlocks, _ => 4, blocks => 8 * blocks + 24);

    /// <summary>The generator of a design.</summary>
    public Network Build(TranslationDesign design, string name) => build(design, name);

    /// <summary>The generator for another size, whose sides are multiples of <see cref="Factor"/>. Its parameters lie as those of every size do.</summary>
    public Network Build(TranslationDesign design, int height, int width, string name = "generator") =>
        build(design with { Depth = Depth(design), Image = Shape.Of(height, width, design.Image[2]) }, name);

    /// <summary>What both sides of an image must be multiples of.</summary>
    public int Factor(TranslationDesign design) => factorOf(Depth(design));

    /// <summary>The least that both sides of an image must have.</summary>
    public int SmallestSide(TranslationDesign design) => Math.Max(SmallestOfAll, Factor(design));

    /// <summary>Pixels beyond which nothing of the input can change a pixel of the output, but for what normalisation takes from the whole image; a U-Net of many stages looks farther.</summary>
    public int Reach(TranslationDesign design) => reachOf(Depth(design));

    private int Depth(TranslationDesign design) => design.Depth ?? depthOf(design.Image[0], design.Image[1]);
}
