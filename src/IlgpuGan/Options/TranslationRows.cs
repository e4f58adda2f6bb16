using System.Runtime.CompilerServices;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Networks;
using IlgpuGan.Networks.Translation;
using static IlgpuGan.Options.OptionDomain;

namespace IlgpuGan.Options;

/// <summary>The options of translation.</summary>
internal static class TranslationRows
{
    // What says how images are drawn from noise.
    private static readonly IReadOnlyCollection<string> drawing =
    [
        "network", "depth", "stage-widths", "output-bias", "linear-start", "halving", "g-kernel", "d-bias", "group-size", "minibatch-stddev", "d-condition", "mismatched", "latent", "leaves", "reduce",
        "penalty-every", "freeze-d", "freeze-g", "lecam", "augment", "augment-policy", "ada-target", "ada-kimg", "ada-p",
    ];

    private static readonly TranslationOptions none = new();

    private static readonly IReadOnlyList<string> byContrast = [TranslationMethod.Cut, TranslationMethod.FastCut];

    private static readonly IReadOnlyList<string> byPairs = [TranslationMethod.Pix2Pix, TranslationMethod.CycleGan, .. byContrast];

    /// <summary>Their rows.</summary>
    public static IReadOnlyList<RunOption> All { get; } =
    [
        Row("translator", o => o.Translator, (o, v) => o with { Translator = v }, OneOf<TranslatorKind>(), "Network that translates"),
        Row("stages", o => o.Stages, (o, v) => o with { Stages = v }, Between(1, 32).OrNone(), "How often a unet halves the image, or residual blocks of a resnet") with
        {
            Otherwise = "as many as suit the size",
        },
        Row("g-norm", o => o.Norm, (o, v) => o with { Norm = v }, OneOf<Normalization>(), "Normalisation in the translator"),
        Row("dropout", o => o.Dropout, (o, v) => o with { Dropout = v }, Below1, "Share that the translator drops while it learns", byPairs),
        Row("d-width", o => o.DiscriminatorWidth, (o, v) => o with { DiscriminatorWidth = v }, Between(1, 8192).OrNone(), "Channels of D's first features") with { Otherwise = "those of --width" },
        Row("patch-layers", o => o.PatchLayers, (o, v) => o with { PatchLayers = v }, Between(0, 5), "Halvings in D, each of whose logits then sees 1, 16, 34, 70, 142 or 286 pixels",
            byPairs),
        Row("l1", o => o.L1, (o, v) => o with { L1 = v }, Between(0f, 1e6f), "Weight of the distance from the target", [TranslationMethod.Pix2Pix]),
        Row("feature-matching", o => o.FeatureMatching, (o, v) => o with { FeatureMatching = v }, Between(0f, 1e6f),
            "Weight of the distance from it in D's features, 0 for none", [TranslationMethod.Pix2Pix]),
        Row("cycle", o => o.Cycle, (o, v) => o with { Cycle = v }, Between(0f, 1e6f),
            "Weight of the distance after translation forth and back", [TranslationMethod.CycleGan, TranslationMethod.StarGan]),
        Row("identity", o => o.Identity, (o, v) => o with { Identity = v }, Between(0f, 1e6f), "Weight of keeping what is a target already, 0 for none",
            [TranslationMethod.CycleGan, TranslationMethod.StarGan, .. byContrast]),
        Row("nce", o => o.Nce, (o, v) => o with { Nce = v }, Between(0f, 1e6f), "Weight of likeness to the same place of the input, rather than to others", byContrast),
        Row("nce-places", o => o.NcePlaces, (o, v) => o with { NcePlaces = v }, Between(1, 4096), "Places that are contrasted in each layer of an image", byContrast),
        Row("class-weight", o => o.ClassWeight, (o, v) => o with { ClassWeight = v }, Between(0f, 1e6f), "Weight of the labels that D reads off images", [TranslationMethod.StarGan]),
        Row("pool", o => o.Pool, (o, v) => o with { Pool = v }, Between(0, 10_000), "Earlier translations that D is shown, too", [TranslationMethod.CycleGan]),
        Row("random-crop", o => o.RandomCrop, (o, v) => o with { RandomCrop = v }, Switch, "Cut windows of --size out of images that are larger by 286/256", byPairs),
        Row("layout", o => o.Layout is { } layout ? PairLayoutRow.Of(layout).Name : null,
            (o, v) => o with { Layout = PairLayoutRow.All.FirstOrDefault(row => row.Name == v)?.Layout },
            OneOf([.. PairLayoutRow.All.Where(row => !row.IsBuiltIn).Select(row => row.Name)]).OrNone(), "How the images lie", byPairs) with
        {
            Property = nameof(TranslationOptions.Layout),
            Otherwise = "as the names of folders say",
        },
        Row("direction", o => o.Direction.ToString(), (o, v) => o with { Direction = Enum.Parse<PairDirection>(v) }, OneOf(Enum.GetNames<PairDirection>()),
            "Which side is translated into which", byPairs) with
        {
            Property = nameof(TranslationOptions.Direction),
        },
        Row("input-channels", o => o.InputChannels, (o, v) => o with { InputChannels = v }, Between(1, 4).OrNone(), "Channels of what is translated; --channels is of the target", byPairs) with
        {
            Otherwise = "3, or 1 where all are grey",
        },
        Row("classes", o => o.Classes, (o, v) => o with { Classes = v }, Between(2, ClassMapSide.MostClasses).OrNone(), "Classes of maps of class numbers", byPairs) with
        {
            Otherwise = "those that the maps have",
        },
    ];

    /// <summary>The rows of all options, of which those of images that are drawn from noise are refused where images are translated.</summary>
    public static IReadOnlyList<RunOption> Without(IReadOnlyList<RunOption> rows) => [.. rows.Select(row => drawing.Contains(row.Name) ? Barred(row, _ => true)
        : row.Name == "condition" ? Barred(row, method => method != TranslationMethod.StarGan) : row)];

    private static RunOption Barred(RunOption row, Func<string, bool> isBarred)
    {
        var unbarred = new OptionNeeds(settings => settings.Training.Translation is not { } translation || !isBarred(translation.Method),
            "says how images are drawn from noise, and --method {method} translates images; leave {option} out");
        return row with { Needs = row.Needs is { } needs ? needs with { First = unbarred } : unbarred };
    }

    private static RunOption<T> Row<T>(
        string name, Func<TranslationOptions, T> get, Func<TranslationOptions, T, TranslationOptions> set, OptionDomain<T> domain, string meaning, IReadOnlyList<string>? methods = null,
        [CallerArgumentExpression(nameof(get))] string reading = "") =>
        new(name, OptionRows.PropertyOf(reading), OptionPart.Training, meaning, domain, settings => get(settings.Training.Translation ?? none),
            (settings, value) => settings with { Training = settings.Training with { Translation = Changed(settings.Training.Translation, options => set(options, value)) } })
        {
            IsForImages = true,
            Needs = new(settings => settings.Training.Translation is { } translation && (methods ?? TranslationOptions.Methods).Contains(translation.Method),
                $"is of --method {string.Join(" or ", methods ?? TranslationOptions.Methods)}; give that too, or leave {{option}} out"),
        };

    // What is given beside images that are drawn from noise is kept until it is refused, by a method that translates nothing.
    private static TranslationOptions? Changed(TranslationOptions? options, Func<TranslationOptions, TranslationOptions> change) =>
        options is not null ? change(options) : change(none) is var changed && changed == none ? null : changed with { Method = TranslationMethod.None };
}
