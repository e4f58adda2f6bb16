using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Watch.Tests;

/// <summary>Hears of a training and says nothing.</summary>
internal sealed class Silence : IRunObserver
{
    public void Notice(string sentence)
    {
    }

    public void Report(Work value)
    {
    }

    public void Started(RunStart start)
    {
    }

    public void Stepped(long step)
    {
    }

    public void Reported(TrainingReport report, TimeSpan left)
    {
    }

    public void SampleSaved(long step, string path)
    {
    }

    public void CheckpointSaved(long step, string path)
    {
    }
}
