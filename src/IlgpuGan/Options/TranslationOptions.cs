using System.Text.Json.Serialization;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;

namespace IlgpuGan.Options;

/// <summary>How images are translated into others, beside what every training has. By itself it is pix2pix as two processor cores train it.</summary>
public sealed record TranslationOptions
{
    /// <summary>Names that <see cref="Method"/> may have.</summary>
    public static IReadOnlyList<string> Methods => TranslationMethod.Names;

    /// <summary>What is learnt: one of <see cref="Methods"/>.</summary>
    public string Method { get; init; } = TranslationMethod.Pix2Pix;

    /// <summary>The network that translates; a resnet of stargan is that of its paper.</summary>
    [JsonConverter(typeof(ChoiceJson<TranslatorKind>))]
    public TranslatorKind Translator { get; init; } = TranslatorKind.UNet;

    /// <summary>How often a unet halves the sides, or residual blocks of the others; null: as many as suit the size.</summary>
    public int? Stages { get; init; }

    /// <summary>Normalisation in the translator.</summary>
    [JsonConverter(typeof(ChoiceJson<Normalization>))]
    public Normalization Norm { get; init; } = Normalization.Instance;

    /// <summary>How the translator doubles sides.</summary>
    [JsonConverter(typeof(ChoiceJson<Upsampling>))]
    public Upsampling Upsampling { get; init; }

    /// <summary>The share that the translator drops while it learns; nothing is dropped when it draws.</summary>
    public float Dropout { get; init; }

    /// <summary>Channels of D's first features; null: as many as the translator's.</summary>
    public int? DiscriminatorWidth { get; init; }

    /// <summary>Halvings of the discriminator of patches: what a logit sees is 1, 16, 34, 70, 142 or 286 pixels wide.</summary>
    public int PatchLayers { get; init; } = 2;

    /// <summary>Weight of the mean distance of the translation from the target, of pix2pix.</summary>
    public float L1 { get; init; } = 100;

    /// <summary>Weight of the distance of D's features of both, of pix2pix (Wang et al. 2018, equation 4); 0 for none.</summary>
    public float FeatureMatching { get; init; }

    /// <summary>Weight of the distance of an image from what it is after translation forth and back.</summary>
    public float Cycle { get; init; } = 10;

    /// <summary>Weight of the distance of an image from its translation into what it is already; of cut the weight of their contrast.</summary>
    public float Identity { get; init; } = 5;

    /// <summary>Weight of the contrast of places: the features of a place of a translation are to be like those of its place in the input, and unlike those of others; of cut and fastcut.</summary>
    public float Nce { get; init; } = 0.5f;

    /// <summary>Places that are contrasted in each layer of an image; all where there are fewer.</summary>
    public int NcePlaces { get; init; } = 256;

    /// <summary>Weight of the classes that D reads off a translation, of stargan.</summary>
    public float ClassWeight { get; init; } = 1;

    /// <summary>Translations made before that D may be shown in place of the latest ones (Shrivastava et al. 2017), of cyclegan; 0 for none.</summary>
    public int Pool { get; init; } = 50;

    /// <summary>Whether windows of the size are cut at random out of images that are larger by 286 / 256.</summary>
    public bool RandomCrop { get; init; }

    /// <summary>How the images lie; null: what the names of folders say.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<PairLayout>))]
    public PairLayout? Layout { get; init; }

    /// <summary>Which side is translated into which.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<PairDirection>))]
    public PairDirection Direction { get; init; }

    /// <summary>Channels of what is translated, 1 to 4; null: 1 where all are grey, otherwise 3. Those of the target are <see cref="Data.ImageSetOptions.Channels"/>.</summary>
    public int? InputChannels { get; init; }

    /// <summary>Classes of maps of classes; null: those that the maps have.</summary>
    public int? Classes { get; init; }

    /// <summary>The method of that name.</summary>
    internal TranslationMethod Row => TranslationMethod.Table.First(method => method.Name == Method);
}

/// <summary>A network that translates.</summary>
public enum TranslatorKind
{
    /// <summary><see cref="Networks.Translation.UNet"/>.</summary>
    UNet,

    /// <summary><see cref="ResidualTranslator"/>.</summary>
    ResNet,
}
