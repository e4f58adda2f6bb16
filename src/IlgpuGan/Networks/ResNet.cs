using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// Residual networks as in Miyato, Kataoka, Koyama and Yoshida, "Spectral normalization for generative adversarial networks" (ICLR 2018, tables
/// 3 and 4): every stage of G doubles the sides, D halves them until 8 pixels are left. Width is the channels of every layer.
/// </summary>
public static class ResNet
{
    private const int SmallestSide = 4, SmallestJudgedSide = 8;

    /// <summary>Whether there is a network for an image size: sides halve down to 4 to 7 pixels.</summary>
    public static bool Supports(int height, int width) => R3.Supports(height, width) && Math.Min(height, width) >= 2 * SmallestJudgedSide;

    /// <summary>G: latent [N, latent] to image [N, H, W, C] in [-1, 1].</summary>
    /// <param name="design">Image, latent, labels, channels.</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Generator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        Require(design);
        var (height, width) = (design.Image[0], design.Image[1]);
        int stages = 0;
        while (Math.Min(height, width) >= 2 * SmallestSide)
        {
            (height, width, stages) = (height / 2, width / 2, stages + 1);
        }
        var network = new Network("generator", Shape.Of(design.Latent)).Embed(design.Condition)
            .Linear(height * width * design.Width).Reshape(height, width, design.Width);
        for (int stage = 0; stage < stages; stage++)
        {
            network.Add(new ResidualLayer(
                [new BatchNormLayer(), Relu(), Up(), Convolution(design.Width), new BiasLayer(), new BatchNormLayer(), Relu(), Convolution(design.Width), new BiasLayer()],
                Up(), Convolution(design.Width, 1), new BiasLayer()));
        }
        return network.BatchNorm().Relu().Add(Convolution(design.Image[2])).Bias().Tanh();
    }

    /// <summary>D: image [N, H, W, C] to logit [N, 1].</summary>
    /// <param name="design">Image, labels, channels.</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Discriminator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        Require(design);
        var network = new Network("discriminator", design.Image)
            .SpectralNorm(design.HasSpectralNorm)
            .WithLabelChannels(design.Condition)
            .Add(new ResidualLayer(
                [Convolution(design.Width), new BiasLayer(), Relu(), Convolution(design.Width), new BiasLayer(), Down()],
                Down(), Convolution(design.Width, 1), new BiasLayer()));
        while (Math.Min(network.Output[0], network.Output[1]) >= 2 * SmallestJudgedSide)
        {
            network.Add(new ResidualLayer(Main(design, [Down()]), Convolution(design.Width, 1), new BiasLayer(), Down()));
        }
        for (int block = 0; block < 2; block++)
        {
            network.Add(new ResidualLayer(Main(design, [])));
        }
        network.Relu();
        if (design.HasMinibatchDeviation)
        {
            network.MinibatchDeviation();
        }
        return network.Add(new SumPixelsLayer()).Head(design.Condition);
    }

    private static Layer[] Main(NetworkDesign design, Layer[] end) =>
        [Relu(), Convolution(design.Width), new BiasLayer(), Relu(), Convolution(design.Width), new BiasLayer(), .. end];

    private static ConvolutionLayer Convolution(int filters, int kernel = 3) =>
        new(filters, kernel, kernel, 1, kernel / 2, 1, terms => MathF.Sqrt(2f / terms));

    private static LeakyReluLayer Relu() => new(0);

    private static ResampleLayer Up() => new(isUp: true, 1, 1);

    private static ResampleLayer Down() => new(isUp: false, 1, 1);

    private static void Require(NetworkDesign design)
    {
        if (!Supports(design.Image[0], design.Image[1]))
        {
            throw new DesignException($"resnet draws images of at least 16 pixels whose sides halve down to 4 to 7, not {design.Image[1]} x {design.Image[0]}; choose another --size, or "
                + "--network dcgan.");
        }
    }
}
