using IlgpuGan.Export;

namespace IlgpuGan.Runs;

/// <summary>A run without a folder: of its reports those that a plot would show, its newest states, nothing on the disk.</summary>
/// <param name="record">What the run is.</param>
internal sealed class MemoryRun(RunRecord record) : IRunStore, IRunLog, ICheckpointStore
{
    private readonly ReportHistory reports = new([]);
    private readonly List<MetricLine> metrics = [];
    private readonly SortedList<long, Checkpoint> checkpoints = [];

    /// <inheritdoc/>
    public string Path => "";

    /// <inheritdoc/>
    public RunRecord Record { get; } = record;

    /// <inheritdoc/>
    public IRunLog Log => this;

    /// <inheritdoc/>
    public ICheckpointStore Checkpoints => this;

    /// <summary>The newest state; null before there is one.</summary>
    public Checkpoint? Newest => checkpoints.Count == 0 ? null : checkpoints.GetValueAtIndex(checkpoints.Count - 1);

    /// <inheritdoc/>
    public string? Keep(ReportHistory reports) => null;

    /// <inheritdoc/>
    public void Append(TrainingReport report) => reports.Add(report);

    /// <inheritdoc/>
    public void Append(Finding finding)
    {
        // The observer has heard of it, and nobody asks for it again.
    }

    /// <inheritdoc/>
    public void Append(MetricLine value) => metrics.Add(value);

    /// <inheritdoc/>
    IReadOnlyList<TrainingReport> IRunLog.Read() => [.. reports];

    /// <inheritdoc/>
    public IReadOnlyList<MetricLine> ReadMetrics() => metrics;

    /// <inheritdoc/>
    public void CutAfter(long step, int reportEvery, int rollbacks = 0)
    {
        reports.RemoveAfter(step);
        metrics.RemoveAll(line => line.Step > step);
    }

    /// <inheritdoc/>
    public IReadOnlyList<long> Steps() => [.. checkpoints.Keys];

    /// <inheritdoc/>
    public string PlaceOf(long step) => FormattableString.Invariant($"that of step {step}, in memory");

    /// <inheritdoc/>
    public string? Save(Checkpoint checkpoint, int keep, long? before = null)
    {
        checkpoints[checkpoint.Step] = checkpoint;
        // Only a run that may go back has a use for more than the newest.
        foreach (var old in CheckpointStore.Superseded(Steps(), before is null ? 1 : keep, before))
        {
            checkpoints.Remove(old);
        }

        return null;
    }

    /// <inheritdoc/>
    public void SaveBest(Checkpoint checkpoint)
    {
        // What is drawn from afterwards is the last state, as of a run folder.
    }

    /// <inheritdoc/>
    public Checkpoint Read(long step) => checkpoints[step];

    /// <inheritdoc/>
    public void Load(Checkpoint checkpoint, Action<IReadOnlyDictionary<string, StateTensor>> load) => load(checkpoint.State);

    /// <inheritdoc/>
    public void DeleteAfter(long step)
    {
        foreach (var newer in Steps().Where(present => present > step))
        {
            checkpoints.Remove(newer);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => checkpoints.Clear();
}
