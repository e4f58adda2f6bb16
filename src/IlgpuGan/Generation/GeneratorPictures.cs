using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>Draws images of a generator into files.</summary>
public static class GeneratorPictures
{
    // One batch at a time, so that a stop is heard and memory stays small.
    private const int Chunk = 64;

    // Far more than a plot can show, and still little memory.
    private const int MaximumPoints = 1_000_000;

    /// <summary>Draws images <c>0 ... count - 1</c> of a seed, some at a time: the number of the first, and bytes [N, H, W, C].</summary>
    /// <param name="generator">Draws.</param>
    /// <param name="wish">Which images.</param>
    /// <param name="progress">Hears how many are drawn, and done with.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">The generator draws points, or a value is not allowed.</exception>
    public static IEnumerable<(int First, byte[] Images)> Draw(
        this Generator generator, SampleWish wish, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        OptionCheck.Between("--count", wish.Count, 1, int.MaxValue);
        // Not when the first is asked for: what is wrong is said at once.
        var asked = generator.Ask(wish.Label);
        return generator.Data.IsPoints ? throw new OptionException("This run draws points; give a run of images.") : Chunks(generator, wish, asked, progress, cancellation);
    }

    /// <summary>Draws images into one picture; points into a plot.</summary>
    /// <exception cref="OptionException">So many images do not fit one picture.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public static void SaveGrid(
        this Generator generator, string path, SampleWish wish, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        var data = generator.Data;
        if (data.IsPoints)
        {
            OptionCheck.Between("--count", wish.Count, 1, MaximumPoints);
            var points = generator.SampleFloats(wish.Count, wish.Seed, wish.Label, wish.Truncation, cancellation: cancellation);
            PictureName.Write(path, () => ScatterPlot.Save(path, [], points));
            return;
        }

        OptionCheck.Between("--count", wish.Count, 1, int.MaxValue / 2);
        var layout = GridLayout.For(wish.Count, data.Height, data.Width);
        if (layout.Width * layout.Height > ImageFile.MaximumPixels)
        {
            throw new OptionException($"--count {wish.Count} is too many for one picture of images of {data.Width} x {data.Height} pixels; give fewer, or a folder as --out.");
        }

        var pixels = new byte[wish.Count * data.BytesPerImage];
        foreach (var (first, images) in generator.Draw(wish, progress, cancellation))
        {
            images.CopyTo(pixels, (long)first * data.BytesPerImage);
        }

