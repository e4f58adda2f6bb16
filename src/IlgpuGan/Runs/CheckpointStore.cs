using System.Globalization;
using IlgpuGan.Export;

namespace IlgpuGan.Runs;

/// <summary>The folder <c>checkpoints/</c> of a run: the newest few, the older deleted only after a newer one is safe, and the best by a metric, where one was measured.</summary>
public sealed class CheckpointStore : ICheckpointStore
{
    /// <summary>What lies in the folder, in words of <see cref="PlaceCheck"/>.</summary>
    internal const string Words = "the checkpoints of the run belong";

    private const string Prefix = "step-";
    private const string Extension = ".safetensors";

    internal CheckpointStore(string path) => Path = path;

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The file of a step.</summary>
    public string FileOf(long step) =>
        System.IO.Path.Combine(Path, $"{Prefix}{step.ToString("D6", CultureInfo.InvariantCulture)}{Extension}");

    /// <summary>The file of the best checkpoint, which is there only when a metric was measured.</summary>
    public string BestFile => System.IO.Path.Combine(Path, $"best{Extension}");

    /// <summary>Steps of the checkpoints present, oldest first.</summary>
    /// <exception cref="RunFolderException">A file lies where their folder belongs.</exception>
    public IReadOnlyList<long> Steps()
    {
        PlaceCheck.Folder(Path, Words);
        if (!Directory.Exists(Path))
        {
            return [];
        }

        return [.. Directory.EnumerateFiles(Path, $"{Prefix}*{Extension}")
            .Select(file => System.IO.Path.GetFileNameWithoutExtension(file)[Prefix.Length..])
            .Select(digits => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
            .Where(step => step >= 0)
            .Order()];
    }

    /// <summary>Writes a checkpoint, then deletes all but the newest few.</summary>
    /// <param name="checkpoint">What to write.</param>
    /// <param name="keep">How many to keep.</param>
    /// <param name="before">One up to this step stays too, so long as there is none nearer to it, and the one that is to take its place; null for neither.</param>
    /// <returns>The file.</returns>
    /// <exception cref="RunWriteException">The checkpoint could not be written; the older ones are all still there.</exception>
    internal string Save(Checkpoint checkpoint, int keep, long? before = null)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        var path = FileOf(checkpoint.Step);
        RunWriteException.Guard(Path, () => Directory.CreateDirectory(Path));
        checkpoint.Write(path);
        var steps = Steps();
        RunWriteException.Guard(Path, () =>
        {
            foreach (var old in Superseded(steps, keep, before))
            {
                File.Delete(FileOf(old));
            }
        });
        return path;
    }

    /// <summary>Which of several checkpoints may go; see <see cref="Save"/>.</summary>
    internal static IEnumerable<long> Superseded(IReadOnlyList<long> steps, int keep, long? before)
    {
        var spared = before is null ? [] : new[] { steps.LastOrDefault(step => step <= before, steps[0]), steps.FirstOrDefault(step => step > before && step > steps[0], -1) };
        return steps.Take(steps.Count - keep).Except(spared);
    }

    string ICheckpointStore.PlaceOf(long step) => FileOf(step);

    string ICheckpointStore.Save(Checkpoint checkpoint, int keep, long? before) => Save(checkpoint, keep, before);

    Checkpoint ICheckpointStore.Read(long step) => Read(step);

    void ICheckpointStore.SaveBest(Checkpoint checkpoint) => SaveBest(checkpoint);

    void ICheckpointStore.Load(Checkpoint checkpoint, Action<IReadOnlyDictionary<string, StateTensor>> load) => Load(checkpoint, load);

    void ICheckpointStore.DeleteAfter(long step) => DeleteAfter(step);

    /// <summary>Writes the best checkpoint over the one that was the best before.</summary>
    /// <exception cref="RunWriteException">The checkpoint could not be written; the one before is unharmed.</exception>
    internal void SaveBest(Checkpoint checkpoint)
    {
        RunWriteException.Guard(Path, () => Directory.CreateDirectory(Path));
        checkpoint.Write(BestFile);
    }

