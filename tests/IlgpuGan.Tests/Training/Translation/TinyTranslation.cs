using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>Trainings from image to image on images of 16 x 16, as small as they can be.</summary>
internal static class TinyTranslation
{
    public const int Side = 16;

    /// <summary>The usual settings of a method, narrow.</summary>
    public static TrainingOptions Options(string method, Func<TranslationOptions, TranslationOptions>? change = null)
    {
        var usual = TranslationMethod.UsualOf(method);
        bool isPaired = method == TranslationMethod.Pix2Pix;
        // Those of the papers.
        var options = usual.Translation! with { Translator = isPaired ? TranslatorKind.UNet : TranslatorKind.ResNet, DiscriminatorWidth = 4, Stages = isPaired ? 3 : 1 };
        if (isPaired)
        {
            options = options with { FeatureMatching = 10 };
        }
        return usual with
        {
            Width = 4,
            Batch = 2,
            Condition = method == TranslationMethod.StarGan ? "kind" : null,
            Translation = change?.Invoke(options) ?? options,
        };
    }

    /// <summary>So many images of each kind that the method takes, whose byte i is a formula.</summary>
    public static TrainingData Data(TrainingOptions options, int count, int targetChannels = 0)
    {
        string method = options.Translation!.Method;
        if (method == TranslationMethod.StarGan)
        {
            var kinds = new LabelColumn("kind", ["a", "b"], [.. Enumerable.Range(0, count).Select(i => i % 2)]);
            return TrainingData.Of(ImageSet.FromBytes("images", Side, Side, 3, Bytes(count, 3, 0), [kinds])).ConditionedOn("kind");
        }
        bool isPaired = method == TranslationMethod.Pix2Pix;
        int target = targetChannels > 0 ? targetChannels : isPaired ? 1 : 3;
        PairSide Of(string name, int channels) => new(name, channels) { Originals = null! };
        var facts = new PairListingFacts("formula", isPaired ? PairLayout.SideBySide : PairLayout.Domains, null, []);
        return TrainingData.Of(TranslationPairs.Of(isPaired
            ? new(facts, Of("A", 3), Of("B", target), []) { Training = ImageSet.FromBytes("pairs", Side, Side, 3 + target, Bytes(count, 3 + target, 0)), Warnings = [] }
            : new(facts, Of("A", 3), Of("B", target), [])
            {
                Inputs = ImageSet.FromBytes("A", Side, Side, 3, Bytes(count, 3, 0)),
                Targets = ImageSet.FromBytes("B", Side, Side, target, Bytes(count, target, 1)),
                Warnings = [],
            }));
    }

    /// <summary>The networks of a method that learn, by the names of their parameters.</summary>
    public static IReadOnlyList<string> NetworksOf(string method) => method switch
    {
        TranslationMethod.CycleGan => ["generator", "back-generator", "discriminator", "back-discriminator"],
        TranslationMethod.Cut or TranslationMethod.FastCut => ["generator", "discriminator", .. Enumerable.Range(0, 5).Select(i => $"heads{i}")],
        _ => ["generator", "discriminator"],
    };

    /// <summary>A state whose weights are formulas: parameter p of network n has 0.1 sin(0.1 i + 0.013 i^2 + p + 100 n) at place i, a scale 1 more.</summary>
    public static IReadOnlyDictionary<string, StateTensor> WithFormulas(IReadOnlyDictionary<string, StateTensor> state, IReadOnlyList<string> networks)
    {
        var changed = state.ToDictionary();
        foreach (var (number, network) in networks.Index())
        {
            foreach (var (place, (name, tensor)) in state.Where(pair => pair.Key.StartsWith($"{network}.values.", StringComparison.Ordinal)).Index())
            {
                float first = name.EndsWith("gamma", StringComparison.Ordinal) ? 1 : 0;
                changed[name] = new(tensor.Shape, [.. Enumerable.Range(0, tensor.Floats!.Length).Select(i =>
                    first + (float)(0.1 * Math.Sin(0.1 * i + 0.013 * i * i + place + 100 * number)))]);
            }
        }
        return changed;
    }

    private static byte[] Bytes(int count, int channels, int set) =>
        [.. Enumerable.Range(0, count * Side * Side * channels).Select(i => (byte)((7L * i * i + 31 * i + 13 * (i / 16) + 101 * set) % 256))];
}
