using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// A kind of generator from image to image, as one needs to know it to draw at sizes that it was not trained at: sides that it takes, and how far around a pixel it looks.
/// </summary>
internal sealed class TranslationFamily
{
    // A U-Net of a few stages looks farther than what a tile can spare; what lies beyond tells it little more than brightness.
    private const int FarthestOfUNet = 256;

    private readonly Func<TranslationDesign, string, Network> build;
    private readonly Func<int, int, int> depthOf;
    private readonly Func<int, int> factorOf, reachOf;
    private readonly int smallest;

    private TranslationFamily(string name, Func<TranslationDesign, string, Network> build, Func<int, int, int> depthOf, Func<int, int> factorOf, Func<int, int> reachOf, int smallest)
    {
        Name = name;
        (this.build, this.depthOf, this.factorOf, this.reachOf, this.smallest) = (build, depthOf, factorOf, reachOf, smallest);
    }

    /// <summary>The families, by the names that an option has for them.</summary>
    public static IReadOnlyList<TranslationFamily> All { get; } =
    [
        new("unet", UNet.Generator, UNet.Stages, depth => 1 << depth, depth => Math.Min(3 << depth, FarthestOfUNet), 8),
        // Both ends, both halvings, both doublings, and eight pixels for each block at a quarter of the sides.
        new("resnet", ResidualTranslator.Generator, ResidualTranslator.Blocks, _ => 4, blocks => 8 * blocks + 20, 8),
        new("stargan", StarGan.Generator, (_, _) => StarGan.PublishedBlocks, _ => 4, blocks => 8 * blocks + 24, 8),
    ];

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>The family of a name.</summary>
    public static TranslationFamily Of(string name) => All.FirstOrDefault(family => family.Name == name)
        ?? throw new DesignException($"There is no translator '{name}'; choose one of {string.Join(", ", All.Select(family => family.Name))}.");

    /// <summary>The generator for a size: that of the design, or another whose sides are multiples of <see cref="Factor"/>. Its parameters lie as those of every size do.</summary>
    public Network Build(TranslationDesign design, int height, int width, string name = "generator") =>
        build(design with { Depth = Depth(design), Image = Shape.Of(height, width, design.Image[2]) }, name);

    /// <summary>What both sides of an image must be multiples of.</summary>
    public int Factor(TranslationDesign design) => factorOf(Depth(design));

    /// <summary>The least that both sides of an image must have.</summary>
    public int SmallestSide(TranslationDesign design) => Math.Max(smallest, Factor(design));

    /// <summary>Pixels beyond which nothing of the input can change a pixel of the output, but for what normalisation takes from the whole image; a U-Net of many stages looks farther.</summary>
    public int Reach(TranslationDesign design) => reachOf(Depth(design));

    private int Depth(TranslationDesign design) => design.Depth ?? depthOf(design.Image[0], design.Image[1]);
}
