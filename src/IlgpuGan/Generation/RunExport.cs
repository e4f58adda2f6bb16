using System.Globalization;
using System.Text.Json;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Imaging;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>Takes the networks of a run to other programs. What there is to compute is computed on the processor.</summary>
public sealed class RunExport
{
    /// <summary>Name of the generator's file among exported weights.</summary>
    public const string GeneratorName = "generator.safetensors";

    /// <summary>Name of the discriminator's file among exported weights.</summary>
    public const string DiscriminatorName = "discriminator.safetensors";

    private readonly GeneratorSource source;
    private readonly Network generator, discriminator;

    // Of a run that translates.
    private readonly IReadOnlyList<TranslationPart> translating = [];

    private readonly string path;

    private RunExport(string path, GeneratorSource source)
    {
        (this.path, this.source) = (path, source);
        if (source.Record.Settings.Training.Translation is not null)
        {
            translating = TranslationPart.Of(source.Record);
            (generator, discriminator) = (translating[0].Network, translating[^1].Network);
            return;
        }
        (generator, discriminator) = source.Record.Settings.Training.Build(source.Record.Data.ImageShape, source.Record.Labels?.Width ?? 0);
        foreach (var layer in (Layer[])[.. generator.Layers, .. discriminator.Layers])
        {
            if (layer.GetType().Assembly != typeof(Layer).Assembly)
            {
                throw new OptionException($"{path} has a layer {layer.GetType().Name}, which no other program knows: it cannot be exported.");
            }
        }
    }

    /// <summary>The step that the run was trained to.</summary>
    public long Step => source.Step;

    /// <summary>Reads a run.</summary>
    /// <param name="path">A run folder, one of its checkpoints, or a generator's safetensors file.</param>
    /// <param name="notice">Hears of checkpoints that are damaged.</param>
    /// <param name="network">The networks that the run was trained with, where they are a program's own; null for the library's.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">It has no usable checkpoint.</exception>
    /// <exception cref="OptionException">The networks have a layer of the program's own, which no other program knows.</exception>
    public static RunExport Open(string path, Action<string> notice, NetworkFamily? network = null) => new(path, GeneratorSource.Read(path, notice, network));

    /// <summary>
    /// Writes <see cref="GeneratorName"/> (the average) and <see cref="DiscriminatorName"/> (with spectral normalisation the weights that it divides by)
    /// as state dictionaries of PyTorch modules; of a run that translates all its networks, under the names of the published modules.
    /// </summary>
    /// <param name="folder">Where to; made if need be.</param>
    /// <returns>The files.</returns>
    /// <exception cref="RunWriteException">A file cannot be written.</exception>
    /// <exception cref="CheckpointException">The checkpoint is of another network.</exception>
    public IReadOnlyList<string> SaveWeights(string folder)
    {
        RunWriteException.Guard(folder, () => Directory.CreateDirectory(folder), hint: "");
        var files = new List<string>();
        foreach (var (network, weights) in StateDictionaries())
        {
            files.Add(Path.Combine(folder, $"{network}.safetensors"));
            new PortableNetwork(source.Record, source.Step, weights).Write(files[^1]);
        }

        return files;
    }

