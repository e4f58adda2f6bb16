using System.Text.RegularExpressions;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Export;

/// <summary>Which published network a state dictionary is of, read off its names and shapes.</summary>
/// <param name="Kind">The network.</param>
/// <param name="Design">
/// What it is built by. The depth of a discriminator of patches is its layers, that of StarGAN's discriminator its halvings; what they judge is the image, and channels that are drawn are none.
/// Networks that work at every size have the published one.
/// </param>
internal sealed partial record PublishedDesign(PublishedNetwork Kind, TranslationDesign Design)
{
    private const int SidesOfSixBlocks = 128, SidesOfNineBlocks = 256, PublishedPatches = 256;

    // What people take for one of these, by a name that the others do not have.
    private static readonly (string Pattern, string Words)[] lookalikes =
    [
        (@"(^|\.)filt$", "a resnet that blurs where it halves and doubles, as CUT trains it without --no_antialias"),
        (@"^\d+\.conv_block\.0\.", "a resnet whose blocks are padded otherwise than by mirroring"),
        (@"^(model)?1_1\.", "the local enhancer of pix2pixHD"),
        (@"^scale\d+_layer\d+\.|^layer\d+\.\d+\.weight$", "the discriminators of several scales of pix2pixHD"),
        (@"^(mapping|synthesis)\.|\.affine\.weight$", "a network of StyleGAN"),
        (@"^(time_embed|time_mlp|down_blocks|input_blocks)\b", "a network that takes noise away (diffusion)"),
        (@"^(inc|down\d+)\.(double_)?conv\.", "a U-Net that segments"),
        (@"^layer\d+\.\d+\.conv\d+\.weight$", "a ResNet that classifies"),
        (@"^features\.\d+\.weight$", "a VGG or another network that classifies"),
        (@"(^|\.)(attn|self_attn|attention|transformer)\.", "a network with attention"),
    ];

    /// <summary>The network, under a name.</summary>
    /// <exception cref="ArgumentException">There is none of the design.</exception>
    public Network Build(string name) => Kind switch
    {
        PublishedNetwork.UNet => UNet.Generator(Design, name),
        PublishedNetwork.ResNet => ResidualTranslator.Generator(Design, name),
        PublishedNetwork.StarGan => StarGan.Generator(Design, name),
        PublishedNetwork.Patch => PatchGan.Discriminator(new(Design.Image, Design.Width) { Layers = Design.Depth!.Value, Norm = Design.Norm }, name),
        _ => StarGan.Discriminator(Design.Image, Design.Width, Design.Labels, name, Design.Depth),
    };

    /// <summary>What it is, as a part of a sentence.</summary>
    public static string Describe(PublishedNetwork kind, TranslationDesign design)
    {
        int taken = design.Image[2];
        string norm = design.Norm == Normalization.None ? "no normalisation" : $"normalisation by {design.Norm.ToString().ToLowerInvariant()}";
        string drawing = $"width {design.Width}, {taken} to {design.Channels} channels, {norm}, {(design.Upsampling == Upsampling.Resize ? "resize-convolutions" : "transposed convolutions")}";
        return kind switch
        {
            PublishedNetwork.UNet => $"a U-Net of {design.Depth} halvings{(design.Labels > 0 ? $" and {design.Labels} labels" : "")}, {drawing}",
            PublishedNetwork.ResNet => $"a resnet of {design.Depth} blocks, {drawing}{(design.Dropout > 0 ? ", dropout" : "")}",
            PublishedNetwork.StarGan => $"StarGAN's generator of {design.Depth} blocks and {design.Labels} labels, {drawing}",
            PublishedNetwork.Patch => $"a discriminator of patches of {design.Depth} layers, width {design.Width}, {taken} channels, {norm}",
            _ => $"StarGAN's discriminator of {design.Depth} halvings and {design.Labels} labels for images of {design.Image[1]} x {design.Image[0]}, width {design.Width}, {taken} channels",
        };
    }

    /// <summary>Reads names and shapes.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="tensors">The state dictionary, without what its names begin alike with.</param>
    /// <returns>Null where it is like none of them.</returns>
    /// <exception cref="WeightsException">It is like one, and is none; the message says what it looks like.</exception>
    public static PublishedDesign? Of(string path, IReadOnlyDictionary<string, StateTensor> tensors)
    {
        foreach (var (pattern, words) in lookalikes)
        {
            if (tensors.Keys.Any(name => Regex.IsMatch(name, pattern, RegexOptions.CultureInvariant)))
            {
                throw Unknown(path, words);
            }
        }
        try
        {
            return OfShapes(path, tensors);
        }
        catch (ArgumentException fault)
        {
            throw Unknown(path, $"one of the published ones, but {Excerpt.Of(fault.Message)}");
        }
    }

