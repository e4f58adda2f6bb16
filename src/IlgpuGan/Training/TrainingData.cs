using IlgpuGan.Data;

namespace IlgpuGan.Training;

/// <summary>Opens what every use of a trainer starts with, and passes the warnings on.</summary>
internal static class TrainingData
{
    /// <summary>Name of the data that needs no file.</summary>
    public const string BuiltIn = "faces";

    public static ImageSet Load(ImageSetOptions options, IRunObserver observer, CancellationToken cancellation)
    {
        var data = ImageSetLoader.Load(options, new LoadingProgress(observer), cancellation);
        foreach (var warning in data.Warnings)
        {
            observer.Notice(warning);
        }

        if (data.SkippedFiles.Count > 0)
        {
            observer.Notice($"{data.SkippedFiles.Count} files could not be decoded and are left out: {string.Join("; ", data.SkippedFiles)}.");
        }

        return data;
    }

    public static OpenTrainer Open(ITrainingEngine engine, RunSettings settings, ImageSet data, IRunObserver observer)
    {
        var open = engine.Open(settings.Device, settings.Training, data);
        foreach (var warning in open.Warnings)
        {
            observer.Notice(warning);
        }

        return open;
    }

    // Progress<T> would report late, from another thread.
    private sealed class LoadingProgress(IRunObserver observer) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => observer.Loading(value);
    }
}
