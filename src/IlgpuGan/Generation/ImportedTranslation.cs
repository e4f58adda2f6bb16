using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
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
            throw WeightsException.Refuse(path, $"translates images of {taken} channels to {design.Channels}, and those of a run have 1 to {MostChannels}",
                "use it from a program: TranslationWeights.FromPyTorch");
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

    /// <summary>Weights of all networks of a run.</summary>
    /// <param name="generator">The file of the generator forth, which may hold others, too.</param>
    /// <param name="isFolder">Whether others are looked for beside it.</param>
    /// <param name="portable">What was read of it.</param>
    /// <param name="record">The run.</param>
    /// <param name="isGuessed">Whether that was read off the generator's tensors: then those of the others say more.</param>
    /// <param name="notice">Hears what the tensors say, and what was not there.</param>
    /// <exception cref="CheckpointException">A file is damaged or of another network.</exception>
    public static ImportedWeights Read(string generator, bool isFolder, PortableNetwork portable, RunRecord record, bool isGuessed, Action<string> notice)
    {
        string? FileOf(string name) => isFolder ? ImportedWeights.FileOf(Path.GetDirectoryName(generator)!, $"{name}.safetensors") ?? PublishedFiles.Beside(generator, name) : null;
        PortableNetwork? Find(string name) => FileOf(name) is { } file ? PortableNetwork.Read(file) : PortableNetwork.ReadPart(generator, name);
        if (isGuessed)
        {
            record = Completed(record, Find);
            notice($"By its tensors {generator} is of: {Describe(record)}.");
        }
        var (state, missing) = (new Dictionary<string, StateTensor>(), new List<string>());
        foreach (var (index, part) in TranslationPart.Of(record).Index())
        {
            if ((index == 0 ? portable : Find(part.Name)) is not { } found)
            {
                missing.Add(part.Name);
                continue;
            }
            try
            {
                Add(state, part, found.WeightsOf(FileOf(part.Name) is { } file && index > 0 ? file : generator, part));
            }
            catch (CheckpointException fault) when (isGuessed && !part.IsGenerator)
            {
                notice($"The {part.Name} is not taken: {fault.Message} Training would begin with a new one.");
            }
        }
        if (missing.Count > 0)
        {
            notice($"There is no {string.Join(" and no ", missing)} beside it: training would begin with new weights of {(missing.Count == 1 ? "it" : "them")}.");
        }
        return new(generator, record, portable.Step, state);
    }

    private static string Describe(RunRecord record)
    {
        var published = TranslationPart.Of(record)[0].Published;
        return PublishedDesign.Describe(published.Kind, published.Design) + (published.Kind == PublishedNetwork.StarGan
            ? $", of which an image is to have one at a time, --label 0 to {published.Design.Labels - 1}" : "");
    }

    /// <summary>A run that was read off a generator, with what the others say: with one back it is a cycle, and a discriminator has a width, layers and a normalisation of its own.</summary>
    private static RunRecord Completed(RunRecord record, Func<string, PortableNetwork?> find)
    {
        var (training, data) = (record.Settings.Training, record.Data);
        if (training.Translation!.Method == TranslationMethod.Pix2Pix && find(TranslationNetworks.BackGenerator) is not null)
        {
            var (of, usual) = (training.Translation, TranslationMethod.UsualOf(TranslationMethod.CycleGan));
            training = usual with
            {
                Width = training.Width,
                Precision = training.Precision,
                Translation = usual.Translation! with { Translator = of.Translator, Stages = of.Stages, Norm = of.Norm, Upsampling = of.Upsampling, Dropout = of.Dropout },
            };
        }
        if (JudgeOf(find(TranslationNetworks.Discriminator)) is not { } judge)
        {
            return record with { Settings = record.Settings with { Training = training } };
        }
        training = training with { Translation = training.Translation! with { DiscriminatorWidth = judge.Design.Width } };
        if (judge.Kind == PublishedNetwork.StarGanDiscriminator)
        {
            data = data with { Height = judge.Design.Image[0], Width = judge.Design.Image[1] };
        }
        else
        {
            training = training with
            {
                DiscriminatorNorm = judge.Design.Norm switch
                {
                    Normalization.Batch => DiscriminatorNormalization.Batch,
                    Normalization.None => DiscriminatorNormalization.None,
                    _ => DiscriminatorNormalization.Instance,
                },
                Translation = training.Translation! with { PatchLayers = judge.Design.Depth!.Value },
            };
        }
        training.Validate();
        return record with { Data = data, Settings = record.Settings with { Training = training, Data = record.Settings.Data with { Size = new(data.Height, data.Width) } } };
    }

    private static PublishedDesign? JudgeOf(PortableNetwork? found)
    {
        try
        {
            return found is null ? null : PublishedDesign.Of("", found.Tensors);
        }
        catch (WeightsException)
        {
            // Its weights will be refused, by what it looks like.
            return null;
        }
    }

    /// <summary>Adds what a checkpoint keeps of a network.</summary>
    private static void Add(Dictionary<string, StateTensor> state, TranslationPart part, (float[] Weights, float[]? Moments) read)
    {
        var parameters = part.Network.Parameters;
        foreach (var variable in new[] { parameters.Values, parameters.Average })
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