    private static PublishedDesign? OfShapes(string path, IReadOnlyDictionary<string, StateTensor> tensors)
    {
        int[] Blocks(Regex name) => [.. tensors.Keys.Select(key => name.Match(key)).Where(match => match.Success).Select(match => Number(match.Groups[1].Value)).Distinct().Order()];
        var reader = new Reader(path, tensors);
        if (Blocks(ResidualBlock()) is [var first, ..] blocks)
        {
            return first == PublishedName.FirstBlock ? reader.Residual(PublishedNetwork.ResNet, blocks.Length)
                : throw Unknown(path, $"a resnet that halves {Math.Max(0, (first - 4) / 3)} times, as the global generator of pix2pixHD does, where this halves twice");
        }
        if (tensors.Keys.Any(name => name.StartsWith("1.model.", StringComparison.Ordinal)))
        {
            return reader.UNet(1 + tensors.Keys.Count(name => UNetStage().IsMatch(name)));
        }
        if (tensors.ContainsKey("conv1.weight") && tensors.ContainsKey("conv2.weight") && tensors.ContainsKey("main.0.weight"))
        {
            return reader.TwoHeads(tensors.Keys.Count(name => StarGanHalving().IsMatch(name)));
        }
        if (Blocks(StarGanBlock()) is [PublishedName.FirstStarGanBlock, ..] residuals)
        {
            return reader.Residual(PublishedNetwork.StarGan, residuals.Length);
        }
        return reader.Patch();
    }

    /// <summary>What a state dictionary is that is like none of the networks.</summary>
    public static WeightsException Unlike(string path, IReadOnlyDictionary<string, StateTensor> tensors) =>
        Unknown(path, DcganTensors.Generator(tensors) is not null ? "a DCGAN's generator, which draws from latents"
            : DcganTensors.Discriminator(tensors) is not null ? "a DCGAN's discriminator"
            : $"none of the published ones: it has {tensors.Count} tensors, the first \"{Excerpt.Of(tensors.Keys.Order(StringComparer.Ordinal).FirstOrDefault() ?? "")}\"");

    private static int Number(string digits) => int.TryParse(digits, out int number) ? number : -1;

    private static WeightsException Unknown(string path, string words) => WeightsException.Refuse(path, $"is of no network from image to image that is known here: it looks like {words}",
        "give the state dictionary of a unet, resnet or patch discriminator of pytorch-CycleGAN-and-pix2pix, or of StarGAN");

    [GeneratedRegex(@"^(\d+)\.conv_block\.", RegexOptions.CultureInvariant)]
    private static partial Regex ResidualBlock();

    [GeneratedRegex(@"^(\d+)\.main\.\d+\.", RegexOptions.CultureInvariant)]
    private static partial Regex StarGanBlock();

    [GeneratedRegex(@"^1\.model\.(3\.model\.)*1\.weight$", RegexOptions.CultureInvariant)]
    private static partial Regex UNetStage();

    [GeneratedRegex(@"^main\.\d+\.weight$", RegexOptions.CultureInvariant)]
    private static partial Regex StarGanHalving();

    /// <summary>Reads what a network is built by off shapes at known names.</summary>
    private sealed class Reader(string path, IReadOnlyDictionary<string, StateTensor> tensors)
    {
        public PublishedDesign UNet(int depth)
        {
            var names = PublishedName.Of(PublishedNetwork.UNet, depth, drops: false);
            var shape = Shape("0.weight");
            var (upsampling, channels) = Last("3");
            int side = 1 << Math.Min(depth, 12);
            return Checked(new(PublishedNetwork.UNet, new(Graphs.Shape.Of(side, side, shape[1]), channels, shape[0]) { Norm = NormOf(names), Upsampling = upsampling, Depth = depth }));
        }

