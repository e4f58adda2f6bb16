using System.Globalization;
using System.Text.Json;
using IlgpuGan.Data;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Training;

namespace IlgpuGan.Generation;

/// <summary>
/// G or D as a safetensors file: the state dictionary of a PyTorch module (<see cref="TorchLayout"/>), and in its metadata the options of the run, so
/// that this program knows the network again.
/// </summary>
/// <param name="Record">The run; null where the file says nothing of one, as when PyTorch wrote it.</param>
/// <param name="Step">The step it was trained to.</param>
/// <param name="Tensors">The state dictionary.</param>
internal sealed record PortableNetwork(RunRecord? Record, long Step, IReadOnlyDictionary<string, SafetensorsTensor> Tensors)
{
    private const string RunKey = "ilgpugan.run", StepKey = "ilgpugan.step";

    /// <summary>Writes the file.</summary>
    /// <exception cref="RunWriteException">It cannot be written; an old one is unharmed.</exception>
    public void Write(string path)
    {
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [StepKey] = Step.ToString(CultureInfo.InvariantCulture) };
        if (Record is not null)
            metadata[RunKey] = JsonSerializer.Serialize(Nameless(Record), RecordJson.Default.RunRecord);
        RunWriteException.Guard(path, () => Safetensors.Write(path, Tensors, metadata), hint: "");
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="CheckpointException">It is damaged, or no safetensors file.</exception>
    public static PortableNetwork Read(string path)
    {
        try
        {
            var content = Safetensors.Read(path);
            _ = long.TryParse(content.Metadata.GetValueOrDefault(StepKey), NumberStyles.None, CultureInfo.InvariantCulture, out long step);
            return new(content.Metadata.GetValueOrDefault(RunKey) is { } run ? Checked(RunFolder.ParseRecord(path, run)) : null, step, content.Tensors);
        }
        catch (OptionException fault)
        {
            throw new CheckpointException($"{path} has options that no run of this program has: {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is SafetensorsException or RunFolderException)
        {
            throw new CheckpointException(fault.Message, fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {Excerpt.Of(fault.Message)}; allow reading it, or give another.", fault);
        }
    }

    /// <summary>The weights in the layout of a network here, and its moments.</summary>
    /// <param name="path">The file it was read from, for messages.</param>
    /// <param name="network">What they are to be the weights of.</param>
    /// <exception cref="CheckpointException">They are of another network, or not finite.</exception>
    public (float[] Weights, float[] Moments) WeightsOf(string path, Network network)
    {
        try
        {
            return TorchWeights.Load(path, network, Tensors);
        }
        catch (SafetensorsException fault)
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
            $"{variable.Name}.{parameter.Name}", new StateTensor(parameter.Shape.ToArray(), weights[parameter.Offset..(parameter.Offset + parameter.Shape.Size)], null)));

    // A file from a stranger must not ask for a network of any size.
    internal static RunRecord Checked(RunRecord record)
    {
        record.Settings.Training.Validate();
        OptionCheck.Between("height", record.Data.Height, 1, ImageSize.MaxSide);
        OptionCheck.Between("width", record.Data.Width, 1, ImageSize.MaxSide);
        OptionCheck.Between("channels", record.Data.Channels, 1, 4);
        return record;
    }

    // Where the data lies on this machine is nobody else's business.
    private static RunRecord Nameless(RunRecord record)
    {
        var data = record.Settings.Data;
        return record with { Settings = record.Settings with { Data = data with { Source = Path.GetFileName(data.Source.TrimEnd('/', '\\')), CacheFolder = null } } };
    }
}
