using IlgpuGan.Data;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Remembers what it hears.</summary>
internal sealed class RecordingObserver : IRunObserver
{
    public List<string> Notices { get; } = [];

    public List<(TrainingReport Report, TimeSpan Left)> Reports { get; } = [];

    public List<long> Samples { get; } = [];

    public List<long> Checkpoints { get; } = [];

    public RunStart? Start { get; private set; }

    public List<Finding> Findings { get; } = [];

    public void Found(Finding finding) => Findings.Add(finding);

    public void Notice(string sentence) => Notices.Add(sentence);

    public List<ImageSetSummary> Data { get; } = [];

    public void Loaded(ImageSetSummary data) => Data.Add(data);

    public WorkRecorder Works { get; } = new();

    public void Report(Work value) => Works.Report(value);

    public void Started(RunStart start) => Start = start;

    public void Stepped(long step)
    {
    }

    public void Reported(TrainingReport report, TimeSpan left) => Reports.Add((report, left));

    public void SampleSaved(long step, string path) => Samples.Add(step);

    public void CheckpointSaved(long step, string path) => Checkpoints.Add(step);
}