        PictureName.Write(path, () => ImageGrid.Save(path, pixels, wish.Count, data.Height, data.Width, data.Channels));
    }

    /// <summary>Draws a grid in which each row is one value of a label column.</summary>
    /// <param name="generator">Draws.</param>
    /// <param name="path">The picture.</param>
    /// <param name="rows">Name of the column; null for the first.</param>
    /// <param name="wish">The seed, of which all rows have the same latents, and what the other columns are to be; its count is not used.</param>
    /// <exception cref="OptionException">The generator has no labels, or not this one.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public static void SaveLabelGrid(this Generator generator, string path, string? rows, SampleWish wish)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        var asked = generator.Ask(wish.Label);
        var labels = generator.Labels ?? throw new OptionException($"--rows {rows}: this run was trained without labels; train with --condition, or leave --rows out.");
        int column = rows is null ? 0 : labels.IndicesOf(rows, "--rows", "this run")[0];
        PictureName.Write(path, () => LabelPicture.Save(path, (row, count) => generator.Pixels(wish.Seed, 0, count, row, wish.Truncation), labels, generator.Data, column, asked));
    }

    /// <summary>Draws images into files <c>seedS-NNNNNN.png</c> of a folder.</summary>
    /// <exception cref="OptionException">The generator draws points.</exception>
    /// <exception cref="RunWriteException">A file cannot be written.</exception>
    public static void SaveFolder(
        this Generator generator, string path, SampleWish wish, IProgress<Work>? progress = null, CancellationToken cancellation = default) =>
        generator.SaveFolder(path, wish, new PictureFiles(), progress, cancellation);

    /// <summary>Draws images into files of a folder.</summary>
    /// <param name="generator">Draws.</param>
    /// <param name="path">The folder.</param>
    /// <param name="wish">Which images.</param>
    /// <param name="files">What the files are called, and how they are written: those of JPEG with the best quality that is taken.</param>
    /// <param name="progress">Hears how many are drawn.</param>
    /// <param name="cancellation">Gives up; what was written stays.</param>
    /// <exception cref="OptionException">The generator draws points.</exception>
    /// <exception cref="RunWriteException">A file cannot be written.</exception>
    public static void SaveFolder(
        this Generator generator, string path, SampleWish wish, PictureFiles files, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        ArgumentNullException.ThrowIfNull(files);
        var data = generator.Data;
        if (data.IsPoints)
        {
            throw new OptionException($"--out {path} is a folder, but this run draws points, which go into one picture; give a name that ends with .png.");
        }

        var length = data.BytesPerImage;
        foreach (var (first, images) in generator.Draw(wish, progress, cancellation))
        {
            for (var i = 0; i * length < images.Length; i++)
            {
                var file = Path.Combine(path, files.NameOf(wish.Seed, first + i));
                var image = images.AsMemory(i * length, length);
                PictureName.Write(file, () =>
                {
                    byte[] bytes = ImageFile.Encode(image.Span, data.Height, data.Width, data.Channels, files.Format, PictureArchive.BestQuality);
                    AtomicFile.Write(file, stream => stream.Write(bytes));
                });
            }
        }
    }

    /// <summary>Draws images into an archive, whole or not at all. The same images make the same bytes.</summary>
    /// <param name="generator">Draws.</param>
    /// <param name="path">The archive to make or replace: <c>.tgz</c>, <c>.tar.gz</c>, <c>.tar</c> or <c>.zip</c>.</param>
    /// <param name="wish">Which images.</param>
    /// <param name="files">What the files in it are called, and how they are written.</param>
    /// <param name="limit">
    /// Bytes that the archive is to stay below: the quality of JPEG is the best that does, up to <see cref="PictureArchive.BestQuality"/>. Null for none.
    /// </param>
    /// <param name="progress">Hears how many are drawn.</param>
    /// <param name="cancellation">Gives up; nothing is written.</param>
    /// <returns>How large it has become, and by which quality.</returns>
    /// <exception cref="OptionException">The generator draws points, the archive has another ending, or so many images do not fit.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public static PictureArchive SaveArchive(
        this Generator generator, string path, SampleWish wish, PictureFiles files, long? limit, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        ArgumentNullException.ThrowIfNull(files);
        PictureArchive.CheckName(path);
        if (generator.Data.IsPoints)
        {
            throw new OptionException($"--archive {path} holds pictures, but this run draws points, which go into one picture; give --out FILE.png instead.");
        }

        PictureArchive.CheckCount(path, wish.Count, generator.Data);
        var drawn = generator.Draw(wish, progress, cancellation).Select(part => part.Images).ToList();
        return PictureArchive.Write(path, drawn, generator.Data, place => files.NameOf(wish.Seed, place), files.Format, limit, cancellation);
    }

    private static IEnumerable<(int First, byte[] Images)> Chunks(
        Generator generator, SampleWish wish, IReadOnlyList<int?>? asked, IProgress<Work>? progress, CancellationToken cancellation)
    {
        for (var first = 0; first < wish.Count; first += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(WorkKind.Generating, first, wish.Count));
            yield return (first, generator.Pixels(wish.Seed, first, Math.Min(Chunk, wish.Count - first), asked, wish.Truncation, cancellation));
        }

        progress?.Report(new(WorkKind.Generating, wish.Count, wish.Count));
    }
}
