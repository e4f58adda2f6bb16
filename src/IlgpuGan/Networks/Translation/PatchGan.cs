using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>
/// The discriminator of patches of Isola et al. 2017 (section 3.2.2, appendix 6.1.2): a logit for each place of the image, of what lies around it; published are three halvings,
/// where each sees 70 x 70 pixels, and others down to none, where it sees one.
/// </summary>
public static class PatchGan
{
    private const int MostLayers = 5, WidestFactor = 8;

    /// <summary>Sides of what a logit sees.</summary>
    /// <param name="layers">Halvings.</param>
    public static int ReceptiveField(int layers) => layers == 0 ? 1 : 9 * (1 << layers) - 2;

    /// <summary>The least that both sides of an image must have.</summary>
    /// <param name="layers">Halvings.</param>
    public static int SmallestSide(int layers) => layers == 0 ? 1 : 3 << layers;

    /// <summary>D: image [N, H, W, C] to logits [N, P, Q, 1].</summary>
    /// <param name="design">Image, width, halvings.</param>
    /// <param name="name">The name of its parameters.</param>
    /// <exception cref="ArgumentException">The image is too small for it.</exception>
    public static Network Discriminator(PatchDesign design, string name = "discriminator")
    {
        ArgumentNullException.ThrowIfNull(design);
        int layers = design.Layers, smaller = Math.Min(design.Image[0], design.Image[1]);
        if (layers is < 0 or > MostLayers)
        {
            throw new DesignException($"--patch-layers is {layers}; it must be from 0 to {MostLayers}.");
        }
        if (smaller < SmallestSide(layers))
        {
            int least = SmallestSide(layers);
            throw new DesignException($"A discriminator of patches with {layers} layers judges images of at least {least} x {least}, not {design.Image[1]} x {design.Image[0]}; "
                + "give fewer --patch-layers or a larger --size.");
        }
        var network = new Network(name, design.Image).SpectralNorm(design.HasSpectralNorm);
        Network Convolution(int filters, int stride) => layers == 0 ? network.Convolution(filters, kernel: 1, stride: 1, padding: 0) : network.Convolution(filters, kernel: 4, stride, padding: 1);
        Convolution(design.Width, 2).Bias().LeakyRelu(0.2f);
        for (int layer = 1; layer <= Math.Max(1, layers); layer++)
        {
            Convolution(design.Width * Math.Min(WidestFactor, 1 << layer), layer < layers ? 2 : 1).Add(TranslationLayers.Norm(design.Norm)).LeakyRelu(0.2f);
        }
        return Convolution(1, 1).Bias();
    }

    /// <summary>The layers of <see cref="Network.ApplyByLayers"/> whose features feature matching compares: those behind each non-linearity (Wang et al. 2018, equation 4).</summary>
    public static IReadOnlyList<int> FeatureLayers(Network discriminator)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        return [.. discriminator.Layers.Index().Where(layer => layer.Item is LeakyReluLayer).Select(layer => layer.Index)];
    }
}