    /// <summary>Writes all networks into one file, whose names begin with <c>generator.</c> and <c>discriminator.</c>, and, of a cycle, <c>back-generator.</c> and <c>back-discriminator.</c></summary>
    /// <param name="file">The file; its folder is made if need be.</param>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    /// <exception cref="CheckpointException">The checkpoint is of another network.</exception>
    public void SaveOneFile(string file)
    {
        RunWriteException.Guard(file, () => Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!), hint: "");
        var both = from part in StateDictionaries() from tensor in part.Weights select KeyValuePair.Create($"{part.Network}.{tensor.Key}", tensor.Value);
        new PortableNetwork(source.Record, source.Step, both.ToDictionary()).Write(file);
    }

    /// <summary>Writes the averaged generator as an ONNX model, see <see cref="OnnxGenerator"/> and, for a run that translates, <see cref="OnnxTranslator"/>.</summary>
    /// <param name="path">The file; its folder is made if need be.</param>
    /// <param name="back">Whether that which translates back is wanted, of a run that learnt both ways.</param>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    /// <exception cref="CheckpointException">The checkpoint is of another network.</exception>
    /// <exception cref="OptionException">The network is too large for the format, or there is none that translates back.</exception>
    public void SaveOnnx(string path, bool back = false)
    {
        if (translating.Where(part => part.IsGenerator).Skip(back ? 1 : 0).FirstOrDefault() is { } translator)
        {
            SaveTranslator(path, translator, back);
            return;
        }
        if (back)
        {
            throw new OptionException($"--back: {this.path} has learnt one way alone; leave --back out.");
        }
        using var device = ComputeDevice.Open("cpu");
        var (weights, moments) = Average(device);
        var labels = source.Record.Labels;
        var metadata = new Dictionary<string, string>
        {
            ["step"] = source.Step.ToString(CultureInfo.InvariantCulture),
            ["network"] = source.Record.Settings.Training.Network,
            ["latents"] = "independent, from the standard normal distribution",
        };
        if (!source.Record.Data.IsPoints)
        {
            metadata["images"] = "each channel from -1 (black) to 1 (full); a byte is (x + 1) * 127.5";
        }
        if (labels is not null)
        {
            metadata["labels"] = JsonSerializer.Serialize(labels.Columns.ToDictionary(column => column.Name, column => column.Values));
        }
        WriteModel(path, stream => OnnxGenerator.Write(stream, generator, labels?.Classes ?? [], weights, moments, RunVersions.Current().Engine, metadata));
    }

    private void SaveTranslator(string path, TranslationPart part, bool isBack)
    {
        var (kind, design) = part.Published;
        var (record, labels) = (source.Record, design.Labels > 0 ? source.Record.Labels : null);
        var (input, target) = isBack ? (record.Data.Target, record.Data.Input) : (record.Data.Input, record.Data.Target);
        var metadata = new Dictionary<string, string>
        {
            ["step"] = source.Step.ToString(CultureInfo.InvariantCulture),
            ["method"] = record.Settings.Training.Translation!.Method,
            ["network"] = PublishedDesign.Describe(kind, design),
            ["sides"] = $"height and width are multiples of {part.Factor}",
            ["images"] = PlanesOf(input),
            ["translated"] = PlanesOf(target),
        };
        if (labels is not null)
        {
            metadata["labels"] = JsonSerializer.Serialize(labels.Columns.ToDictionary(column => column.Name, column => column.Values));
        }
        float[] weights = Average(part);
        WriteModel(path, stream => OnnxTranslator.Write(stream, part.Network, labels?.Width ?? 0, weights, MomentsOf(part), RunVersions.Current().Engine, metadata));
    }

    private static void WriteModel(string path, Action<Stream> write)
    {
        try
        {
            RunWriteException.Guard(path, () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
                AtomicFile.Write(path, write);
            }, hint: "");
        }
        catch (NotSupportedException fault)
        {
            throw new OptionException(fault.Message);
        }
    }

    private static string PlanesOf(PairSide? side) => side?.Classes is { } classes
        ? $"a plane for each of the classes {string.Join(", ", classes)}, 1 where a pixel is of it and -1 elsewhere" : "each channel from -1 (black) to 1 (full); a byte is (x + 1) * 127.5";

    private float[] Average(TranslationPart part)
    {
        try
        {
            return Values(part.Network.Parameters, part.Network.Parameters.Average);
        }
        catch (StateMismatchException fault)
        {
            throw OfAnother(fault);
        }
    }

    private float[]? MomentsOf(TranslationPart part) => part.Network.MomentsSize > 0 ? source.State.GetValueOrDefault(part.MomentsName)?.Floats : null;

    private List<(string Network, IReadOnlyDictionary<string, StateTensor> Weights)> StateDictionaries()
    {
        using var device = ComputeDevice.Open("cpu");
        if (translating.Count > 0)
        {
            return [.. from part in translating
                       let values = part.IsGenerator ? Average(part) : Judging(device, part.Network)
                       where values is not null
                       select (part.Name, PublishedWeights.Save(part.Published.Kind, part.Published.Design, part.Network, values, MomentsOf(part)))];
        }
        var (weights, moments) = Average(device);
        List<(string, IReadOnlyDictionary<string, StateTensor>)> parts = [(generator.Parameters.Name, TorchWeights.Save(generator, weights, moments))];
        if (Judging(device, discriminator) is { } judging)
        {
            parts.Add((discriminator.Parameters.Name, TorchWeights.Save(discriminator, judging, null)));
        }

        return parts;
    }

    private (float[] Weights, float[] Moments) Average(ComputeDevice device)
    {
        try
        {
            using var sampler = new LoadedSampler(device, source.Record, source.State);
            return (Values(generator.Parameters, generator.Parameters.Average), sampler.MeasureMoments());
        }
        catch (StateMismatchException fault)
        {
            throw OfAnother(fault);
        }
    }

    private CheckpointException OfAnother(StateMismatchException fault) =>
        new($"{path} belongs to another network ({Excerpt.Of(fault.Message)}); use one that this program saved.", fault);

    /// <summary>The weights that D judges by; null where it was not exported.</summary>
    private float[]? Judging(ComputeDevice device, Network judge)
    {
        try
        {
            return WeightsOfJudge(device, judge);
        }
        catch (StateMismatchException fault)
        {
            throw OfAnother(fault);
        }
    }

    private float[]? WeightsOfJudge(ComputeDevice device, Network discriminator)
    {
        var parameters = discriminator.Parameters;
        if (!source.State.ContainsKey($"{parameters.Values.Name}.{parameters.Parameters[0].Name}"))
        {
            return null;
        }
        float[] values = Values(parameters, parameters.Values);
        if (discriminator.State.Count == 0)
        {
            return values;
        }
        using var variables = new VariableStore(device);
        variables.Upload(parameters.Values, values);
        foreach (var (variable, _) in discriminator.State)
        {
            variables.Upload(variable, new StateReader(source.State).Floats(variable.Name, [variable.Size]));
        }
        var graph = new Graph();
        var weights = discriminator.Look(graph);
        var tensors = parameters.Parameters.Select(parameter => weights[parameter]).ToList();
        using var plan = Plan.Compile(variables, graph, tensors);
        plan.Run();
        foreach (var (parameter, tensor) in parameters.Parameters.Zip(tensors))
        {
            plan.Fetch(tensor).CopyTo(values, parameter.Offset);
        }
        return values;
    }

    private float[] Values(ParameterSet parameters, Variable variable)
    {
        var reader = new StateReader(source.State);
        var values = new float[variable.Size];
        foreach (var parameter in parameters.Parameters)
        {
            reader.Floats($"{variable.Name}.{parameter.Name}", parameter.Shape.ToArray()).CopyTo(values, parameter.Offset);
        }
        return values;
    }
}
