using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Training;

/// <summary>Draws what a run shows of itself.</summary>
internal interface IRunPictures
{
    /// <summary>Draws real images, or real points.</summary>
    void SaveReals();

    /// <summary>Draws generated images, of the same latents each time; or generated points over real ones.</summary>
    /// <returns>The file.</returns>
    string SaveSample(ITrainer trainer);

    /// <summary>Plots the losses, as soon as there are two to draw a line between.</summary>
    void SaveLosses(IReadOnlyList<TrainingReport> reports);

    /// <summary>Plots the gradient norms of D's layers, as soon as there are two to draw a line between.</summary>
    void SaveGradients(IReadOnlyList<TrainingReport> reports);
}

/// <summary>The pictures of a run folder.</summary>
internal sealed class RunPictures(RunFolder folder, TrainingData data) : IRunPictures
{
    private const int Images = 64;
    private const int Points = 2048;

    // Pictures of larger images show fewer of them, rather than a file that no viewer opens.
    private const int BytesPerPicture = 1 << 25;

    private readonly RunPlots plots = new(folder);
    private readonly ulong seed = folder.Record.Settings.Training.Seed;
    private readonly RunData shape = folder.Record.Data;

    private int ImagesPerPicture => Math.Clamp(BytesPerPicture / shape.BytesPerImage, 1, Images);

    /// <inheritdoc/>
    public void SaveReals()
    {
        if (data.Images is not { } images)
        {
            RunPlots.Save(folder.RealsFile, path => ScatterPlot.Save(path, data.Points!.Points.AsSpan(0, Math.Min(Points, data.Points.Count) * 2), []));
            return;
        }

        var shown = Math.Min(ImagesPerPicture, images.Count);
        var length = shape.BytesPerImage;
        var pixels = new byte[shown * length];
        // Evenly from the whole set, as many sets are sorted.
        for (var i = 0; i < shown; i++)
        {
            images.Image((int)((long)i * images.Count / shown)).CopyTo(pixels.AsSpan(i * length, length));
        }

        RunPlots.Save(folder.RealsFile, path => ImageGrid.Save(path, pixels, shown, shape.Height, shape.Width, shape.Channels));
    }

    /// <inheritdoc/>
    public string SaveSample(ITrainer trainer)
    {
        var file = folder.SampleFile(trainer.Step);
        if (data.Points is { } points)
        {
            var fakes = trainer.SamplePoints(seed, 0, Points);
            RunPlots.Save(file, path => ScatterPlot.Save(path, points.Points.AsSpan(0, Math.Min(Points, points.Count) * 2), fakes));
        }
        else if (folder.Record.Labels is { } labels)
        {
            RunPlots.Save(file, path => LabelPicture.Save(path, (asked, count) => trainer.Sample(seed, 0, count, asked), labels, shape, column: 0));
        }
        else
        {
            var pixels = trainer.Sample(seed, 0, ImagesPerPicture);
            RunPlots.Save(file, path => ImageGrid.Save(path, pixels, ImagesPerPicture, shape.Height, shape.Width, shape.Channels));
        }

        return file;
    }

    /// <inheritdoc/>
    public void SaveLosses(IReadOnlyList<TrainingReport> reports) => plots.SaveLosses(reports);

    /// <inheritdoc/>
    public void SaveGradients(IReadOnlyList<TrainingReport> reports) => plots.SaveGradients(reports);
}
