using IlgpuGan.Data;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using Spectre.Console;

namespace IlgpuGan.Cli;

/// <summary>Tells of a run by progress bars in a terminal.</summary>
/// <param name="console">Takes the lines.</param>
/// <param name="bars">Take the bars.</param>
/// <param name="advised">The options that may be advised.</param>
internal sealed class LiveObserver(IAnsiConsole console, ProgressContext bars, IReadOnlyCollection<string> advised) : IRunObserver
{
    private readonly Dictionary<WorkKind, ProgressTask> works = [];
    private ProgressTask? training;
    private long steps;

    public void Notice(string sentence) => console.WriteLine(sentence);

    public void Report(Work value)
    {
        if (value.Total == 0)
        {
            return;
        }

        var words = Markup.Escape(value.Title);
        if (!works.TryGetValue(value.Kind, out var bar))
        {
            bar = bars.AddTask(words);
            bar.HideWhenCompleted = true;
            works.Add(value.Kind, bar);
        }

        (bar.Description, bar.MaxValue, bar.Value) = (words, value.Total, value.Done);
    }

    public void Loaded(ImageSetSummary data)
    {
        foreach (var line in DataWords.Lines(data, advised))
        {
            console.WriteLine(line);
        }
    }

    public void Started(RunStart start)
    {
        foreach (var bar in works.Values)
        {
            bar.StopTask();
        }

        console.WriteLine(PlainObserver.Words(start));
        steps = start.Steps;
        training = bars.AddTask($"step {start.Step}/{steps}", maxValue: steps);
        training.Value = start.Step;
    }

    public void Stepped(long step) => training!.Value = step;

    public void Reported(TrainingReport report, TimeSpan left) => training!.Description = Markup.Escape(FormattableString.Invariant(
        $"step {report.Step}/{steps}  D {report.DiscriminatorLoss:F2}  G {report.GeneratorLoss:F2}{Figures.PartsOf(report)}  {report.ImagesPerSecond:F0} images/s"));

    public void SampleSaved(long step, string path) => console.WriteLine($"drew {path}");

    public void CheckpointSaved(long step, string path)
    {
    }
}
