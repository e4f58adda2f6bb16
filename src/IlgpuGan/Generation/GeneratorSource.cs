using IlgpuGan.Export;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>A trained generator as it lies on the disk.</summary>
/// <param name="Record">The run that made it.</param>
/// <param name="Step">The step it was trained to.</param>
/// <param name="State">Its weights, as a checkpoint names them.</param>
internal sealed record GeneratorSource(RunRecord Record, long Step, IReadOnlyDictionary<string, StateTensor> State)
{
    /// <summary>Reads the newest checkpoint of a run folder, one checkpoint of it, a generator that was exported, or one that comes with the program.</summary>
    /// <param name="path">The folder, the file of weights, or one of <see cref="TrainedNetworks.Names"/>.</param>
    /// <param name="notice">Hears of checkpoints that are damaged.</param>
    /// <param name="network">A family that a program gives, for a run that has one of its name; null for none.</param>
    /// <exception cref="RunFolderException">There is no run in the folder.</exception>
    /// <exception cref="CheckpointException">Nothing there is usable.</exception>
    public static GeneratorSource Read(string path, Action<string> notice, NetworkFamily? network = null)
    {
        CheckIsThere(path);
        path = TrainedNetworks.FileOf(path);
        if (File.Exists(path))
        {
            return RunFolder.RunOf(path) is { } run ? Of(RecordOf(run, network), ReadCheckpoint(path)) : Portable(path, network);
        }

        var record = RecordOf(path, network);
        var checkpoint = RunFolder.CheckpointsIn(path).ReadNewest(notice)
            ?? throw new CheckpointException($"{path} has no checkpoint yet; let the run go on with train --resume until it has saved one.");
        return Of(record, checkpoint);
    }

    /// <summary>Refuses a name that nothing has, before anything else is looked at.</summary>
    /// <exception cref="RunFolderException">There is neither a path nor a network of that name.</exception>
    public static void CheckIsThere(string path)
    {
        if (TrainedNetworks.Absent(path) is { } absent)
        {
            throw new RunFolderException(absent);
        }
    }

    /// <summary>Refuses a run that makes images of images where those are wanted that are drawn from noise.</summary>
    /// <param name="path">What it was read from.</param>
    /// <param name="record">The run.</param>
    /// <exception cref="RunFolderException">It does.</exception>
    public static void CheckIsFromNoise(string path, RunRecord record)
    {
        if (record.Settings.Training.Translation is not null)
        {
            throw new RunFolderException($"{path} translates images and draws none from noise; give it images: translate {path} IMAGE|FOLDER|ZIP --out FILE.png|DIR.");
        }
    }

    private static RunRecord RecordOf(string run, NetworkFamily? network)
    {
        try
        {
            return PortableNetwork.Checked(RunFolder.ReadRecord(run), network);
        }
        catch (OptionException fault)
        {
            throw new RunFolderException($"{run} has options that no run of this program has: {fault.Message}", fault);
        }
    }

    private static Checkpoint ReadCheckpoint(string path)
    {
        try
        {
            return Checkpoint.Read(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{path} cannot be read: {Excerpt.Of(fault, path)}; allow reading it, or give another.", fault);
        }
    }

    private static GeneratorSource Of(RunRecord record, Checkpoint checkpoint) => new(record, checkpoint.Step, checkpoint.State);

    private static GeneratorSource Portable(string path, NetworkFamily? network)
    {
        var portable = PortableNetwork.Read(path, network);
        var record = portable.Record
            ?? throw new CheckpointException(portable.Verdict ?? $"{path} does not say what network it is of, and its tensors are not a DCGAN's; {RunImport.HowToMakeLike}.");
        if (record.Settings.Training.Translation is not null)
        {
            return new(record, portable.Step, ImportedTranslation.Read(path, portable, record, _ => null, _ => { }));
        }
        var (generator, _) = record.Settings.Training.Build(record.Data.ImageShape, record.Labels?.Width ?? 0);
        var (weights, moments) = portable.WeightsOf(path, generator);
        var state = PortableNetwork.State(generator.Parameters.Average, generator.Parameters, weights).ToDictionary();
        if (moments is not null)
        {
            state[LoadedSampler.Moments] = new([moments.Length], moments);
        }

        return new(record, portable.Step, state);
    }
}
