using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Options;

/// <summary>The networks of a translation.</summary>
/// <param name="Generators">What translates: forth, and where a cycle is closed back.</param>
/// <param name="Discriminators">What judges: of what the generator of the same place makes.</param>
internal sealed record TranslationNetworks(IReadOnlyList<Network> Generators, IReadOnlyList<Network> Discriminators)
{
    /// <summary>Names of the generators' parameters.</summary>
    public const string ForthGenerator = "generator", BackGenerator = "back-generator";

    /// <summary>Names of the discriminators' parameters.</summary>
    public const string Discriminator = "discriminator", BackDiscriminator = "back-discriminator";

    /// <summary>What learns with the generators which of their features to compare: a network for each of <see cref="ContentLayers"/>; none where nothing is contrasted.</summary>
    public IReadOnlyList<Network> Heads { get; private init; } = [];

    /// <summary>The layers of the generator forth whose features are contrasted, by <see cref="Network.ApplyByLayers"/>.</summary>
    public IReadOnlyList<int> ContentLayers { get; private init; } = [];

    /// <summary>Sizes that a unet translates.</summary>
    public static SizeRule OfUNet { get; } = new("unet", UNet.Supports);

    /// <summary>Sizes that networks of residual blocks translate.</summary>
    public static SizeRule OfBlocks { get; } = new("translator", ResidualTranslator.Supports);

    /// <summary>The sizes that are translated.</summary>
    public static SizeRule SizesOf(TranslationOptions options) => IsUNet(options) ? OfUNet : OfBlocks;

    /// <summary>The kind of generator.</summary>
    public static TranslationFamily FamilyOf(TranslationOptions options) =>
        IsUNet(options) ? TranslationFamily.UNet : options.Method == TranslationMethod.StarGan ? TranslationFamily.StarGan : TranslationFamily.ResNet;

    /// <summary>What translates, for messages.</summary>
    public static string NameOf(TranslationOptions options) => $"--translator {Choice.Name(options.Translator)}";

    /// <summary>What the generator forth, or the one back, is built by, for images of a size.</summary>
    /// <param name="options">The run's.</param>
    /// <param name="data">What it is trained on: the depth is that for its size.</param>
    /// <param name="height">Rows of the images to be translated.</param>
    /// <param name="width">Columns of them.</param>
    /// <param name="labels">Length of a row of labels; 0 for none.</param>
    /// <param name="isBack">Whether it is the one back.</param>
    public static TranslationDesign Design(TrainingOptions options, RunData data, int height, int width, int labels, bool isBack = false)
    {
        var translation = options.Translation!;
        int input = data.InputSide.Planes, target = data.TargetSide.Planes;
        (input, target) = isBack ? (target, input) : (input, target);
        return new(Shape.Of(height, width, input), target, options.Width)
        {
            Norm = translation.Norm,
            Upsampling = translation.Upsampling,
            Dropout = translation.Dropout,
            Depth = translation.Stages ?? (IsUNet(translation) ? StagesOf(translation, data)
                : translation.Method == TranslationMethod.StarGan ? null : ResidualTranslator.Blocks(data.Height, data.Width)),
            Labels = translation.Method == TranslationMethod.StarGan ? labels : 0,
        };
    }

    /// <summary>The generator forth, for images of a size.</summary>
    /// <exception cref="OptionException">It cannot be built.</exception>
    public static Network Generator(TrainingOptions options, RunData data, int height, int width, int labels) =>
        Checked(() => Built(options.Translation!, Design(options, data, height, width, labels), ForthGenerator));

    /// <summary>All networks of a training.</summary>
    /// <exception cref="OptionException">They cannot be built.</exception>
    public static TranslationNetworks Build(TrainingOptions options, RunData data, int labels) => Checked(() =>
    {
        var translation = options.Translation!;
        var forth = Design(options, data, data.Height, data.Width, labels);
        Network Patches(int channels, string name) => PatchGan.Discriminator(
            new(Shape.Of(data.Height, data.Width, channels), translation.DiscriminatorWidth ?? options.Width)
            {
                Layers = translation.PatchLayers,
                Norm = options.EffectiveNorm,
                HasSpectralNorm = options.SpectralNorm,
            }, name);
        int input = forth.Image[2], target = forth.Channels;
        return translation.Method switch
        {
            TranslationMethod.Pix2Pix => new TranslationNetworks([Built(translation, forth, ForthGenerator)], [Patches(input + target, Discriminator)]),
            TranslationMethod.CycleGan => new(
                [Built(translation, forth, ForthGenerator), Built(translation, Design(options, data, data.Height, data.Width, labels, isBack: true), BackGenerator)],
                [Patches(target, Discriminator), Patches(input, BackDiscriminator)]),
            TranslationMethod.Cut or TranslationMethod.FastCut => Contrasting(translation, forth, Patches),
            TranslationMethod.StarGan => new(
                [Built(translation, forth, ForthGenerator)], [StarGan.Discriminator(Shape.Of(data.Height, data.Width, target), translation.DiscriminatorWidth ?? options.Width, labels)]),
            _ => throw new InvalidOperationException($"There is no method {translation.Method}."),
        };
    });

    private static TranslationNetworks Contrasting(TranslationOptions options, TranslationDesign design, Func<int, string, Network> patches)
    {
        if (IsUNet(options))
        {
            throw new OptionException($"--method {options.Method} contrasts features along the layers of a resnet, and --translator is {Choice.Name(options.Translator)}; give --translator resnet.");
        }
        if (design.Image[2] != design.Channels)
        {
            throw new OptionException($"--method {options.Method} reads translations by the network that made them, and targets have {design.Channels} channels where what is translated has "
                + $"{design.Image[2]}; give --channels and --input-channels the same number, or --method cyclegan.");
        }
        var generator = Built(options, design, ForthGenerator);
        var layers = ResidualTranslator.ContentLayers(design);
        return new([generator], [patches(design.Channels, Discriminator)])
        {
            ContentLayers = layers,
            Heads = [.. layers.Select((layer, i) => ContrastHead.Of(generator.Placed[layer].Output[2], FormattableString.Invariant($"heads{i}")))],
        };
    }

    // One pixel that is enlarged by its nearest is four alike, of which normalisation of each channel leaves nothing.
    private static int StagesOf(TranslationOptions options, RunData data)
    {
        int stages = UNet.Stages(data.Height, data.Width);
        bool endsInOnePixel = Math.Max(data.Height, data.Width) >> stages == 1;
        return endsInOnePixel && options is { Norm: Normalization.Instance, Upsampling: Upsampling.Resize } && UNet.Supports(data.Height / 2, data.Width / 2) ? stages - 1 : stages;
    }

    private static bool IsUNet(TranslationOptions options) => options.Translator == TranslatorKind.UNet;

    private static Network Built(TranslationOptions options, TranslationDesign design, string name) => FamilyOf(options).Build(design, name);

    private static T Checked<T>(Func<T> build)
    {
        try
        {
            return build();
        }
        catch (DesignException fault)
        {
            throw new OptionException(fault.Message);
        }
    }
}
