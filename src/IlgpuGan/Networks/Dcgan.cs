using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// The networks of Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional generative adversarial
/// networks" (ICLR 2016), for images of any size whose sides are multiples of 4 and at least 16. Each stage halves the image until
/// a side would fall below 3 or <see cref="Halving"/> leaves it; 64 x 64 gives the published four stages from 4 x 4. Stage widths that are given decide the stages, too.
/// </summary>
public static class Dcgan
{
    // Wider than eight times the base, the deepest layers of large images would hold most of the parameters for no gain.
    private const int WidestFactor = 8;

    /// <summary>Whether there is a network for an image size.</summary>
    public static bool Supports(int height, int width) => height >= 16 && width >= 16 && height % 4 == 0 && width % 4 == 0;

    /// <summary>G: latent [N, 1, 1, latent] to image [N, height, width, channels] in [-1, 1].</summary>
    /// <param name="design">Image, latent, labels; its width is the channels of the feature map nearest the image (ngf).</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Generator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        var (height, width) = (design.Image[0], design.Image[1]);
        int stages = Stages(design);
        var first = Shape.Of(height >> stages, width >> stages, Width(design, stages - 1));
        var network = new Network("generator", design.HasLinearStart ? Shape.Of(design.Latent) : Shape.Of(1, 1, design.Latent)).Embed(design.Condition);
        if (design.HasLinearStart)
        {
            network.Add(new LinearLayer(first.Size, hasBias: false, _ => 0.02f)).BatchNorm().Relu().Reshape(first.ToArray());
        }
        else
        {
            network.ConvolutionTransposed(first[2], first[0], first[1], stride: 1, padding: 0).BatchNorm().Relu();
        }
        for (int stage = stages - 2; stage >= 0; stage--)
        {
            Double(network, design, Width(design, stage), height >> stage + 1).BatchNorm().Relu();
        }
        Double(network, design, design.Image[2], height);
        return (design.HasOutputBias ? network.Bias() : network).Tanh();
    }

    /// <summary>D: image [N, height, width, channels] to logit [N, 1].</summary>
    /// <param name="design">Image, labels, normalisation; its width is the channels of the feature map nearest the image (ndf).</param>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    public static Network Discriminator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        var (height, width) = (design.Image[0], design.Image[1]);
        int stages = Stages(design);
        var network = new Network("discriminator", design.Image)
            .SpectralNorm(design.HasSpectralNorm)
            .WithLabelChannels(design.Condition)
            .Add(Halve(Width(design, 0), design.HasDiscriminatorBias)).LeakyRelu(0.2f);
        for (int stage = 1; stage < stages; stage++)
        {
            // What takes the place of a normalisation is a shift already.
            network.Add(Halve(Width(design, stage), design.HasDiscriminatorBias && design.Norm != Normalization.None)).Normalize(design.Norm).LeakyRelu(0.2f);
        }
        if (design.HasMinibatchDeviation)
        {
            network.MinibatchDeviation();
        }
        return network.Head(design.Condition, outputs => new ConvolutionLayer(outputs, height >> stages, width >> stages, stride: 1, padding: 0, hasBias: design.HasDiscriminatorBias));
    }

    /// <summary>Doubles both sides, to an odd one with a row more. A kernel of odd side doubles with an output padding of 1, one of even side makes the row by it.</summary>
    private static Network Double(Network network, NetworkDesign design, int channels, int height)
    {
        int row = height % 2;
        if (design.Upsampling == Upsampling.Resize)
        {
            return network.Add(new ResizeConvolutionLayer(channels, isReflected: false, row));
        }
        int kernel = design.GeneratorKernel;
        return network.ConvolutionTransposed(channels, kernel, kernel, stride: 2, padding: (kernel - 1) / 2 - (kernel % 2 & row), outputPadding: kernel % 2 ^ row);
    }

    private static ConvolutionLayer Halve(int filters, bool hasBias) => new(filters, 4, 4, stride: 2, padding: 1, hasBias: hasBias);

    /// <summary>Channels of the feature maps, from the smallest on.</summary>
    /// <exception cref="ArgumentException">The size is not supported.</exception>
    internal static IReadOnlyList<int> Widths(NetworkDesign design) => [.. Enumerable.Range(0, Stages(design)).Reverse().Select(stage => Width(design, stage))];

    private static int Width(NetworkDesign design, int stage) =>
        design.StageWidths is { } given ? given[given.Count - 1 - stage] : design.Width * Math.Min(WidestFactor, 1 << stage);

    /// <summary>Whether feature maps that have been halved so often may be halved once more.</summary>
    private static bool Halves(NetworkDesign design, int times)
    {
        var (rows, columns) = ((design.Image[0] >> times) % 2, (design.Image[1] >> times) % 2);
        return design.Halving == Halving.Any ? rows == columns : rows + columns == 0;
    }

    private static int Stages(NetworkDesign design)
    {
        var (height, width) = (design.Image[0], design.Image[1]);
        if (!Supports(height, width))
        {
            throw new DesignException($"dcgan draws images whose sides are multiples of 4 and at least 16, not {width} x {height}; choose another --size or --network mlp.");
        }
        if (design.StageWidths is { Count: var given })
        {
            return given < 20 && Math.Min(height, width) >> given > 0 && Enumerable.Range(0, given).All(stage => Halves(design, stage)) ? given
                : throw new DesignException($"Images of {width} x {height} pixels cannot be halved {given} times, once for each of the widths; give fewer --stage-widths.");
        }
        int stages = 2;
        while (Halves(design, stages) && Math.Min(height, width) >> (stages + 1) >= 3)
        {
            stages++;
        }
        return stages;
    }
}
