using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What a training says of itself as it goes on; <see cref="ToString"/> is a line for people.</summary>
/// <param name="Step">Generator updates made so far.</param>
/// <param name="Steps">Generator updates to make in all; 0 while images are loaded.</param>
public sealed record TrainingProgress(long Step, long Steps)
{
    /// <summary>How far the loading of images is, or else what takes long; null unless this tells of it.</summary>
    public Work? Work { get; init; }

    /// <summary>Losses and what else was measured since the last report, each <see cref="Options.RunSchedule.ReportEvery"/> steps; null unless this tells of one.</summary>
    public TrainingReport? Report { get; init; }

    /// <summary>Time to the end at the present speed; null unless there is a report.</summary>
    public TimeSpan? Left { get; init; }

    /// <summary>What the watchdog has found; null unless this tells of it.</summary>
    public Finding? Finding { get; init; }

    /// <summary>A sentence that a user should see, such as what was taken of a folder; null unless this tells of one.</summary>
    public string? Sentence { get; init; }

    /// <summary>The share of the steps that is made, from 0 to 1.</summary>
    public double Share => Steps > 0 ? (double)Step / Steps : 0;

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { Sentence: { } sentence } => sentence,
        { Work: { } work } => work.ToString(),
        { Report: { } report } => FormattableString.Invariant($"Step {Step} of {Steps}: loss of D {report.DiscriminatorLoss:F3}, of G {report.GeneratorLoss:F3}; {Left:d\\.hh\\:mm\\:ss} left"),
        _ => FormattableString.Invariant($"Step {Step} of {Steps}"),
    };
}
