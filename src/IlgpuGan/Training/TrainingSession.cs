using IlgpuGan.Data;
using IlgpuGan.Data.Files;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>One session of a run, new or resumed: its folder, data, device and trainer.</summary>
public sealed class TrainingSession : IDisposable
{
    private readonly IRunStore store;
    private readonly Workbench bench;
    private readonly IRunMetric? metric;
    private readonly IRunObserver observer;
    private readonly TimeProvider clock;
    private readonly RankTeam? team;

    private TrainingSession(IRunStore store, Workbench bench, IRunMetric? metric, IRunObserver observer, TimeProvider clock, RankTeam? team)
    {
        this.team = team;
        this.store = store;
        this.bench = bench;
        this.metric = metric;
        this.observer = observer;
        this.clock = clock;
    }

    /// <summary>
    /// Has what every run needs compiled on another thread while its options are read: contexts of kernels, and what writes the files of its folder. A start is a fifth of a
    /// second shorter for it.
    /// </summary>
    internal static void Prepare() => Task.Run(() =>
    {
        ContextFactory.Create(DeviceKind.Cpu).Dispose();
        FolderJson.Prepare();
    });

    /// <summary>Begins a run in a new folder. An old run there is deleted only when everything the new one needs is at hand.</summary>
    /// <param name="path">The run folder.</param>
    /// <param name="settings">What to do.</param>
    /// <param name="force">Replace a run that is there.</param>
    /// <param name="engine">Opens the trainer.</param>
    /// <param name="observer">Hears how it goes.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancellation">Gives up loading.</param>
    /// <param name="parent">What its networks begin with; null for noise.</param>
    /// <param name="choice">Decides, once the images are known, what was not asked for; null where nothing is to be decided.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed, or the parent's networks are others.</exception>
    /// <exception cref="RunFolderException">The folder is taken.</exception>
    /// <exception cref="DataException">The data cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static TrainingSession Start(
        string path, RunSettings settings, bool force, ITrainingEngine engine, IRunObserver observer, TimeProvider clock, CancellationToken cancellation, Parent? parent = null,
        ChoiceByData? choice = null)
    {
        SystemLibraries.Check();
        var begin = RunBeginning.Of(settings, parent);
        RunFolder.CheckCreate(path, force);
        begin = begin with { Settings = begin.Settings with { Data = begin.Settings.Data with { Source = Locate(begin.Settings.Data.Source) } } };
        return Build(
            observer, clock, begin.Settings, made: null, engine, bench => Begun(begin, bench, observer, record => RunFolder.Create(path, record, force)), cancellation,
            data => (begin = begin.After(choice, data)).Settings.Training);
    }

    /// <summary>Begins a run without a folder: of what it makes, <see cref="HandOver"/> gives the last state.</summary>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="DataException">The data cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    internal static TrainingSession StartInMemory(
        RunSettings settings, ITrainingEngine engine, IRunObserver observer, TimeProvider clock, CancellationToken cancellation, Parent? parent = null)
    {
        SystemLibraries.Check();
        var begin = RunBeginning.Of(settings, parent);
        return Build(observer, clock, begin.Settings, made: null, engine, bench => Begun(begin, bench, observer, record => new MemoryRun(record)), cancellation);
    }

    /// <summary>
    /// Continues the run of a folder from its newest usable checkpoint, or from the beginning when it was killed before the first; or from a checkpoint that is
    /// chosen. What the run had made after that is put into a run folder of its own inside, <c>left-N</c>, once everything that is needed to go on is at hand.
    /// </summary>
    /// <param name="path">The run folder.</param>
    /// <param name="change">Makes the wanted settings from the saved ones.</param>
    /// <param name="engine">Opens the trainer.</param>
    /// <param name="observer">Hears how it goes, and of checkpoints that are damaged.</param>
    /// <param name="clock">Tells the time.</param>
    /// <param name="cancellation">Gives up loading.</param>
    /// <param name="from">The checkpoint to go on from: its step, <c>best</c>, or a file; null for the newest.</param>
    /// <exception cref="OptionException">An option has a value that is not allowed.</exception>
    /// <exception cref="RunFolderException">There is no run, the data is another, or an option contradicts the run.</exception>
    /// <exception cref="CheckpointException">No checkpoint is usable, there is none such as <paramref name="from"/>, or it belongs to another network.</exception>
    /// <exception cref="DataException">The data cannot be loaded.</exception>
    /// <exception cref="Devices.DeviceException">There is no such device.</exception>
    /// <exception cref="RunWriteException">The folder cannot be written.</exception>
    public static TrainingSession Resume(
        string path, Func<RunSettings, RunSettings> change, ITrainingEngine engine, IRunObserver observer, TimeProvider clock, CancellationToken cancellation, string? from = null)
    {
        SystemLibraries.Check();
        if (File.Exists(path) && RunFolder.RunOf(path) is { } run)
        {
            throw new RunFolderException($"{path} is a checkpoint of the run {run}; to go on from it give --out {run} --resume {path}.");
        }

        var folder = RunFolder.Open(path);
        try
        {
            var (record, settings) = folder.Record.GoingOn(path, change);
            (string File, Checkpoint Checkpoint)? chosen = from is null ? null : folder.Checkpoints.ReadNamed(from);
            var checkpoint = chosen?.Checkpoint ?? folder.Checkpoints.ReadNewest(
                observer.Notice, $"put an intact checkpoint there, or begin again with {(record.Parent is { } first ? $"--from {first.File} and " : "")}--force");
            if (record.Settings.Training.Translation is not null && checkpoint is not null && !Trainer.HasTrained(checkpoint.State))
            {
                throw new RunFolderException($"{path} was imported to translate with and holds no training that could go on; begin one with its networks: train DATA --from {path} --out another.");
            }

            if (checkpoint is null && record.Parent is { } parent)
            {
                throw new CheckpointException($"{path} was killed before it had the weights of {parent.Name}, or its checkpoints are gone; begin it again with --from {parent.File} and --force.");
            }

            if (settings.Training.Batch != record.Settings.Training.Batch && checkpoint is not null && !Trainer.CountsImages(checkpoint.State))
            {
                throw new RunFolderException($"Step {checkpoint.Step} of {path} was saved by an earlier version, which did not count images; go on for a step with --batch "
                    + $"{record.Settings.Training.Batch}, then change it.");
            }

            if (settings.Training.Steps < checkpoint?.Step)
            {
                throw new RunFolderException($"--steps {settings.Training.Steps} is less than the {Amount.Of(checkpoint.Step, "step")} that {path} has made; give more, or leave it out.");
            }

            settings = settings with { Data = settings.Data with { Source = Locate(settings.Data.Source) } };
            return Build(observer, clock, settings, record.Data, engine, bench =>
            {
                if (!record.Data.Accepts(bench.Data.Describe()))
                {
                    throw new RunFolderException($"{settings.Data.Source} is not the data that {path} was made with: its pixels or labels differ; give that data again, or another --out "
                        + "to start anew.");
                }

                if (bench.DeviceName != record.DeviceName && record.DeviceName.Length > 0)
                {
                    observer.Notice($"This run began on {record.DeviceName} and goes on with {bench.DeviceName}: its numbers will differ in the last digits from an uninterrupted run.");
                }

                if (checkpoint is not null)
                {
                    folder.Checkpoints.Load(checkpoint, bench.Trainer.LoadState, chosen?.File);
                }

                if (chosen is { } back)
                {
                    GoBack(folder, back, observer);
                }

                var changes = folder.Log.ReadChanges();
                var change = ChangedLine.Of(checkpoint?.Step ?? 0, record.Settings, changes, settings);
                CutBack(folder, checkpoint, bench.Trainer, settings, record.Settings.Schedule.ReportEvery);
                if (change is not null)
                {
                    folder.Log.Append(change);
                    observer.Notice(change.Sentence);
                }

                if (checkpoint is not null && (change is not null || changes.Any(line => line.Changed == checkpoint.Step)))
                {
                    // No report is a mean over steps that were made with different options.
                    _ = bench.Trainer.Report();
                }

                folder.Save(record with { Settings = settings, Data = bench.Data.Describe(), DeviceName = bench.DeviceName, Versions = RunVersions.Current(), Taken = bench.Data.Summary });
                return folder;
            }, cancellation);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Trains; the stop finishes the step that is running and saves.</summary>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a weight is no longer finite.</exception>
    /// <exception cref="RunWriteException">The run folder cannot be written.</exception>
    public RunOutcome Run(CancellationToken stop) => Run(Pictures, stop);

    private IRunPictures? Pictures => store is not RunFolder folder ? null
        : folder.Record.Settings.Training.Translation is null ? new RunPictures(folder, bench.Data) : new TranslationPictures(folder, bench.Data);

    internal RunFolder Folder => (RunFolder)store;

    internal RunOutcome Run(IRunPictures? pictures, CancellationToken stop)
    {
        observer.Started(new RunStart(
            store.Path, bench.DeviceName, bench.Trainer.Step, store.Record.Settings.Training.Steps, store.Record.Data, bench.Trainer.Describe())
        {
            Taken = bench.Data.Summary,
        });
        // Any rank may be asked to stop; all do so in the same step.
        using var any = CancellationTokenSource.CreateLinkedTokenSource(stop, team?.Asked ?? default);
        return new TrainingRun(bench.Trainer, store, pictures, observer, clock, metric).Run(any.Token);
    }

    /// <summary>The last state of a run without a folder, and its device, which belongs to the caller from now on.</summary>
    internal (ITrainingDevice Device, RunRecord Record, Checkpoint Last) HandOver()
    {
        var run = (MemoryRun)store;
        return (bench.HandOverDevice(), run.Record, run.Newest ?? throw new InvalidOperationException("The run has not ended."));
    }

    /// <summary>Closes the metric, the trainer, the device, the data and the folder.</summary>
    public void Dispose()
    {
        try
        {
            metric?.Dispose();
            bench.Dispose();
        }
        finally
        {
            // A device that is lost refuses to be closed, too.
            store.Dispose();
        }
    }

    /// <summary>A new run. What a parent gave it is saved at once: it goes on without the parent.</summary>
    private static IRunStore Begun(RunBeginning begin, Workbench bench, IRunObserver observer, Func<RunRecord, IRunStore> make)
    {
        var (settings, parent) = begin;
        parent?.Give(bench.Trainer, settings.Training, bench.Data, observer.Notice);
        var store = make(new(RunRecord.CurrentFormat, settings, bench.Data.Describe(), bench.DeviceName, RunVersions.Current())
        {
            Labels = bench.Data.Labels,
            Taken = bench.Data.Summary,
            Parent = parent?.Run,
        });
        if (parent is null)
        {
            return store;
        }

        try
        {
            store.Checkpoints.Save(bench.Trainer.TakeCheckpoint(), settings.Schedule.Keep);
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    private static TrainingSession Build(
        IRunObserver observer,
        TimeProvider clock,
        RunSettings settings,
        RunData? made,
        ITrainingEngine engine,
        Func<Workbench, IRunStore> makeStore,
        CancellationToken cancellation,
        Func<TrainingData, TrainingOptions>? decide = null)
    {
        CheckMetric(engine.Metrics, settings.Schedule.Metric);
        var bench = Workbench.Open(
            engine, settings.Device, settings.Tune, settings.Training, check => TrainingData.LoadFor(settings, made, observer, check, cancellation), observer.Notice, decide,
            (data, training) => RankFollower.Announce(engine.Team, settings with { Training = training }, data));
        IRunMetric? metric = null;
        try
        {
            metric = OpenMetric(engine.Metrics, settings, bench.Data, observer, cancellation);
            cancellation.ThrowIfCancellationRequested();
            // Nothing of an old run goes before all ranks have what they need.
            RankDevice.Meet(engine.Team, bench.DeviceName, observer.Notice);
            if (engine.Team is not null && settings.Training.Reduce == RankReduction.Fast)
            {
                observer.Notice("With --reduce fast weights and images have the same bits only for as many ranks, on the same machines and with the same MPI library; --reduce strict has those of any "
                    + "number of ranks.");
            }
            return new TrainingSession(makeStore(bench), bench, metric, observer, clock, engine.Team);
        }
        catch
        {
            metric?.Dispose();
            bench.Dispose();
            throw;
        }
    }

    private static IRunMetric? OpenMetric(IRunMetrics? metrics, RunSettings settings, TrainingData data, IRunObserver observer, CancellationToken cancellation) =>
        settings.Schedule.Metric is { } name ? metrics!.Create(name, settings, data, observer, cancellation) : null;

    private static void CheckMetric(IRunMetrics? metrics, string? name)
    {
        if (name is not null && metrics?.Names.Contains(name) != true)
        {
            throw new OptionException($"--metric {name} cannot be measured here; it must be one of {string.Join(", ", metrics?.Names ?? [])}.");
        }
    }

    private static void GoBack(RunFolder folder, (string File, Checkpoint Checkpoint) chosen, IRunObserver observer)
    {
        var step = chosen.Checkpoint.Step;
        var left = folder.LeaveAfter(step, chosen.File);
        if (!File.Exists(folder.Checkpoints.FileOf(step)))
        {
            // So that the run goes on from here again if it is killed before its next one.
            RunWriteException.Guard(folder.Checkpoints.Path, () => Directory.CreateDirectory(folder.Checkpoints.Path));
            chosen.Checkpoint.Write(folder.Checkpoints.FileOf(step));
        }

        folder.Log.Append(new ResumedLine(step, chosen.File, left is null ? null : Path.GetFileName(left)));
        if (left is not null)
        {
            observer.Notice(FormattableString.Invariant($"The run goes on from step {step}; what it had made after that is kept as a run in {left}."));
        }
    }

    private static void CutBack(RunFolder folder, Checkpoint? checkpoint, ITrainer trainer, RunSettings settings, int reportEvery)
    {
        // A run that is complete is left as it is, its last line between two reports included.
        if (checkpoint is null || checkpoint.Step < settings.Training.Steps)
        {
            folder.Log.CutAfter(checkpoint?.Step ?? 0, reportEvery, trainer.Rollbacks);
            folder.Checkpoints.ForgetAfter(checkpoint?.Step ?? 0);
        }
    }

    // So that a run resumed from another working directory finds its data.
    private static string Locate(string source) =>
        source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal) ? Stack3Source.Prefix + Locate(source[Stack3Source.Prefix.Length..])
        : !ImageSetOptions.BuiltIn.Contains(source) && Path.Exists(source) ? Path.GetFullPath(source)
        : SourceList.Is(source) ? SourceList.Located(source)
        : source;
}