    /// <summary>The checkpoint that a user names.</summary>
    /// <param name="name">A step, <c>best</c>, or a file: its path, or its name in this folder.</param>
    /// <returns>Its file, and what it holds.</returns>
    /// <exception cref="CheckpointException">There is none of that name, or it is damaged.</exception>
    internal (string File, Checkpoint Checkpoint) ReadNamed(string name)
    {
        var isStep = long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var step);
        string[] places =
        [
            .. isStep ? [FileOf(step)] : Array.Empty<string>(),
            .. name == "best" ? [BestFile] : Array.Empty<string>(),
            name,
            System.IO.Path.Combine(Path, name),
        ];
        var file = places.FirstOrDefault(File.Exists)
            ?? throw new CheckpointException($"--resume {name}: there is no such checkpoint; give a step of those in {Path} "
                + $"({(Steps() is { Count: > 0 } steps ? string.Join(", ", steps) : "none yet")}), best, or a file.");
        try
        {
            return (file, isStep && file == FileOf(step) ? Read(step) : Checkpoint.Read(file));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{file} cannot be read: {Excerpt.Of(fault, file)}; choose another checkpoint.", fault);
        }
    }

    /// <summary>The newest checkpoint that reads whole and is of the step that its name says, or null when there is none at all.</summary>
    /// <param name="notice">Hears of every other one that was passed over.</param>
    /// <param name="remedy">What can be done where none is usable.</param>
    /// <exception cref="CheckpointException">There are checkpoints but none is usable.</exception>
    internal Checkpoint? ReadNewest(Action<string> notice, string remedy = "put an intact checkpoint there, or give another run")
    {
        ArgumentNullException.ThrowIfNull(notice);
        CheckpointException? newest = null;
        var steps = Steps();
        foreach (var step in steps.Reverse())
        {
            var next = step == steps[0] ? "" : " Trying the checkpoint before it.";
            try
            {
                return Read(step);
            }
            catch (CheckpointException fault)
            {
                newest ??= fault;
                notice($"{fault.Message}{next}");
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                newest ??= new CheckpointException(fault.Message, fault);
                notice($"{FileOf(step)} cannot be read: {Excerpt.Of(fault, FileOf(step))}.{next}");
            }
        }

        return newest is null
            ? null
            : throw new CheckpointException(
                $"No checkpoint in {Path} is usable; {remedy}.", newest);
    }

    private Checkpoint Read(long step)
    {
        var checkpoint = Checkpoint.Read(FileOf(step));
        return checkpoint.Step == step ? checkpoint
            : throw new CheckpointException($"{FileOf(step)} is of step {checkpoint.Step}, which its name does not say; call it {System.IO.Path.GetFileName(FileOf(checkpoint.Step))} again.");
    }

    /// <summary>Gives the state of a checkpoint to what goes on from it.</summary>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="load">Takes the state.</param>
    /// <param name="file">Its file, if that is not the one of its step.</param>
    /// <exception cref="CheckpointException">It belongs to another network.</exception>
    internal void Load(Checkpoint checkpoint, Action<IReadOnlyDictionary<string, StateTensor>> load, string? file = null)
    {
        try
        {
            load(checkpoint.State);
        }
        catch (StateMismatchException fault)
        {
            throw new CheckpointException(
                $"{file ?? FileOf(checkpoint.Step)} belongs to another network ({fault.Message.TrimEnd('.')}); take it out of the run, or use the run it came from.", fault);
        }
    }

    /// <summary>Deletes the checkpoints after a step.</summary>
    /// <exception cref="RunWriteException">The folder may not be written.</exception>
    internal void DeleteAfter(long step) => RunWriteException.Guard(Path, () =>
    {
        foreach (var newer in Steps().Where(present => present > step))
        {
            File.Delete(FileOf(newer));
        }
    });

    /// <summary>Deletes what a process that was killed left half written.</summary>
    internal void SweepUnfinished() => AtomicFile.Sweep(Path, $"*{Extension}", isOurs: true);

    /// <summary>Puts aside what lies beyond the step a run goes on from: damaged checkpoints keep their bytes under another name, half-written files go.</summary>
    /// <exception cref="RunWriteException">The folder may not be written.</exception>
    internal void ForgetAfter(long step)
    {
        if (!Directory.Exists(Path))
        {
            return;
        }

        RunWriteException.Guard(Path, () =>
        {
            foreach (var newer in Steps().Where(present => present > step))
            {
                File.Move(FileOf(newer), FileOf(newer) + ".damaged", overwrite: true);
            }
        });
        SweepUnfinished();
    }
}
