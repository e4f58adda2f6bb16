using IlgpuGan.Training;

namespace IlgpuGan.Bench.Quality;

/// <summary>Shows how far a training is, and keeps what it says of its size. What is chosen and noted is the same for all seeds and said in the command.</summary>
/// <param name="progress">Shows it.</param>
/// <param name="name">What is trained.</param>
internal sealed class QualityObserver(Progress progress, string name) : IRunObserver
{
    private (WorkKind? Work, long Quarter) shown = (null, -1);

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
        if (IsNews(value.Kind, 4 * value.Done / Math.Max(1, value.Total)))
        {
            progress.Show($"{name}: {value}");
        }
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

    private void Show(long step)
    {
        if (IsNews(null, 4 * step / Math.Max(1, Start!.Steps)))
        {
            progress.Show(FormattableString.Invariant($"{name}: step {step} of {Start.Steps}"));
        }
    }

    // A line of a file each quarter is enough.
    private bool IsNews(WorkKind? work, long quarter)
    {
        bool isNews = shown != (work, quarter);
        shown = (work, quarter);
        return isNews;
    }
}
