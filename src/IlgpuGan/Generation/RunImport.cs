using IlgpuGan.Devices;
using IlgpuGan.Training;

namespace IlgpuGan.Generation;

/// <summary>Makes a run of weights that came from elsewhere.</summary>
public static class RunImport
{
    /// <summary>
    /// Makes a run at step 0 whose networks have the weights of safetensors files: to draw from, or to be trained on with <c>--resume</c> and the
    /// data. The optimiser knows nothing of before.
    /// </summary>
    /// <param name="source">A folder with <see cref="RunExport.GeneratorName"/> and, if D is to be taken too, <see cref="RunExport.DiscriminatorName"/>; or the generator's file alone.</param>
    /// <param name="like">A run whose options the networks have; null where the files say it themselves, as those do that were exported here.</param>
    /// <param name="path">The new run folder.</param>
    /// <param name="notice">Hears what was not there.</param>
    /// <exception cref="CheckpointException">A file is damaged or of another network.</exception>
    /// <exception cref="RunFolderException">The folder is taken, or <paramref name="like"/> is no run.</exception>
    /// <exception cref="OptionException">The options of the run are not known.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static void Create(string source, string? like, string path, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        RunFolder.CheckCreate(path, force: false);
        var (generatorFile, discriminatorFile) = Directory.Exists(source)
            ? (Path.Combine(source, RunExport.GeneratorName), Path.Combine(source, RunExport.DiscriminatorName))
            : (source, null);
        if (!File.Exists(generatorFile))
            throw new OptionException($"{generatorFile} does not exist; give a folder that export --safetensors wrote, or the file of a generator.");
        var portable = PortableNetwork.Read(generatorFile);
        var record = (like is null ? portable.Record : RunFolder.ReadRecord(like))
            ?? throw new OptionException($"{generatorFile} does not say what network it is of; name a run with the same options as --like.");
        record = record with { Settings = record.Settings with { Device = "auto" }, Versions = RunVersions.Current() };
        var (generator, discriminator) = record.Settings.Training.Build(record.Data.ImageShape, record.Labels?.Width ?? 0);
        // All is read before anything is written.
        var replaced = new List<KeyValuePair<string, StateTensor>>();
        Replace(portable, generatorFile, generator);
        if (discriminatorFile is not null && File.Exists(discriminatorFile))
            Replace(PortableNetwork.Read(discriminatorFile), discriminatorFile, discriminator);
        else
            notice("There is no discriminator beside it: training would begin with a new one.");

        using var bench = Workbench.Open(new TrainingEngine(), "cpu", TuningMode.Off, record.Settings.Training, () => TrainingData.OfShape(record.Data, record.Labels), notice);
        var state = bench.Trainer.SaveState().ToDictionary();
        foreach (var (name, tensor) in replaced)
            state[name] = tensor;
        using var folder = RunFolder.Create(path, record, force: false);
        folder.Checkpoints.Save(new Checkpoint(0, state), keep: 1);

        void Replace(PortableNetwork from, string file, Networks.Network network)
        {
            var (weights, _) = from.WeightsOf(file, network);
            foreach (var variable in new[] { network.Parameters.Values, network.Parameters.Average })
                replaced.AddRange(PortableNetwork.State(variable, network.Parameters, weights));
        }
    }
}
