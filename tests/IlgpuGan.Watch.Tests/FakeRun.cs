using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests;

namespace IlgpuGan.Watch.Tests;

/// <summary>A run folder that a test writes by hand, as a training would.</summary>
internal sealed class FakeRun : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private RunFolder? open;

    public FakeRun(string name = "run", long steps = 100)
    {
        Path = temporary[name];
        var settings = RunSettings.For("faces");
        open = RunFolder.Create(
            Path, new RunRecord(RunRecord.CurrentFormat, settings with { Training = settings.Training with { Steps = steps } },
                new RunData("x", 8, 16, 16, 3, IsPoints: false), "a device", RunVersions.Current()), force: false);
    }

    public string Path { get; }

    public string LogFile => System.IO.Path.Combine(Path, "log.jsonl");

    public void Report(params long[] steps)
    {
        foreach (var step in steps)
        {
            File.AppendAllText(LogFile, RunLog.LineOf(ReportOf(step)) + "\n");
        }
    }

    public static TrainingReport ReportOf(long step) => new(step, step * 0.016, 0.5, 1.5, 0.75, 0.25, 1, 2) { ImagesPerSecond = 160, Seconds = step / 10.0 };

    /// <summary>As a process that ends, in whatever way.</summary>
    public void LetGo()
    {
        open?.Dispose();
        open = null;
    }

    public void Dispose()
    {
        LetGo();
        temporary.Dispose();
    }
}
