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
    /// Makes a run at step 0 whose networks have the weights of files: to draw from, or to be trained on with <c>--resume</c> and the
    /// data. It draws with the running statistics of the file until it is trained on. The optimiser knows nothing of before.
    /// </summary>
    /// <param name="source">
    /// A folder with a generator's file (<c>generator.safetensors</c>, <c>.pth</c> or <c>.pt</c>) and, if D is to be taken too, a discriminator's; or the generator's
    /// file alone, or one of <c>torch.save</c> with both.
    /// </param>
    /// <param name="like">A run whose options the networks have; null where the files say it themselves: by their metadata, or by the shapes of a DCGAN.</param>
    /// <param name="path">The new run folder.</param>
    /// <param name="notice">Hears what the shapes say, and what was not there.</param>
    /// <exception cref="CheckpointException">A file is damaged or of another network.</exception>
    /// <exception cref="RunFolderException">The folder is taken, or <paramref name="like"/> is no run.</exception>
    /// <exception cref="OptionException">The options of the run are not known.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static void Create(string source, string? like, string path, Action<string> notice)
    {
        ArgumentNullException.ThrowIfNull(notice);
        RunFolder.CheckCreate(path, force: null);
        string generatorFile = FileOf(source, RunExport.GeneratorName) ?? throw new OptionException(Directory.Exists(source)
            ? $"{source} has none of {string.Join(", ", NamesOf(RunExport.GeneratorName))}; give the generator's file itself."
            : $"{source} does not exist; give a folder of weights that export wrote, or the file of a generator.");
        var portable = PortableNetwork.Read(generatorFile);
        var record = (like is null ? portable.Record : RunFolder.ReadRecord(like))
            ?? throw new OptionException($"{generatorFile} does not say what network it is of, and its tensors are not a DCGAN's; {HowToMakeLike}.");
        if (like is null && portable.IsGuessed)
        {
            notice($"By its tensors {generatorFile} is of: {Describe(record)}.");
        }
        record = record with { Settings = record.Settings with { Device = "auto" }, Versions = RunVersions.Current() };
        var (generator, discriminator) = record.Settings.Training.Build(record.Data.ImageShape, record.Labels?.Width ?? 0);
        // All is read before anything is written.
        var replaced = new List<KeyValuePair<string, StateTensor>>();
        float[]? moments = Replace(portable, generatorFile, generator);
        if (moments is not null)
        {
            replaced.Add(new(LoadedSampler.Moments, new([moments.Length], moments)));
        }
        else if (generator.MomentsSize > 0)
        {
            notice($"{generatorFile} holds no running statistics: images are normalised by those of 256 images that it draws itself.");
        }
        string? discriminatorFile = Directory.Exists(source) ? FileOf(source, RunExport.DiscriminatorName) : null;
        if ((discriminatorFile is null ? PortableNetwork.ReadDiscriminator(generatorFile, isShared: true) : PortableNetwork.ReadDiscriminator(discriminatorFile, isShared: false)) is { } judge)
        {
            ReplaceJudge(judge, discriminatorFile ?? generatorFile);
        }
        else
        {
            notice(!Directory.Exists(source) && FileOf(Path.GetDirectoryName(Path.GetFullPath(source))!, RunExport.DiscriminatorName) is { } beside
                ? $"{beside} was not taken: training would begin with a new discriminator; give the folder to take both."
                : "There is no discriminator beside it: training would begin with a new one.");
        }

        using var bench = Workbench.Open(new TrainingEngine(), "cpu", TuningMode.Off, record.Settings.Training, _ => TrainingData.OfShape(record.Data, record.Labels), notice);
        var state = bench.Trainer.SaveState().ToDictionary();
        foreach (var (name, tensor) in replaced)
        {
            state[name] = tensor;
        }
        using var folder = RunFolder.Create(path, record, force: false);
        folder.Checkpoints.Save(new Checkpoint(0, state), keep: 1);

        float[]? Replace(PortableNetwork from, string file, Networks.Network network)
        {
            var (weights, measured) = from.WeightsOf(file, network);
            foreach (var variable in new[] { network.Parameters.Values, network.Parameters.Average })
            {
                replaced.AddRange(PortableNetwork.State(variable, network.Parameters, weights));
            }
            return measured;
        }

        void ReplaceJudge(PortableNetwork from, string file)
        {
            try
            {
                Replace(from, file, discriminator);
            }
            catch (CheckpointException fault) when (like is null && portable.IsGuessed)
            {
                notice($"The discriminator is not taken: {fault.Message} Training would begin with a new one.");
            }
        }
    }

    /// <summary>The file of a network: the one given, or that of the name in a folder.</summary>
    private static string? FileOf(string source, string name) => File.Exists(source) ? source
        : NamesOf(name).Select(file => Path.Combine(source, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> NamesOf(string name) => PortableNetwork.Extensions.Select(extension => Path.ChangeExtension(name, extension));

    private static string Describe(RunRecord record)
    {
        var training = record.Settings.Training;
        string widths = training.StageWidths is { } given ? $"--stage-widths {given}" : $"--width {training.Width}";
        return OptionNames.In($"dcgan for images of {record.Data.Width} x {record.Data.Height} x {record.Data.Channels}, --latent {training.LatentSize} "
            + $"{widths}{(training.OutputBias ? " --output-bias" : "")} --precision {Choice.Name(training.Precision)}");
    }
}
