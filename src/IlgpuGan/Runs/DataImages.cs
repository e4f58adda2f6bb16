using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;

namespace IlgpuGan.Runs;

/// <summary>Images as runs and those who judge them load them.</summary>
internal static class DataImages
{
    /// <summary>Loads images and passes on what the user should see of it.</summary>
    /// <param name="options">What to load; no points.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="sizes">What sizes there may be, where none is asked for; null for those of the usual network.</param>
    /// <param name="check">Refuses, by throwing, a shape before images of it are read.</param>
    /// <exception cref="OptionException">The source is no data.</exception>
    /// <exception cref="DataException">The images cannot be loaded.</exception>
    public static ImageSet Load(
        ImageSetOptions options, IDataObserver observer, CancellationToken cancellation, SizeRule? sizes = null, Action<ImageShape>? check = null)
    {
        if (options.Source.Length == 0)
        {
            throw new OptionException("This run was made of weights that came from elsewhere and does not say what data they are of; give the data.");
        }

        if (options.Images is null && RunFolder.HasOptions(options.Source))
        {
            throw new OptionException($"{options.Source} is a run folder, whose pictures are no data; to go on with it give --out {options.Source} --resume.");
        }

        var images = ImageSetLoader.Load(options, sizes ?? SizeRule.MultiplesOf4, observer, shape => check?.Invoke(shape), cancellation);
        foreach (var warning in images.Warnings)
        {
            observer.Notice(warning);
        }

        if (images.SkippedFiles.Count > 0)
        {
            observer.Notice($"{Amount.Of(images.SkippedFiles.Count, "file")} could not be decoded and {(images.SkippedFiles.Count == 1 ? "is" : "are")} left out: "
                + $"{string.Join("; ", images.SkippedFiles)}.");
        }

        return images;
    }
}
