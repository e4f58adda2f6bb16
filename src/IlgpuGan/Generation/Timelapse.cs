using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>How to show the samples of a run.</summary>
public sealed record TimelapseWish
{
    /// <summary>Length in seconds, without the rest at the end.</summary>
    public double Seconds { get; init; } = 10;

    /// <summary>The most pictures a second; of more samples than that, evenly chosen ones are shown.</summary>
    public double FramesPerSecond { get; init; } = 10;

    /// <summary>Steps whose samples are shown, in a strip a row for each; null for evenly chosen ones.</summary>
    public IReadOnlyList<long>? Steps { get; init; }
}

/// <summary>The samples that a run has written, as an animation or a strip.</summary>
public static class Timelapse
{
    // Long enough to look at what became of it.
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    // Few samples would otherwise be shown as a slow parade.
    private static readonly TimeSpan LongestFrame = TimeSpan.FromSeconds(0.8);

    private const int StripPictures = 12, RowImages = 8;

    /// <summary>Writes what a run's samples looked like as training went on. The run may still go on, and its data and checkpoints need not be there.</summary>
    /// <param name="run">The run folder.</param>
    /// <param name="path">The file, <c>.webp</c>, <c>.gif</c> or (twelve of the samples) <c>.png</c>; its folder is made.</param>
    /// <param name="wish">How fast.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up; no file is written.</param>
    /// <returns>Samples shown, and the last step.</returns>
    /// <exception cref="OptionException">A value is not allowed.</exception>
    /// <exception cref="RunFolderException">There is no run in the folder, or it has no samples yet.</exception>
    /// <exception cref="DataException">A sample cannot be read.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public static (int Pictures, long Step) Save(string run, string path, TimelapseWish wish, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(wish);
        OptionCheck.Between("--seconds", wish.Seconds, 0.1, 3600);
        OptionCheck.Between("--fps", wish.FramesPerSecond, 0.1, 50);
        bool isStrip = !PictureName.IsAnimation(path);
        OutputCheck.File("--out", path);
        _ = RunFolder.ReadRecord(run);
        var all = RunFolder.SamplesIn(run);
        if (all.Count == 0)
        {
            throw new RunFolderException($"{run} has no samples yet; let the run go on with train --resume until it has drawn some.");
        }
        if (wish.Steps is { } steps)
        {
            all = [.. steps.Order().Select(step => all.MinBy(sample => Math.Abs((double)sample.Step - step)) is var nearest && nearest.Step == step ? nearest
                : throw new OptionException($"--steps {step}: {run} has no sample of this step, the nearest is of step {nearest.Step}; "
                    + "give that one, or train with --sample-every."))];
        }

        int most = wish.Steps is not null ? all.Count : isStrip ? StripPictures : (int)Math.Clamp(wish.Seconds * wish.FramesPerSecond, 1, int.MaxValue);
        var shown = Thin(all, most);
        long last = shown[^1].Step;
        try
        {
            if (isStrip && wish.Steps is not null && Rows(run, shown) is { } rows)
            {
                PictureName.Write(path, () => RowGrid.Save(
                    path, [.. shown.Select(sample => Caption(sample.Step))], rows.Pixels, rows.Columns, rows.Shape.Height, rows.Shape.Width, rows.Shape.Channels));
                progress?.Report(new(WorkKind.JoiningSamples, shown.Count, shown.Count));
                return (shown.Count, last);
            }

            using var film = Film.Of([.. shown.Select(sample => sample.File)]);
            var frames = shown.Select((sample, i) =>
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new(WorkKind.JoiningSamples, i, shown.Count));
                return film.Draw(new(sample.File, Caption(sample.Step), last == 0 ? 1 : (double)sample.Step / last));
            });
            var shape = film.Shape;
            PictureName.Write(path, () =>
            {
                if (isStrip)
                {
                    ImageGrid.Save(path, [.. frames.SelectMany(frame => frame)], shown.Count, shape.Height, shape.Width, shape.Channels);
                }
                else
                {
                    AnimationFile.Save(path, shape, Timed(frames, shown.Count, wish));
                }
            });
        }
        catch (ImageDecodeException fault)
        {
            throw new SourceCorruptException($"{fault.Message}; delete that sample and try again.", fault);
        }
        progress?.Report(new(WorkKind.JoiningSamples, shown.Count, shown.Count));
        return (shown.Count, last);
    }

    private static string Caption(long step) => $"step {step.ToString("N0", CultureInfo.InvariantCulture)}";

    /// <summary>The first images of each sample, which are of the same latents in all; null where samples are no grids of images.</summary>
    private static (byte[] Pixels, int Columns, ImageShape Shape)? Rows(string run, IReadOnlyList<(long Step, string File)> samples)
    {
        var data = RunFolder.ReadRecord(run).Data;
        var shape = new ImageShape(data.Height, data.Width, data.Channels);
        var pixels = new List<byte>();
        int columns = 0;
        foreach (var (_, file) in samples)
        {
            if (ImageGrid.Read(file, shape, RowImages) is not { } images)
            {
                return null;
            }

            pixels.AddRange(images);
            columns = images.Length / shape.Bytes;
        }

        return (pixels.ToArray(), columns, shape);
    }

    private static IEnumerable<AnimationFrame> Timed(IEnumerable<byte[]> frames, int count, TimelapseWish wish)
    {
        var each = TimeSpan.FromSeconds(wish.Seconds / count);
        each = each < LongestFrame ? each : LongestFrame;
        return frames.Select((frame, i) => new AnimationFrame(frame, i == count - 1 ? each + Rest : each));
    }

    // The first and the last are always among them.
    private static List<T> Thin<T>(IReadOnlyList<T> all, int most) => all.Count <= most ? [.. all]
        : most == 1 ? [all[^1]]
        : [.. Enumerable.Range(0, most).Select(i => all[(int)((long)i * (all.Count - 1) / (most - 1))])];
}
