using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>
/// The loop around a training: steps, and between them reports, pictures and checkpoints. None of these changes what is learnt, so a run that
/// was stopped and resumed equals one that was not. Only a watchdog that may go back to an earlier checkpoint does, by what its reports say alone.
/// </summary>
internal sealed class TrainingRun(ITrainer trainer, IRunStore store, IRunPictures? pictures, IRunObserver observer, TimeProvider clock, IRunMetric? metric = null)
{
    private static readonly TimeSpan ShortestCheckpointInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestCheckpointInterval = TimeSpan.FromMinutes(1);

    private readonly TrainingOptions options = store.Record.Settings.Training;
    private readonly RunSchedule schedule = store.Record.Settings.Schedule;
    private readonly long start = clock.GetTimestamp();
    private readonly RunGuard guard = new(trainer, store, observer);
    private readonly SampleClock sampleClock = new();
    private readonly ReportHistory reports = new(store.Log.Read());

    private double secondsBefore;
    private TimeSpan lastReport;
    private long reportedStep = trainer.Step;
    private TimeSpan lastCheckpoint;
    private long savedStep = store.Checkpoints.Steps() is [.., var newest] ? newest : -1;
    private long drawnStep = -1;
    private long made;
    private Finding? end;

    private TimeSpan Elapsed => clock.GetElapsedTime(start);

    /// <summary>Trains until the steps are made, the minutes are over or a stop is asked for; then saves.</summary>
    /// <exception cref="TrainingDivergedException">A loss, a gradient or a weight is no longer finite.</exception>
    /// <exception cref="RunWriteException">The run folder cannot be written.</exception>
    public RunOutcome Run(CancellationToken stop)
    {
        secondsBefore = reports is [.., var last] ? last.Seconds : 0;
        guard.Restart(store.Log.Read());
        if (trainer.Step == 0 && guard.MayGoBack && savedStep < 0)
        {
            SaveCheckpoint();
        }

        // What was stopped while it was measured.
        if (trainer.Step > 0 && store.Log.ReadMetrics().All(line => line.Step < trainer.Step))
        {
            Measure(stop);
        }

        // The last checkpoint may be one that the run goes back before.
        RunOutcome? outcome = null;
        for (Train(stop); trainer.Step != savedStep; Train(stop))
        {
            if (IsComplete)
            {
                outcome = Complete(stop);
            }
            else
            {
                SaveCheckpoint();
            }
        }

        outcome ??= Finish(stop);
        Keep();
        return outcome with { Folder = store.Path };
    }

    private void Train(CancellationToken stop)
    {
        while (!IsOver && !stop.IsCancellationRequested && !IsOutOfTime)
        {
            trainer.RunStep();
            made++;
            observer.Stepped(trainer.Step);
            if (trainer.Step % schedule.ReportEvery == 0)
            {
                Report();
            }

            // Not before the first step, which would only begin the later for it.
            if (trainer.Step == 1 && pictures is not null)
            {
                Write(pictures.SaveReals);
            }

            if (trainer.Step == 1 || SampleIsDue)
            {
                SaveSample();
            }

            Measure(stop);
            if (CheckpointIsDue && !IsComplete)
            {
                SaveCheckpoint();
            }
        }
    }

    private bool IsComplete => trainer.Step >= options.Steps && end is null;

    private bool IsOver => trainer.Step >= options.Steps || end is not null;

    private bool IsOutOfTime => schedule.Minutes is { } minutes && Elapsed.TotalMinutes >= minutes;

    private bool SampleIsDue => schedule.SampleEvery is { } every ? trainer.Step % every == 0 : sampleClock.IsDue(Elapsed);

    private bool CheckpointIsDue => schedule.CheckpointEvery is { } every
        ? trainer.Step % every == 0
        : IsFirstCheckpointDue || Elapsed - lastCheckpoint >= CheckpointInterval;

    // A disk that is full or may not be written is found at once, not after a minute's work. A run that may go back has one of step 0 already.
    private bool IsFirstCheckpointDue => made == 1 && savedStep < 0;

    private TimeSpan CheckpointInterval =>
        TimeSpan.FromTicks(Math.Clamp(lastCheckpoint.Ticks, ShortestCheckpointInterval.Ticks, LongestCheckpointInterval.Ticks));

    /// <summary>
    /// Ends a run that has made its steps: its last report and picture, then its last checkpoint, of the state before that report. Killed in between it goes on
    /// from the checkpoint before and makes all of its end again.
    /// </summary>
    /// <returns>How it ended; null where it went back instead.</returns>
    private RunOutcome? Complete(CancellationToken stop)
    {
        if (TakeCheckpoint() is not { } checkpoint)
        {
            return null;
        }

        RunOutcome outcome;
        try
        {
            outcome = Finish(stop);
        }
        catch (RunWriteException)
        {
            // No picture is worth the work.
            Save(checkpoint);
            throw;
        }

        if (trainer.Step != checkpoint.Step)
        {
            return null;
        }

        Save(checkpoint);
        return outcome;
    }

    private RunOutcome Finish(CancellationToken stop)
    {
        var reason = end is not null ? RunEnd.Collapsed
            : trainer.Step >= options.Steps ? RunEnd.Completed
            : stop.IsCancellationRequested ? RunEnd.Stopped : RunEnd.OutOfTime;
        // After the checkpoint, as a report empties the sums that the next regular one is made of.
        if (reason == RunEnd.Completed && made > 0 && trainer.Step % schedule.ReportEvery != 0)
        {
            Report();
        }

        if (made > 0 && trainer.Step != drawnStep)
        {
            SaveSample();
        }

        return new RunOutcome(reason, trainer.Step, secondsBefore + Elapsed.TotalSeconds, reports is [.., var last] ? last : null) { Finding = end };
    }

