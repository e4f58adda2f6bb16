using System.Security.Cryptography;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Generation;

/// <summary>Reads the networks that a new run begins with.</summary>
public static class ParentFile
{
    /// <summary>Reads what <c>--from</c> names: this is the place that says what a word stands for.</summary>
    /// <param name="from">A run folder, of which the newest checkpoint counts, one of its checkpoints, weights as
    /// <see cref="RunImport"/> takes them, or one of <see cref="TrainedNetworks.Names"/>.</param>
    /// <param name="notice">Hears of checkpoints that are damaged, and what files do not say; null for nobody.</param>
    /// <param name="network">The networks of the run, where they are a program's own; null for the library's.</param>
    /// <exception cref="RunFolderException">There is no run in the folder, or its options are none.</exception>
    /// <exception cref="CheckpointException">Nothing there is usable.</exception>
    /// <exception cref="OptionException">There is nothing of that name, or a file does not say of what network it is.</exception>
    public static Parent Read(string from, Action<string>? notice = null, NetworkFamily? network = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(from);
        notice ??= _ => { };
        if (TrainedNetworks.FileOf(from) is var weights && weights != from)
        {
            return OfWeights(weights, notice, network, from);
        }

        if (!Path.Exists(from))
        {
            throw new OptionException($"--from {from} does not exist; give a run folder, one of its checkpoints, a file or folder of weights, or one of {string.Join(", ", TrainedNetworks.Names)}.");
        }

        try
        {
            return File.Exists(from) ? RunFolder.RunOf(from) is { } run ? OfRun(from, run, from, notice, network) : OfWeights(from, notice, network)
                : RunFolder.HasOptions(from) ? OfRun(from, from, null, notice, network) : OfFolder(from, notice, network);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"--from {from} cannot be read: {Excerpt.Of(fault, from)}; allow reading it, or give another.", fault);
        }
    }

    private static Parent OfRun(string from, string run, string? checkpoint, Action<string> notice, NetworkFamily? network)
    {
        var source = GeneratorSource.Read(from, notice, network);
        return Of(NameOf(run), checkpoint ?? RunFolder.CheckpointsIn(run).FileOf(source.Step), source.Step, source.Record, source.State);
    }

    private static Parent OfFolder(string from, Action<string> notice, NetworkFamily? network) =>
        ImportedWeights.GeneratorIn(from) is not null ? OfWeights(from, notice, network)
        : throw new OptionException($"--from {from} {RunFolder.OtherThanRun(from)
            ?? $"has none of {string.Join(", ", ImportedWeights.GeneratorNames)}, and no options.json of a run; give a run folder, one of its checkpoints, a file or folder of weights, or one of "
                + string.Join(", ", TrainedNetworks.Names)}.");

    private static Parent OfWeights(string from, Action<string> notice, NetworkFamily? network, string? trained = null)
    {
        var weights = ImportedWeights.Read(from, record: null, notice, network);
        return Of(trained ?? NameOf(from), weights.GeneratorFile, weights.Step, weights.Record, weights.State, trained);
    }

    private static string NameOf(string place) => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)));

    // What comes with the program is found by its name; the copy of it is nobody's to know.
    private static Parent Of(string name, string file, long step, RunRecord record, IReadOnlyDictionary<string, Export.StateTensor> state, string? trained = null)
    {
        using var stream = File.OpenRead(file);
        return new(new(name, trained ?? Path.GetFullPath(file), Convert.ToHexStringLower(SHA256.HashData(stream)), step), record, state);
    }
}
