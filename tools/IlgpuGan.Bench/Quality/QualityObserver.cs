using IlgpuGan.Training;

namespace IlgpuGan.Bench.Quality;

/// <summary>Shows how far a training is, and keeps what it says of its size. What is chosen and noted is the same for all seeds and said in the command.</summary>
/// <param name="progress">Shows it.</param>
/// <param name="name">What is trained.</param>
internal sealed class QualityObserver(Progress progress, string name) : IRunObserver
{
    private int shown = -1;

    /// <summary>What the training said when it began.</summary>
    public RunStart? Start { get; private set; }

    public void Notice(string sentence)
    {
    }

    public void Loaded(Data.ImageSetSummary data)
    {
    }

    public void Report(Work value)
    {
    }

    public void Started(RunStart start)
    {
        Start = start;
        Show(start.Step);
    }

    public void Stepped(long step) => Show(step);

    public void Reported(Runs.TrainingReport report, TimeSpan left)
    {
    }

    public void SampleSaved(long step, string path)
    {
    }

    public void CheckpointSaved(long step, string path)
    {
    }

    // A line of a file each quarter is enough.
    private void Show(long step)
    {
        int quarter = (int)(4 * step / Math.Max(1, Start!.Steps));
        if (quarter != shown)
        {
            shown = quarter;
            progress.Show(FormattableString.Invariant($"{name}: {25 * quarter} % of {Amount.Of(Start.Steps, "step")}"));
        }
    }
}
