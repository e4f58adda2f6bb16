using IlgpuGan.Export;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>One of the networks of a run that translates, with what it is among the published ones.</summary>
/// <param name="Network">Its layers.</param>
/// <param name="Published">What it is.</param>
/// <param name="IsGenerator">Whether it translates, rather than judges.</param>
internal sealed record TranslationPart(Network Network, PublishedDesign Published, bool IsGenerator)
{
    /// <summary>Its name in checkpoints and of its file.</summary>
    public string Name => Network.Parameters.Name;

    /// <summary>Under what name a checkpoint keeps moments that came with weights from elsewhere; without them normalisation by batch takes those of the image at hand.</summary>
    public string MomentsName => $"{Name}.moments";

    /// <summary>What the sides of an image must be multiples of.</summary>
    public int Factor => Published.Kind == PublishedNetwork.UNet ? 1 << Published.Design.Depth!.Value : 4;

    /// <summary>All networks of a run: what translates forth is first.</summary>
    /// <exception cref="OptionException">They cannot be built.</exception>
    public static IReadOnlyList<TranslationPart> Of(RunRecord record)
    {
        var (training, data, labels) = (record.Settings.Training, record.Data, record.Labels?.Width ?? 0);
        var networks = TranslationNetworks.Build(training, data, labels);
        return
        [
            .. networks.Generators.Index().Select(generator => new TranslationPart(
                generator.Item, Generator(training, generator.Item, TranslationNetworks.Design(training, data, data.Height, data.Width, labels, isBack: generator.Index > 0)), IsGenerator: true)),
            .. networks.Discriminators.Select(discriminator => new TranslationPart(discriminator, Discriminator(training, discriminator, labels), IsGenerator: false)),
        ];
    }

    private static PublishedDesign Generator(TrainingOptions training, Network network, TranslationDesign design) => new(
        training.Translation!.Translator == TranslatorKind.UNet ? PublishedNetwork.UNet
            : training.Translation.Method == TranslationMethod.StarGan ? PublishedNetwork.StarGan : PublishedNetwork.ResNet,
        design with { Depth = design.Depth ?? network.Layers.Count(layer => layer is ResidualLayer) });

    private static PublishedDesign Discriminator(TrainingOptions training, Network network, int labels)
    {
        var translation = training.Translation!;
        var design = new TranslationDesign(network.Input, 1, translation.DiscriminatorWidth ?? training.Width);
        return translation.Method == TranslationMethod.StarGan
            ? new(PublishedNetwork.StarGanDiscriminator, design with { Norm = Normalization.None, Depth = network.Layers.Count(layer => layer is ConvolutionLayer), Labels = labels })
            : new(PublishedNetwork.Patch, design with { Norm = training.EffectiveNorm, Depth = translation.PatchLayers });
    }
}
