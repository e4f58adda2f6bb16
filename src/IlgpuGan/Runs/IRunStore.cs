using IlgpuGan.Export;

namespace IlgpuGan.Runs;

/// <summary>Where a run keeps what it makes: a <see cref="RunFolder"/>, or memory alone.</summary>
internal interface IRunStore : IDisposable
{
    /// <summary>The folder, where it lies now; empty in memory.</summary>
    string Path { get; }

    /// <summary>What the run is.</summary>
    RunRecord Record { get; }

    /// <summary>The reports, and what was found and measured.</summary>
    IRunLog Log { get; }

    /// <summary>The states to go on from, or back to.</summary>
    ICheckpointStore Checkpoints { get; }

    /// <inheritdoc cref="RunFolder.Keep"/>
    string? Keep(ReportHistory reports);
}

/// <summary>The reports of a run, and between them what the watchdog found and what was measured.</summary>
internal interface IRunLog
{
    /// <summary>Adds a report.</summary>
    void Append(TrainingReport report);

    /// <summary>Adds a finding.</summary>
    void Append(Finding finding);

    /// <summary>Adds a measured value.</summary>
    void Append(MetricLine value);

    /// <summary>The reports so far.</summary>
    IReadOnlyList<TrainingReport> Read();

    /// <summary>What was measured so far.</summary>
    IReadOnlyList<MetricLine> ReadMetrics();

    /// <inheritdoc cref="RunLog.CutAfter"/>
    void CutAfter(long step, int reportEvery, int rollbacks = 0);
}

/// <summary>The newest few states of a run.</summary>
internal interface ICheckpointStore
{
    /// <summary>Steps of the states present, oldest first.</summary>
    IReadOnlyList<long> Steps();

    /// <summary>Where the state of a step is, in words: its file.</summary>
    string PlaceOf(long step);

    /// <inheritdoc cref="CheckpointStore.Save"/>
    /// <returns>The file; null where there is none.</returns>
    string? Save(Checkpoint checkpoint, int keep, long? before = null);

    /// <summary>Keeps the best state in place of the one that was the best before.</summary>
    void SaveBest(Checkpoint checkpoint);

    /// <summary>The state of a step.</summary>
    /// <exception cref="CheckpointException">It is damaged.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    Checkpoint Read(long step);

    /// <summary>Gives a state to what goes on from it.</summary>
    /// <exception cref="CheckpointException">It belongs to another network.</exception>
    void Load(Checkpoint checkpoint, Action<IReadOnlyDictionary<string, StateTensor>> load);

    /// <summary>Lets go of the states after a step.</summary>
    void DeleteAfter(long step);
}
