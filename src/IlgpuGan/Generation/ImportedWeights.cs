using IlgpuGan.Export;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>Weights of G, and of D where there are such, from files that this program exported or PyTorch wrote.</summary>
/// <param name="GeneratorFile">The generator's file.</param>
/// <param name="Record">The run that they are of, or could be of.</param>
/// <param name="Step">The step that they were trained to.</param>
/// <param name="State">The weights as a checkpoint names them, those of the average, too.</param>
internal sealed record ImportedWeights(string GeneratorFile, RunRecord Record, long Step, IReadOnlyDictionary<string, StateTensor> State)
{
    /// <summary>Reads them.</summary>
    /// <param name="source">A folder with the files, the generator's file, or one of <c>torch.save</c> with both.</param>
    /// <param name="record">A run whose networks are built alike; null where the files say it themselves.</param>
    /// <param name="notice">Hears what the shapes say, and what was not there.</param>
    /// <param name="network">A family that a program gives; null for none.</param>
    /// <exception cref="CheckpointException">A file is damaged or of another network.</exception>
    /// <exception cref="OptionException">There is no generator, or nothing says what network it is of.</exception>
    public static ImportedWeights Read(string source, RunRecord? record, Action<string> notice, NetworkFamily? network = null)
    {
        string generatorFile = GeneratorIn(source) ?? throw new OptionException(Directory.Exists(source)
            ? $"{source} has none of {string.Join(", ", GeneratorNames)}; give the generator's file itself."
            : $"{source} does not exist; give a folder of weights that export wrote, or the file of a generator.");
        var portable = PortableNetwork.Read(generatorFile, network);
        var made = record ?? portable.Record
            ?? throw new OptionException(portable.Verdict ?? $"{generatorFile} does not say what network it is of, and its tensors are not a DCGAN's; {RunImport.HowToMakeLike}.");
        bool isGuessed = record is null && portable.IsGuessed;
        if (isGuessed)
        {
            notice($"By its tensors {generatorFile} is of: {Describe(made)}.");
        }
        if (made.Settings.Training.Translation is not null)
        {
            var read = ImportedTranslation.Read(generatorFile, portable, made, name => Directory.Exists(source) ? FileOf(source, $"{name}.safetensors") : null, notice);
            return new(generatorFile, made, portable.Step, read);
        }

        var (generator, discriminator) = made.Settings.Training.Build(made.Data.ImageShape, made.Labels?.Width ?? 0);
        var state = new Dictionary<string, StateTensor>();
        if (Take(portable, generatorFile, generator) is { } moments)
        {
            state[LoadedSampler.Moments] = new([moments.Length], moments);
        }
        else if (generator.MomentsSize > 0)
        {
            notice($"{generatorFile} holds no running statistics: images are normalised by those of 256 images that it draws itself.");
        }

        string? discriminatorFile = Directory.Exists(source) ? FileOf(source, RunExport.DiscriminatorName) : null;
        var judge = discriminatorFile is null ? PortableNetwork.ReadDiscriminator(generatorFile, isShared: true) : PortableNetwork.ReadDiscriminator(discriminatorFile, isShared: false);
        if (judge is null)
        {
            notice(!Directory.Exists(source) && FileOf(Path.GetDirectoryName(Path.GetFullPath(source))!, RunExport.DiscriminatorName) is { } beside
                ? $"{beside} was not taken: training would begin with a new discriminator; give the folder to take both."
                : "There is no discriminator beside it: training would begin with a new one.");
            return new(generatorFile, made, portable.Step, state);
        }

        try
        {
            Take(judge, discriminatorFile ?? generatorFile, discriminator);
        }
        catch (CheckpointException fault) when (isGuessed)
        {
            notice($"The discriminator is not taken: {fault.Message} Training would begin with a new one.");
        }

        return new(generatorFile, made, portable.Step, state);

        float[]? Take(PortableNetwork from, string file, Network into)
        {
            var (weights, measured) = from.WeightsOf(file, into);
            foreach (var variable in new[] { into.Parameters.Values, into.Parameters.Average })
            {
                foreach (var (name, tensor) in PortableNetwork.State(variable, into.Parameters, weights))
                {
                    state[name] = tensor;
                }
            }

            return measured;
        }
    }

    /// <summary>Names that the file of a generator may have in a folder.</summary>
    public static IEnumerable<string> GeneratorNames => NamesOf(RunExport.GeneratorName);

    /// <summary>The file of a generator: the one given, or that of a folder; null where there is none.</summary>
    public static string? GeneratorIn(string source) => FileOf(source, RunExport.GeneratorName);

    /// <summary>The file of a network: the one given, or that of the name in a folder.</summary>
    private static string? FileOf(string source, string name) => File.Exists(source) ? source
        : NamesOf(name).Select(file => Path.Combine(source, file)).FirstOrDefault(File.Exists);

    private static IEnumerable<string> NamesOf(string name) => PortableNetwork.Extensions.Select(extension => Path.ChangeExtension(name, extension));

    private static string Describe(RunRecord record)
    {
        if (record.Settings.Training.Translation is not null)
        {
            return ImportedTranslation.Describe(record);
        }
        var training = record.Settings.Training;
        string widths = training.StageWidths is { } given ? $"--stage-widths {given}" : $"--width {training.Width}";
        return OptionNames.In($"dcgan for images of {record.Data.Width} x {record.Data.Height} x {record.Data.Channels}, --latent {training.LatentSize} "
            + $"{widths}{(training.OutputBias ? " --output-bias" : "")} --precision {Choice.Name(training.Precision)}");
    }
}
