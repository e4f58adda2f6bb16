using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>
/// The networks of Huang, Gokaslan, Kuleshov and Tompkin, "The GAN is dead; long live the GAN! A modern GAN baseline" (NeurIPS 2024),
/// configuration E: inverted bottlenecks with grouped 3 x 3 convolutions, no normalisation, [1, 3, 3, 1] resampling. G and D mirror each other.
/// </summary>
public static class R3
{
    private const int Expansion = 2;
    private const float Slope = 0.2f;
    private const int SmallestSide = 4, WidestSide = 32;

    /// <summary>Whether there is a network for an image size: sides halve down to 4 to 7 pixels.</summary>
    public static bool Supports(int height, int width) => Stages(height, width) > 0;

    /// <summary>G: latent [N, latent] to image [N, H, W, C], which nothing keeps within [-1, 1].</summary>
    /// <param name="design">Image, latent, labels, channels of the stages and of their groups, blocks in a stage.</param>
    /// <exception cref="ArgumentException">The size is not supported, or the widths do not fit.</exception>
    public static Network Generator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        int[] widths = Widths(design);
        int last = widths.Length - 1;
        var network = new Network("generator", Shape.Of(design.Latent)).Embed(design.Condition)
            .Add(new LinearLayer(widths[0], hasBias: false, Variance(1)))
            .Add(new ScaledPictureLayer(design.Image[0] >> last, design.Image[1] >> last));
        for (int stage = 0; stage <= last; stage++)
        {
            if (stage > 0)
            {
                AddWidening(network, widths[stage - 1], widths[stage]);
                network.Add(new ResampleLayer(isUp: true, 1, 3, 3, 1));
            }
            AddBlocks(network, design, widths[stage], widths.Length);
        }
        return network.Add(new ConvolutionLayer(design.Image[2], 1, 1, 1, 0, 1, Variance(1)));
    }

    /// <summary>D: image [N, H, W, C] to logit [N, 1].</summary>
    /// <param name="design">Image, labels, channels of the stages and of their groups, blocks in a stage.</param>
    /// <exception cref="ArgumentException">The size is not supported, or the widths do not fit.</exception>
    public static Network Discriminator(NetworkDesign design)
    {
        ArgumentNullException.ThrowIfNull(design);
        int[] widths = Widths(design);
        int last = widths.Length - 1;
        var network = new Network("discriminator", design.Image)
            .SpectralNorm(design.HasSpectralNorm)
            .WithLabelChannels(design.Condition)
            .Add(new ConvolutionLayer(widths[last], 1, 1, 1, 0, 1, Variance(1)));
        for (int stage = last; stage >= 0; stage--)
        {
            AddBlocks(network, design, widths[stage], widths.Length);
            if (stage > 0)
            {
                network.Add(new ResampleLayer(isUp: false, 1, 3, 3, 1));
                AddWidening(network, widths[stage], widths[stage - 1]);
            }
        }
        if (design.HasMinibatchDeviation)
        {
            network.MinibatchDeviation();
        }
        int channels = network.Output.Columns;
        return network
            .Add(new ConvolutionLayer(channels, design.Image[0] >> last, design.Image[1] >> last, 1, 0, channels, Variance(1)))
            .Head(design.Condition, outputs => new LinearLayer(outputs, hasBias: false, Variance(1)));
    }

    private static void AddWidening(Network network, int from, int to)
    {
        if (from != to)
        {
            network.Add(new ConvolutionLayer(to, 1, 1, 1, 0, 1, Variance(1)));
        }
    }

    private static void AddBlocks(Network network, NetworkDesign design, int width, int stages)
    {
        // He et al. 2015 for leaky ReLU, times L^(-1 / (2 m - 2)) for L residuals of m = 3 layers (Zhang, Dauphin and Ma 2019, Fixup).
        float gain = MathF.Sqrt(2 / (1 + Slope * Slope)) * (float)Math.Pow(stages * design.Depth, -0.25);
        int inner = width * Expansion, groups = inner / design.GroupSize;
        if (inner % design.GroupSize != 0)
        {
            throw new DesignException(
                $"{inner} channels (twice the width {width} of a stage) cannot be cut into groups of {design.GroupSize}; give "
                    + $"{(design.StageWidths is null ? "another --width" : "other --stage-widths")}, or a --group-size that divides {inner}.");
        }
        for (int block = 0; block < design.Depth; block++)
        {
            network.Add(new ResidualLayer(
            [
                new ConvolutionLayer(inner, 1, 1, 1, 0, 1, Variance(gain)), new BiasLayer(), Activation(),
                new ConvolutionLayer(inner, 3, 3, 1, 1, groups, Variance(gain)), new BiasLayer(), Activation(),
                new ConvolutionLayer(width, 1, 1, 1, 0, 1, _ => 0),
            ]));
        }
    }

    private static LeakyReluLayer Activation() => new(Slope);

    private static Func<int, float> Variance(float gain) => terms => gain / MathF.Sqrt(terms);

    /// <summary>Channels of the stages, from the smallest images on.</summary>
    /// <exception cref="ArgumentException">The size is not supported, or the widths do not fit.</exception>
    internal static int[] Widths(NetworkDesign design)
    {
        int stages = Stages(design.Image[0], design.Image[1]);
        if (stages == 0)
        {
            throw new DesignException($"r3 draws images whose sides halve down to 4 to 7 pixels, not {design.Image[1]} x {design.Image[0]}; choose another --size, or --network dcgan.");
        }
        if (design.StageWidths is { } given)
        {
            return given.Count == stages ? [.. given]
                : throw new DesignException($"Images of {design.Image[1]} x {design.Image[0]} pixels have {stages} stages, and --stage-widths names {given.Count}; give one width for each stage.");
        }
        int smallest = Math.Min(design.Image[0], design.Image[1]) >> (stages - 1);
        return [.. Enumerable.Range(0, stages).Select(stage => Math.Max(design.GroupSize / 2, design.Width * WidestSide / Math.Max(WidestSide, WidestAt(smallest << stage))))];
    }

    // Sides that are no powers of two count as the power below: 48 pixels are a stage of 32.
    private static int WidestAt(int side) => 1 << (31 - int.LeadingZeroCount(side));

    private static int Stages(int height, int width)
    {
        int stages = 1;
        while (height % 2 == 0 && width % 2 == 0 && Math.Min(height, width) >= 2 * SmallestSide)
        {
            (height, width) = (height / 2, width / 2);
            stages++;
        }
        return Math.Min(height, width) is >= SmallestSide and < 2 * SmallestSide ? stages : 0;
    }
}
