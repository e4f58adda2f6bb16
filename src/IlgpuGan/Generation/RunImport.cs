using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;
using IlgpuGan.Training;

namespace IlgpuGan.Generation;

/// <summary>Makes a run of weights that came from elsewhere.</summary>
public static class RunImport
{
    internal const string HowToMakeLike =
        "make a run of it with import --like RUN, where RUN has networks that are built alike; train FOLDER --steps 1 with --network, --size, --channels, --width and --latent makes such a RUN";

    /// <summary>
    /// Makes a run at step 0 whose networks have the weights of files: to draw from, or for other runs to begin with
    /// (<see cref="ParentFile"/>). It draws with the running statistics of the file until it is trained on. The optimiser knows nothing of before.
    /// </summary>
    /// <param name="source">
    /// A folder with a generator's file (<c>generator.safetensors</c>, <c>.pth</c> or <c>.pt</c>) and, if D is to be taken too, a discriminator's; or the generator's
    /// file alone, or one of <c>torch.save</c> with both.
    /// </param>
    /// <param name="like">
    /// A run whose options the networks have; null where the files say it themselves: by their metadata, or by the tensors of a DCGAN or of a published network from image to image.
    /// </param>
    /// <param name="path">The new run folder.</param>
    /// <param name="notice">Hears what the shapes say, and what was not there.</param>
    /// <returns>What <c>options.json</c> of the run says.</returns>
    /// <exception cref="CheckpointException">A file is damaged or of another network.</exception>
    /// <exception cref="RunFolderException">The folder is taken, or <paramref name="like"/> is no run.</exception>
    /// <exception cref="OptionException">The options of the run are not known.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static RunRecord Create(string source, string? like, string path, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        RunFolder.CheckCreate(path, force: null);
        source = TrainedNetworks.FileOf(source);
        // All is read before anything is written.
        var weights = ImportedWeights.Read(source, like is null ? null : RunFolder.ReadRecord(like), notice);
        var record = weights.Record with { Settings = weights.Record.Settings with { Device = "auto" }, Versions = RunVersions.Current() };
        if (record.Settings.Training.Translation is not null)
        {
            // What else a training keeps would take the memory of one to be made; another run begins with these by --from.
            using var translator = RunFolder.Create(path, record, force: false);
            translator.Checkpoints.Save(new Checkpoint(0, weights.State), keep: 1);
            return record;
        }
        using var bench = Workbench.Open(new TrainingEngine(), "cpu", TuningMode.Off, record.Settings.Training, _ => TrainingData.OfShape(record.Data, record.Labels), notice);
        var state = bench.Trainer.SaveState().ToDictionary();
        foreach (var (name, tensor) in weights.State)
        {
            state[name] = tensor;
        }
        using var folder = RunFolder.Create(path, record, force: false);
        folder.Checkpoints.Save(new Checkpoint(0, state), keep: 1);
        return record;
    }
}