        public PublishedDesign Residual(PublishedNetwork kind, int blocks)
        {
            bool isStarGan = kind == PublishedNetwork.StarGan;
            int first = isStarGan ? PublishedName.FirstStarGanBlock : PublishedName.FirstBlock;
            // Without dropout a normalisation has that number.
            bool drops = !isStarGan && tensors.GetValueOrDefault($"{first}.conv_block.6.weight")?.Shape.Count == 4;
            var names = PublishedName.Of(kind, blocks, drops);
            var shape = Shape($"{names[0].Convolution}.weight");
            int channels = Shape($"{names[^1].Convolution}.weight")[0], labels = isStarGan ? shape[1] - channels : 0;
            if (isStarGan && labels < 1)
            {
                throw Unknown(path, $"a generator of residual blocks from {shape[1]} to {channels} channels, without planes for labels");
            }
            int side = isStarGan || blocks <= 6 ? SidesOfSixBlocks : SidesOfNineBlocks;
            return Checked(new(kind, new(Graphs.Shape.Of(side, side, shape[1] - labels), channels, shape[0])
            {
                Norm = isStarGan ? Normalization.Instance : NormOf(names),
                Upsampling = Last(names[^2].Convolution).Upsampling,
                Dropout = drops ? 0.5f : 0,
                Depth = blocks,
                Labels = labels,
            }));
        }

        public PublishedDesign TwoHeads(int halvings)
        {
            var (shape, whole) = (Shape("main.0.weight"), Shape("conv2.weight"));
            int Side(int axis) => (int)Math.Min((long)whole[axis] << Math.Min(halvings, 20), 1 << 20);
            var image = Graphs.Shape.Of(Side(2), Side(3), shape[1]);
            return Checked(new(PublishedNetwork.StarGanDiscriminator, new(image, 1, shape[0]) { Norm = Normalization.None, Depth = halvings, Labels = whole[0] }));
        }

        /// <summary>Null where it is none: the published ones shift behind their first convolution.</summary>
        public PublishedDesign? Patch()
        {
            var kernels = tensors.Where(pair => pair.Value.Shape.Count == 4 && pair.Key.EndsWith(".weight", StringComparison.Ordinal));
            int[] convolutions = [.. kernels.Select(pair => Number(pair.Key.Split('.')[0])).Order()];
            if (convolutions is not [0, 2, _, ..] || convolutions.Skip(1).Index().Any(pair => pair.Item != 3 * pair.Index + 2) || !tensors.ContainsKey("0.bias")
                || Shape("0.weight") is not [var width, var channels, var kernel, _] || kernel is not (1 or 4))
            {
                return null;
            }
            int layers = kernel == 1 ? 0 : convolutions.Length - 2;
            int side = Math.Max(PublishedPatches, PatchGan.SmallestSide(Math.Min(layers, 12)));
            var norm = NormOf(PublishedName.Of(PublishedNetwork.Patch, layers, drops: false));
            return Checked(new(PublishedNetwork.Patch, new(Graphs.Shape.Of(side, side, channels), 1, width) { Norm = norm, Depth = layers }));
        }

        private (Upsampling Upsampling, int Channels) Last(string name) => tensors.ContainsKey($"{name}.2.weight") ? (Upsampling.Resize, Shape($"{name}.2.weight")[0])
            : (Upsampling.Transposed, Shape($"{name}.weight")[1]);

        private int[] Shape(string name) => tensors.TryGetValue(name, out var tensor) && tensor is { Shape.Count: 4, Floats.Length: > 0 } ? [.. tensor.Shape]
            : throw Unknown(path, $"one of the published ones, but has no convolution \"{name}\"");

        /// <summary>Normalisation by batch has a scale and running statistics; that by instance nothing but the shift before it.</summary>
        private Normalization NormOf(IReadOnlyList<PublishedName> names)
        {
            var norms = names.Where(name => name.Norm is not null).ToList();
            bool Has(Func<PublishedName, string> name) => norms.Exists(norm => tensors.ContainsKey(name(norm)));
            return Has(norm => $"{norm.Norm}.weight")
                ? Has(norm => $"{norm.Norm}.running_mean") ? Normalization.Batch : throw WeightsException.Refuse(path,
                    "has normalisations with a scale and without running statistics, of which names do not say by what they normalise", "give the design")
                : Has(norm => $"{norm.Convolution}.bias") || Has(norm => $"{norm.Convolution}.2.bias") || Has(norm => $"{norm.Norm}.running_mean") ? Normalization.Instance : Normalization.None;
        }

        private PublishedDesign Checked(PublishedDesign design)
        {
            try
            {
                design.Build("network");
                return design;
            }
            catch (ArgumentException fault)
            {
                throw Unknown(path, $"{Describe(design.Kind, design.Design)} ({fault.Message.TrimEnd('.')})");
            }
        }
    }
}
