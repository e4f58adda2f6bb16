using IlgpuGan.Data;
using IlgpuGan.Imaging;

namespace IlgpuGan.Training;

/// <summary>The pictures of a run folder.</summary>
internal sealed class RunPictures(RunFolder folder, ImageSet data)
{
    private const int Images = 64;

    // Pictures of larger images show fewer of them, rather than a file that no viewer opens.
    private const int BytesPerPicture = 1 << 26;

    private readonly ulong seed = folder.Record.Settings.Training.Seed;
    private readonly int count = Math.Clamp(BytesPerPicture / (data.Height * data.Width * data.Channels), 1, Images);

    /// <summary>Draws real images, taken evenly from the whole set, as many sets are sorted.</summary>
    public void SaveReals()
    {
        var shown = Math.Min(count, data.Count);
        var length = data.Height * data.Width * data.Channels;
        var pixels = new byte[shown * length];
        for (var i = 0; i < shown; i++)
        {
            data.Image((int)((long)i * data.Count / shown)).CopyTo(pixels.AsSpan(i * length, length));
        }

        RunWriteException.Guard(folder.RealsFile, () => ImageGrid.Save(folder.RealsFile, pixels, shown, data.Height, data.Width, data.Channels));
    }

    /// <summary>Draws generated images, of the same latents each time.</summary>
    /// <returns>The file.</returns>
    public string SaveSample(ITrainer trainer)
    {
        var path = folder.SampleFile(trainer.Step);
        var pixels = trainer.Sample(seed, 0, count);
        RunWriteException.Guard(path, () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            ImageGrid.Save(path, pixels, count, data.Height, data.Width, data.Channels);
        });
        return path;
    }

    /// <summary>Plots the losses, as soon as there are two to draw a line between.</summary>
    public void SaveLosses(IReadOnlyList<TrainingReport> reports)
    {
        if (reports.Count > 1)
        {
            RunWriteException.Guard(folder.LossesFile, () => LossPlot.Save(folder.LossesFile, [.. reports.Select(PointOf)]));
        }
    }

    private static LossPoint PointOf(TrainingReport report) => new(
        report.Step, report.DiscriminatorLoss, report.GeneratorLoss, report.RealProbability, report.FakeProbability, report.JensenShannonLowerBound);
}
