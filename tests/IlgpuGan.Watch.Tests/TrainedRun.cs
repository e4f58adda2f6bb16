using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests;
using IlgpuGan.Training;

namespace IlgpuGan.Watch.Tests;

/// <summary>A real training, as small as there is, on a thread of its own until it is stopped.</summary>
/// <param name="source">Faces, or pairs of them.</param>
/// <param name="translation">How they are translated, where that is not what is usual for them.</param>
internal sealed class TrainedRun(string source = "faces", TranslationOptions? translation = null) : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly CancellationTokenSource stop = new();

    public string Path => temporary["faces"];

    /// <summary>Trains all the steps and returns when they are made.</summary>
    public void Train(long steps) => Run(steps);

    /// <summary>Trains until <see cref="Stop"/>; the task ends when all is saved.</summary>
    public Task TrainOn() => Task.Run(() => Run(1_000_000));

    public void Stop() => stop.Cancel();

    public void Dispose()
    {
        stop.Dispose();
        temporary.Dispose();
    }

    private void Run(long steps)
    {
        var settings = RunSettings.For(source) with
        {
            Data = new ImageSetOptions { Source = source, FaceCount = 64, Size = new ImageSize(16, 16), UseCache = false },
            Schedule = new RunSchedule { ReportEvery = 5, SampleEvery = 10 },
            Device = "cpu",
        };
        var training = settings.Training with { Steps = steps, Translation = translation ?? settings.Training.Translation };
        settings = settings with { Training = training.Translation is null ? training with { Condition = "hair" } : training with { Width = 4, Condition = translation is null ? null : "hair" } };
        using var session = TrainingSession.Start(Path, settings, force: false, new TrainingEngine(), new Silence(), TimeProvider.System, stop.Token);
        session.Run(stop.Token);
    }
}