    private void Report()
    {
        var report = trainer.Report();
        if (report.FirstNonFinite() is { } quantity)
        {
            GoBack(guard.Diverged($"The {quantity}"));
            return;
        }

        report = guard.Examine(report);
        var now = Elapsed;
        report = report with
        {
            ImagesPerSecond = Math.Round(report.Kimg * 1000 / report.Step * (report.Step - reportedStep) / Math.Max((now - lastReport).TotalSeconds, 1e-9), 1),
            Seconds = Math.Round(secondsBefore + now.TotalSeconds, 3),
        };
        lastReport = now;
        reportedStep = report.Step;
        Write(() => store.Log.Append(report));
        reports.Add(report);
        observer.Reported(report, TimeLeft(now));
        // The last line of a run may be of fewer steps than others, and a longer run would not have it.
        if (report.Step % schedule.ReportEvery == 0)
        {
            Watch();
        }
    }

    private void Watch()
    {
        foreach (var finding in guard.Look(reports))
        {
            if (guard.Target(finding) is { } target)
            {
                GoBack((finding, target));
                return;
            }

            Write(() => store.Log.Append(finding));
            observer.Found(finding);
            end ??= guard.Ends(finding) ? finding : null;
        }
    }

    private void GoBack((Finding Finding, Checkpoint Target) decision)
    {
        Keep();
        observer.Found(guard.GoBack(decision.Finding, decision.Target));
        reports.RemoveAfter(trainer.Step);
        guard.Restart(store.Log.Read());
        (reportedStep, savedStep, drawnStep) = (trainer.Step, trainer.Step, -1);
        lastReport = lastCheckpoint = Elapsed;
    }

    private TimeSpan TimeLeft(TimeSpan elapsed)
    {
        var left = elapsed / made * (options.Steps - trainer.Step);
        return schedule.Minutes is { } minutes && TimeSpan.FromMinutes(minutes) - elapsed is var budget && budget < left ? budget : left;
    }

    private void SaveSample()
    {
        drawnStep = trainer.Step;
        if (pictures is null)
        {
            return;
        }

        Write(() =>
        {
            observer.SampleSaved(trainer.Step, pictures.SaveSample(trainer));
            pictures.SaveLosses(reports);
            pictures.SaveGradients(reports);
        });
        sampleClock.Drawn(Elapsed);
    }

    private void Measure(CancellationToken stop)
    {
        if (metric is null || trainer.Step % schedule.MetricEvery != 0)
        {
            return;
        }

        double value;
        try
        {
            value = metric.Measure((seed, first, count) => trainer.Sample(seed, first, count), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // A run that goes on from here measures it first of all.
            return;
        }

        if (!double.IsFinite(value))
        {
            observer.Notice(FormattableString.Invariant($"Step {trainer.Step}: {schedule.Metric} is not a finite number."));
            return;
        }

        var before = store.Log.ReadMetrics().Where(line => line.Metric == schedule.Metric).Select(line => line.Value);
        var isBest = before.All(earlier => metric.IsSmallerBetter ? value < earlier : value > earlier);
        var checkpoint = isBest ? trainer.TakeCheckpoint() : null;
        if (checkpoint is not null && checkpoint.FirstNonFinite() is null)
        {
            Write(() => store.Checkpoints.SaveBest(checkpoint));
        }

        var line = new MetricLine(schedule.Metric!, trainer.Step, trainer.Images / 1000.0, value, isBest);
        Write(() => store.Log.Append(line));
        observer.Measured(line);
    }

    private void SaveCheckpoint()
    {
        if (TakeCheckpoint() is { } checkpoint)
        {
            Save(checkpoint);
        }
    }

    /// <summary>The state as it is now; null where the run goes back instead, as one that cannot be trained on must not push out one that can.</summary>
    private Checkpoint? TakeCheckpoint()
    {
        var checkpoint = trainer.TakeCheckpoint();
        if (checkpoint.FirstNonFinite() is not { } name)
        {
            return checkpoint;
        }

        GoBack(guard.Diverged($"The value {name}"));
        return null;
    }

    private void Save(Checkpoint checkpoint)
    {
        string? path = null;
        Write(() => path = store.Checkpoints.Save(checkpoint, schedule.Keep, guard.KeepsBefore));
        savedStep = checkpoint.Step;
        lastCheckpoint = Elapsed;
        if (path is not null)
        {
            observer.CheckpointSaved(checkpoint.Step, path);
        }
    }

    /// <summary>Writes into the folder; if it is moved or removed meanwhile, once more.</summary>
    private void Write(Action write)
    {
        Keep();
        try
        {
            write();
        }
        catch (RunWriteException) when (Keep())
        {
            write();
        }
    }

    /// <summary>Sees to it that the run folder is where the next write goes; true when it was not, and all that is needed to go on is there again.</summary>
    private bool Keep()
    {
        var before = store.Path;
        if (store.Keep(reports) is not { } sentence)
        {
            return false;
        }

        observer.Notice(sentence);
        if (store.Path != before)
        {
            observer.Moved(store.Path);
        }

        if (store.Checkpoints.Steps().Count == 0 && savedStep >= 0)
        {
            Save(trainer.TakeCheckpoint());
        }

        return true;
    }
}
