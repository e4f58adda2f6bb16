using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>Weights of networks that translate, from files that this program exported or PyTorch wrote.</summary>
internal static class ImportedTranslation
{
    // Discriminators of patches judge no smaller ones.
    private const int SmallestSide = 64;

    private const int MostChannels = 4;

    private const string LabelName = "label";

    /// <summary>The run that a published generator could be of: of pix2pix, or of StarGAN with labels that are numbered.</summary>
    /// <param name="path">Its file, for messages.</param>
    /// <param name="published">The network.</param>
    /// <exception cref="WeightsException">No run has such images, or it judges images.</exception>
    public static RunRecord RecordOf(string path, PublishedDesign published)
    {
        var (kind, design) = published;
        if (kind is PublishedNetwork.Patch or PublishedNetwork.StarGanDiscriminator)
        {
            throw WeightsException.Refuse(path, $"is {PublishedDesign.Describe(kind, design)}, which judges images and makes none", "give the generator's file, or a folder with both");
        }
        int taken = design.Image[2], side = Math.Max(design.Image[0], SmallestSide);
        if (taken > MostChannels || design.Channels > MostChannels)
        {
            throw WeightsException.Refuse(path, $"translates images of {taken} channels to {design.Channels}, and those of a run have 1 to {MostChannels}", "use it from a program: TranslationWeights.FromPyTorch");
        }
        var usual = TranslationMethod.UsualOf(kind == PublishedNetwork.StarGan ? TranslationMethod.StarGan : TranslationMethod.Pix2Pix);
        var training = usual with
        {
            Width = design.Width,
            // Products in full precision, so that images are PyTorch's.
            Precision = Precision.Fp32,
            Condition = kind == PublishedNetwork.StarGan ? LabelName : null,
            Translation = usual.Translation! with
            {
                Translator = kind == PublishedNetwork.UNet ? TranslatorKind.UNet : TranslatorKind.ResNet,
                Stages = design.Depth,
                Norm = design.Norm,
                Upsampling = design.Upsampling,
                Dropout = kind == PublishedNetwork.StarGan ? 0 : design.Dropout,
            },
        };
        training.Validate();
        var size = new ImageSize(side, side);
        var data = new RunData("", 0, side, side, design.Channels, IsPoints: false);
        var settings = new RunSettings { Data = new ImageSetOptions { Source = "", Size = size, Channels = design.Channels }, Training = training };
        return kind == PublishedNetwork.StarGan
            ? new(RunRecord.CurrentFormat, settings, data, "", RunVersions.Current()) { Labels = Numbered(design.Labels) }
            : new(RunRecord.CurrentFormat, settings, data with { Input = Side("input", taken, size), Target = Side("target", design.Channels, size) }, "", RunVersions.Current());
    }

    /// <summary>What a state dictionary was taken for, in words.</summary>
    public static string Describe(RunRecord record)
    {
        var published = TranslationPart.Of(record)[0].Published;
        return PublishedDesign.Describe(published.Kind, published.Design) + (published.Kind == PublishedNetwork.StarGan
            ? $", of which an image is to have one at a time, --label 0 to {published.Design.Labels - 1}" : "");
    }

    /// <summary>Weights of all networks of a run, as a checkpoint names them.</summary>
    /// <param name="generator">The file of the generator forth, which may hold others, too.</param>
    /// <param name="portable">What was read of it.</param>
    /// <param name="record">The run.</param>
    /// <param name="fileOf">The file of another network by its name; null where there is none.</param>
    /// <param name="notice">Hears what was not there.</param>
    /// <exception cref="CheckpointException">A file is damaged or of another network.</exception>
    /// <exception cref="OptionException">A generator is missing.</exception>
    public static IReadOnlyDictionary<string, StateTensor> Read(string generator, PortableNetwork portable, RunRecord record, Func<string, string?> fileOf, Action<string> notice)
    {
        var state = new Dictionary<string, StateTensor>();
        var missing = new List<string>();
        foreach (var (index, part) in TranslationPart.Of(record).Index())
        {
            string file = index == 0 ? generator : fileOf(part.Name) ?? generator;
            var found = index == 0 ? portable : file == generator ? PortableNetwork.ReadPart(file, part.Name) : PortableNetwork.Read(file);
            if (found is null)
            {
                missing.Add(part.Name);
                continue;
            }
            Add(state, part, found.WeightsOf(file, part));
        }
        if (missing.Count > 0)
        {
            notice($"There is no {string.Join(" and no ", missing)} beside it: training would begin with new weights of {(missing.Count == 1 ? "it" : "them")}.");
        }
        return state;
    }

    /// <summary>Adds what a checkpoint keeps of a network.</summary>
    public static void Add(Dictionary<string, StateTensor> state, TranslationPart part, (float[] Weights, float[]? Moments) read)
    {
        var parameters = part.Network.Parameters;
        foreach (var variable in part.IsGenerator ? [parameters.Values, parameters.Average] : new[] { parameters.Values })
        {
            foreach (var (name, tensor) in PortableNetwork.State(variable, parameters, read.Weights))
            {
                state[name] = tensor;
            }
        }
        if (part.IsGenerator && read.Moments is { } moments)
        {
            state[part.MomentsName] = new([moments.Length], moments);
        }
    }

    // Nobody knows what the images were.
    private static PairSide Side(string name, int channels, ImageSize size) => new(name, channels)
    {
        Originals = new()
        {
            Count = 0,
            Smallest = size,
            Largest = size,
            Typical = size,
            OfTypicalSize = 0,
            Target = size,
            Fit = ImageFit.Crop,
            IsSizeChosen = false,
            MeanLoss = 0,
            GreatestLoss = 0,
            Enlarged = 0,
            Transparent = 0,
            Channels = channels,
            IsChannelsChosen = false,
        },
    };

    private static LabelChoice Numbered(int count) => new([new(LabelName, [.. Enumerable.Range(0, count).Select(number => number.ToString(CultureInfo.InvariantCulture))],
        [.. Enumerable.Repeat(1, count)])]);
}
