using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Theory;

/// <summary>A training that is looked at from beginning to end.</summary>
/// <param name="Reports">Its reports with what checkups found, in order.</param>
/// <param name="Findings">What the watchdog found wrong with it, or that a number is not finite.</param>
internal sealed record Course(IReadOnlyList<TrainingReport> Reports, IReadOnlyList<Finding> Findings)
{
    /// <summary>Makes all steps of a training.</summary>
    /// <param name="trainer">The trainer, at its beginning.</param>
    /// <param name="settings">What it was made with.</param>
    /// <param name="progress">Hears of each step.</param>
    /// <param name="before">What was done before.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    /// <param name="stepped">Hears that a step was made, before it is reported.</param>
    public static Course Of(ITrainer trainer, RunSettings settings, IProgress<Work>? progress, Work before, CancellationToken cancellation, Action? stepped = null)
    {
        var (reports, findings) = (new List<TrainingReport>(), new List<Finding>());
        var watchdog = new Watchdog(settings.Training, PointSet.IsName(settings.Data.Source));
        while (trainer.Step < settings.Training.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            trainer.RunStep();
            progress?.Report(before.After(trainer.Step));
            stepped?.Invoke();
            if (trainer.Step % settings.Schedule.ReportEvery == 0)
            {
                reports.Add(trainer.Report().With(trainer.Examine()));
                if (reports[^1].FirstNonFinite() is { } quantity && findings.All(finding => finding.Kind != FindingKind.NotFinite))
                {
                    findings.Add(new(FindingKind.NotFinite, trainer.Step, trainer.Step, $"The {quantity} is not finite at step {trainer.Step}; try a lower --lr."));
                }

                findings.AddRange(watchdog.Look(reports));
            }
        }

        return new(reports, findings);
    }
}
