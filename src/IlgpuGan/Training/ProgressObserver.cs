using IlgpuGan.Data;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Tells a program's progress, and whoever else listens, how a run goes on.</summary>
internal sealed class ProgressObserver(IProgress<TrainingProgress>? told, IRunObserver? other) : IRunObserver
{
    private long made, all;

    private TrainingProgress Now => new(made, all);

    public void Notice(string sentence)
    {
        told?.Report(Now with { Sentence = sentence });
        other?.Notice(sentence);
    }

    public void Report(Work value)
    {
        told?.Report(Now with { Work = value });
        other?.Report(value);
    }

    public void Loaded(ImageSetSummary data)
    {
        foreach (var sentence in data.Sentences)
        {
            told?.Report(Now with { Sentence = sentence });
        }

        other?.Loaded(data);
    }

    public void Started(RunStart start)
    {
        (made, all) = (start.Step, start.Steps);
        told?.Report(Now);
        other?.Started(start);
    }

    public void Stepped(long step)
    {
        made = step;
        other?.Stepped(step);
    }

    public void Reported(TrainingReport report, TimeSpan left)
    {
        told?.Report(Now with { Report = report, Left = left });
        other?.Reported(report, left);
    }

    public void Found(Finding finding)
    {
        told?.Report(Now with { Finding = finding, Sentence = FormattableString.Invariant($"Step {finding.Step}: {finding.Sentence}") });
        other?.Found(finding);
    }

    public void Measured(MetricLine value)
    {
        told?.Report(Now with { Sentence = FormattableString.Invariant($"Step {value.Step}: {value.Metric} {value.Value:G4}{(value.Best ? ", the best so far" : "")}") });
        other?.Measured(value);
    }

    public void Moved(string folder) => other?.Moved(folder);

    public void SampleSaved(long step, string path) => other?.SampleSaved(step, path);

    public void CheckpointSaved(long step, string path) => other?.CheckpointSaved(step, path);
}
