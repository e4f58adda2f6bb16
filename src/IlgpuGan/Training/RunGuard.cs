using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>The watchdog of a run with what it may do: look at the trainer, end the run, or bring it back to an earlier checkpoint.</summary>
internal sealed class RunGuard(ITrainer trainer, IRunStore store, IRunObserver observer)
{
    // With halved rates each time: an eighth at last. What still fails then fails for another reason.
    private const int MostRollbacks = 3;

    // Looking for the first operation repeats the steps since the checkpoint, twice.
    private const long MostRepeated = 5000;

    private readonly RunSettings settings = store.Record.Settings;
    private readonly Watchdog watchdog = new(store.Record.Settings.Training, store.Record.Data.IsPoints);

    private bool isBlind;

    private bool IsOn => settings.Watchdog.IsOn;

    /// <summary>Whether the run may go back to an earlier checkpoint.</summary>
    public bool MayGoBack => IsOn && settings.Watchdog.OnCollapse == CollapseAction.Rollback;

    /// <summary>The step of which, or before which, one checkpoint is needed as long as a finding may still show that the later ones are of no use.</summary>
    public long? KeepsBefore => MayGoBack ? trainer.Step - (Watchdog.Patience + 1) * settings.Schedule.ReportEvery : null;

    /// <summary>Takes the reports of the run so far for known.</summary>
    public void Restart(IReadOnlyList<TrainingReport> reports)
    {
        if (IsOn)
        {
            watchdog.Restart(reports);
        }
    }

    /// <summary>A report with what a look at the networks adds to it.</summary>
    public TrainingReport Examine(TrainingReport report)
    {
        if (!IsOn || isBlind)
        {
            return report;
        }

        try
        {
            return report.With(trainer.Examine());
        }
        catch (DeviceMemoryException fault)
        {
            // Better unwatched than ended.
            isBlind = true;
            observer.Notice($"The watchdog sees the losses alone: {fault.Message}");
            return report;
        }
    }

    /// <summary>What is new in the reports.</summary>
    public IReadOnlyList<Finding> Look(IReadOnlyList<TrainingReport> reports) => IsOn ? watchdog.Look(reports) : [];

    /// <summary>Whether the run is to end because of a finding that it does not go back for.</summary>
    public bool Ends(Finding finding) => finding.IsCollapse && settings.Watchdog.OnCollapse != CollapseAction.Warn;

    /// <summary>The checkpoint to go back to because of a finding: the newest from before it began; null where the run may not go back, or not again.</summary>
    public Checkpoint? Target(Finding finding) =>
        MayGoBack && finding.IsCollapse && trainer.Rollbacks < MostRollbacks ? NewestUpTo(finding.Onset - settings.Schedule.ReportEvery) : null;

    /// <summary>What to do about a value that is not finite.</summary>
    /// <exception cref="TrainingDivergedException">There is nothing to be done.</exception>
    public (Finding Finding, Checkpoint Target) Diverged(string what)
    {
        var (step, rollbacks) = (trainer.Step, trainer.Rollbacks);
        // Each of them is checked before it is written.
        var good = NewestUpTo(step);
        var origin = IsOn ? Explain(good, step) : null;
        var cause = FormattableString.Invariant($"{what} is not a finite number at step {step}") + (origin is null ? "" : $" (it began with {origin})");
        if (MayGoBack && rollbacks < MostRollbacks && good is not null)
        {
            trainer.Rollbacks = rollbacks;
            return (new Finding(FindingKind.NotFinite, step, step, $"{cause}; a lower --lr may avoid it."), good);
        }

        var kept = good is null ? "there is no checkpoint yet" : store.Path.Length == 0 ? FormattableString.Invariant($"it was good at step {good.Step}")
            : $"the last good checkpoint is {store.Checkpoints.PlaceOf(good.Step)}";
        throw new TrainingDivergedException(FormattableString.Invariant(
            $"{cause}; {kept}; start a new run with a lower --lr (it was {settings.Training.LearningRate}) or another --seed."));
    }

    /// <summary>
    /// Goes back to a checkpoint with halved learning rates, and says so in the log. The checkpoint with the new rates is written last but for the cut of
    /// the log, which a resume makes up for: a crash before it leaves a run that finds the same and goes back again.
    /// </summary>
    /// <returns>The finding as logged.</returns>
    public Finding GoBack(Finding finding, Checkpoint target)
    {
        var number = trainer.Rollbacks + 1;
        finding = finding with
        {
            BackTo = target.Step,
            Rollback = number,
            Sentence = FormattableString.Invariant($"{finding.Sentence} The run goes back to step {target.Step} with learning rates of 1/{1 << number}, time {number} of {MostRollbacks}."),
        };
        store.Log.Append(finding);
        store.Checkpoints.DeleteAfter(target.Step);
        store.Checkpoints.Load(target, trainer.LoadState);
        trainer.Rollbacks = number;
        store.Checkpoints.Save(trainer.TakeCheckpoint(), settings.Schedule.Keep, KeepsBefore);
        store.Log.CutAfter(target.Step, settings.Schedule.ReportEvery, number);
        return finding;
    }

    private string? Explain(Checkpoint? from, long step)
    {
        var repeated = step - (from?.Step ?? 0);
        if (repeated is < 1 or > MostRepeated)
        {
            return null;
        }

        observer.Notice($"A number is no longer finite; repeating the {Amount.Of(repeated, "step")} before it to find the operation where it began.");
        try
        {
            return trainer.ExplainNonFinite(from?.State, step);
        }
        catch (Exception fault) when (fault is DeviceException or OutOfMemoryException)
        {
            observer.Notice($"The operation cannot be found: {fault.Message}");
            return null;
        }
    }

    private Checkpoint? NewestUpTo(long step)
    {
        foreach (var candidate in store.Checkpoints.Steps().Reverse().Where(present => present <= step))
        {
            try
            {
                return store.Checkpoints.Read(candidate);
            }
            catch (Exception fault) when (fault is CheckpointException or IOException or UnauthorizedAccessException)
            {
                observer.Notice($"{store.Checkpoints.PlaceOf(candidate)} is passed over: {fault.Message}");
            }
        }

        return null;
    }
}
