using System.Globalization;
using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>
/// G or D as a file of weights: the state dictionary of a PyTorch module (<see cref="TorchLayout"/>), and, where this program wrote it, the options of the run in
/// its metadata. Files of PyTorch say nothing of a network; a DCGAN is known by the shapes of its tensors.
/// </summary>
/// <param name="Record">The run; null where the file says nothing of one and its shapes are of no network that is known by them.</param>
/// <param name="Step">The step it was trained to.</param>
/// <param name="Tensors">The state dictionary.</param>
internal sealed record PortableNetwork(RunRecord? Record, long Step, IReadOnlyDictionary<string, StateTensor> Tensors)
{
    private const string RunKey = "ilgpugan.run", StepKey = "ilgpugan.step", DiscriminatorPart = "discriminator";

    /// <summary>Writes the file.</summary>
    /// <exception cref="RunWriteException">It cannot be written; an old one is unharmed.</exception>
    public void Write(string path)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [StepKey] = Step.ToString(CultureInfo.InvariantCulture) };
        if (Record is not null)
        {
            metadata[RunKey] = JsonSerializer.Serialize(Nameless(Record), RecordJson.Default.RunRecord);
        }
        RunWriteException.Guard(path, () => Safetensors.Write(path, Tensors, metadata), hint: "");
    }

    /// <summary>Whether the network was read off the shapes.</summary>
    public bool IsGuessed { get; private init; }

    /// <summary>What a file of no known network looks like, as a whole sentence; null where it looks like none.</summary>
    public string? Verdict { get; private init; }

    /// <summary>Whether a file can hold weights, by its name.</summary>
    public static bool IsWeightsName(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>The endings of files of weights.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".safetensors", ".pth", ".pt"];

    /// <summary>Reads the generator of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">A family that a program gives; null for none.</param>
    /// <exception cref="CheckpointException">It is damaged, or holds no generator.</exception>
    public static PortableNetwork Read(string path, NetworkFamily? network = null) => Read(path, isGenerator: true, isNamed: false, network)!;

    /// <summary>Reads the discriminator of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isShared">Whether it is the generator's file, too: then only what is named as a discriminator's will do.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static PortableNetwork? ReadDiscriminator(string path, bool isShared) => Read(path, isGenerator: false, isNamed: isShared, network: null);

    /// <summary>Reads another network of a file by the name that export gave it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">Its name.</param>
    /// <returns>Null where it has none.</returns>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    public static PortableNetwork? ReadPart(string path, string name) => name == DiscriminatorPart ? ReadDiscriminator(path, isShared: true)
        : Guard(path, () => StateDictionary.PartsOf(path).Contains(name) ? new PortableNetwork(null, 0, StateDictionary.ReadPart(path, name).Tensors) : null);

    /// <summary>The weights of a network that translates, in the layout here, and its moments; null where the file has none.</summary>
    /// <param name="path">The file it was read from, for messages.</param>
    /// <param name="part">What they are to be the weights of.</param>
    /// <exception cref="CheckpointException">They are of another network, or not finite.</exception>
    public (float[] Weights, float[]? Moments) WeightsOf(string path, TranslationPart part)
    {
        try
        {
            return PublishedWeights.Load(path, part.Published.Kind, part.Published.Design, part.Network, Tensors);
        }
        catch (WeightsException fault)
        {
            throw new CheckpointException(fault.Message, fault);
        }
    }

    /// <summary>The weights in the layout of a network here, and its moments; null where the file has none.</summary>
    /// <param name="path">The file it was read from, for messages.</param>
    /// <param name="network">What they are to be the weights of.</param>
    /// <exception cref="CheckpointException">They are of another network, or not finite.</exception>
    public (float[] Weights, float[]? Moments) WeightsOf(string path, Network network)
    {
        try
        {
            try
            {
                return TorchWeights.Load(path, network, Tensors);
            }
            catch (WeightsException) when (DcganOf(network.Parameters.Name == "generator") is { } dcgan)
            {
                // Other names, or shifts that a normalisation takes back.
                return TorchWeights.Load(path, network, dcgan.Tensors);
            }
        }
        catch (WeightsException fault)
        {
            throw new CheckpointException(fault.Message, fault);
        }
    }

    /// <summary>Weights by the names that a checkpoint has for them.</summary>
    /// <param name="variable">What they are kept in, such as the average.</param>
    /// <param name="parameters">The tensors.</param>
    /// <param name="weights">Laid out as the variable.</param>
    public static IEnumerable<KeyValuePair<string, StateTensor>> State(Variable variable, ParameterSet parameters, float[] weights) =>
        parameters.Parameters.Select(parameter => KeyValuePair.Create(
            $"{variable.Name}.{parameter.Name}", new StateTensor(parameter.Shape.ToArray(), weights[parameter.Offset..(parameter.Offset + parameter.Shape.Size)])));

    private static PortableNetwork? Read(string path, bool isGenerator, bool isNamed, NetworkFamily? network) => Guard(path, () =>
    {
        var (tensors, metadata) = StateDictionary.Read(path, isGenerator, isNamed, said => CheckIsNoCheckpoint(path, said));
        if (tensors is null)
        {
            return null;
        }
        _ = long.TryParse(metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out long step);
        var portable = new PortableNetwork(metadata.GetValueOrDefault(RunKey) is { } run ? Checked(RunFolder.ParseRecord(path, run), network) : null, step, tensors);
        if (portable.Record is not null || !isGenerator)
        {
            return portable;
        }
        if (portable.DcganOf(isGenerator: true) is { } dcgan)
        {
            return RecordOf(dcgan) is { } record ? portable with { Record = record, IsGuessed = true } : portable;
        }
        try
        {
            return PublishedDesign.Of(path, tensors) is { } published ? portable with { Record = ImportedTranslation.RecordOf(path, published), IsGuessed = true } : portable;
        }
        catch (WeightsException verdict)
        {
            // A run that is built alike may know better.
            return portable with { Verdict = verdict.Message };
        }
    });

    private static T Guard<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (OptionException fault)
        {
            throw new CheckpointException($"{path} has options that no run of this program has: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is SafetensorsException or WeightsException or RunFolderException)
        {
            throw new CheckpointException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {Excerpt.Of(fault, path)}; allow reading it, or give another file.", fault);
        }
    }

    internal static void CheckIsNoCheckpoint(string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("format") == Checkpoint.Format)
        {
            throw new CheckpointException($"{path} is a checkpoint apart from its run, whose options.json says what networks it is of; put it back into checkpoints of that run folder, "
                + "or options.json into the folder above it.");
        }
    }

    private DcganTensors? DcganOf(bool isGenerator) => isGenerator ? DcganTensors.Generator(Tensors) : DcganTensors.Discriminator(Tensors);

    /// <summary>The run that such a generator could be of: the paper's training, and products in full precision, so that images are PyTorch's.</summary>
    private static RunRecord? RecordOf(DcganTensors dcgan)
    {
        if (!Dcgan.Supports(dcgan.Height, dcgan.Width) || Math.Max(dcgan.Height, dcgan.Width) > ImageSize.MaxSide || dcgan.Channels is < 1 or > 4)
        {
            return null;
        }
        var training = Presets.Radford2016 with
        {
            Batch = 64,
            LatentSize = dcgan.Latent,
            Width = dcgan.Widths[^1],
            OutputBias = dcgan.HasOutputBias,
            Precision = Precision.Fp32,
        };
        var data = new RunData("", 0, dcgan.Height, dcgan.Width, dcgan.Channels, IsPoints: false);
        if (!Dcgan.Widths(training.DesignFor(data.ImageShape, 0)).SequenceEqual(dcgan.Widths))
        {
            training = training with { StageWidths = string.Join(',', dcgan.Widths) };
        }
        training.Validate();
        var images = new ImageSetOptions { Source = "", Size = new(dcgan.Height, dcgan.Width), Channels = dcgan.Channels };
        return new(RunRecord.CurrentFormat, new RunSettings { Data = images, Training = training }, data, "", RunVersions.Current());
    }

    /// <summary>A record that its generator can be built by: a file from a stranger must not ask for a network of any size.</summary>
    /// <param name="record">The record.</param>
    /// <param name="network">A family that a program gives; null for none.</param>
    /// <exception cref="OptionException">It cannot.</exception>
    internal static RunRecord Checked(RunRecord record, NetworkFamily? network)
    {
        var training = record.Settings.Training;
        training = network is not null && network.Name == training.Network ? training.With(network) : training;
        training.CheckOwn(isToDraw: true);
        record = record with { Settings = record.Settings with { Training = training } };
        training.ToDraw.Validate();
        OptionCheck.Between("height", record.Data.Height, 1, ImageSize.MaxSide);
        OptionCheck.Between("width", record.Data.Width, 1, ImageSize.MaxSide);
        OptionCheck.Between("channels", record.Data.Channels, 1, 4);
        return record;
    }

    // Where the data lies on this machine is nobody else's business.
    private static RunRecord Nameless(RunRecord record)
    {
        var data = record.Settings.Data;
        return record with
        {
            Taken = null,
            Parent = record.Parent is { } parent ? parent with { File = Path.GetFileName(parent.File) } : null,
            Settings = record.Settings with { Data = data with { Source = Path.GetFileName(data.Source.TrimEnd('/', '\\')), CacheFolder = null } },
        };
    }
}
