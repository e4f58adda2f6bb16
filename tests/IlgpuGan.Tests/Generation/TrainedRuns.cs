using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Generation;

/// <summary>Runs of a few real steps, each made once and kept for all tests of a class.</summary>
public sealed class TrainedRuns : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> runs = [];

    internal string this[string name] => folder[name];

    public void Dispose() => folder.Dispose();

    /// <summary>The folder of a run with these options, trained on drawn faces (or points) when it is asked for first.</summary>
    internal string Train(string name, Func<TrainingOptions, TrainingOptions> options, int size = 16, string source = "faces")
    {
        if (runs.TryGetValue(name, out var path))
        {
            return path;
        }

        path = runs[name] = folder[name];
        var settings = new RunSettings
        {
            Data = new ImageSetOptions { Source = source, FaceCount = 64, Size = source == "faces" ? new ImageSize(size, size) : null, UseCache = false },
            Training = options(Presets.Named("dcgan-2016") with { Width = 8, LatentSize = 12, Steps = 3, Batch = 8 }),
            Device = "cpu",
        };
        using var session = TrainingSession.Start(path, settings, force: false, new TrainingEngine(), new RecordingObserver(), TimeProvider.System, TestContext.Current.CancellationToken);
        session.Run(TestContext.Current.CancellationToken);
        return path;
    }
}
