using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>What an interpolation shows.</summary>
public sealed record InterpolationWish
{
    /// <summary>Latents that each way passes through before it is back at the first.</summary>
    public int Keys { get; init; } = 5;

    /// <summary>Pictures of the whole way.</summary>
    public int Frames { get; init; } = 120;

    /// <summary>Pictures a second.</summary>
    public double FramesPerSecond { get; init; } = 30;

    /// <summary>Ways side by side, and ways below one another; null for as many as look well.</summary>
    public (int Columns, int Rows)? Tiles { get; init; }

    /// <summary>Chooses the latents.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What the images are to be, such as <c>hair=red</c>; null lets each way keep labels drawn as frequent as in the data.</summary>
    public string? Label { get; init; }

    /// <summary>Bound of the latents; infinity for none.</summary>
    public double Truncation { get; init; } = double.PositiveInfinity;
}

/// <summary>Walks through the latents of a generator.</summary>
public static class Interpolation
{
    private const int MostKeys = 200, MostFrames = 100_000, MostTiles = 1024;

    // A strip that can still be looked at without scrolling far.
    private const int MostColumns = 16, StripRows = 4;

    // Small images are enlarged up to here: a file of an animation grows with its pixels, a strip hardly does.
    private const int AnimationSide = 640, StripSide = 1600;

    // As many images as the generator draws at once.
    private const int Batch = 64;

    /// <summary>Writes the walk as an animation that begins again where it ends (<c>.webp</c>, <c>.gif</c>), or as a strip (<c>.png</c>): each way a row, from left to right.</summary>
    /// <param name="generator">Draws.</param>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="wish">Which ways.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up; no file is written.</param>
    /// <returns>Pictures, or columns of the strip, that were drawn.</returns>
    /// <exception cref="OptionException">A value is not allowed, or the generator draws points.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public static int SaveInterpolation(this Generator generator, string path, InterpolationWish wish, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        OptionCheck.Between("--keys", wish.Keys, 2, MostKeys);
        OptionCheck.Between("--frames", wish.Frames, 2, MostFrames);
        OptionCheck.Between("--fps", wish.FramesPerSecond, 0.1, 50);
        bool isStrip = !PictureName.IsAnimation(path);
        var data = generator.Data;
        if (data.IsPoints)
        {
            throw new OptionException("This run draws points, between which there is nothing to see; give a run of images.");
        }
        var (columns, rows) = wish.Tiles ?? (isStrip ? (1, StripRows) : TilesFor(data));
        OptionCheck.Between("--tiles", (long)columns * rows, 1, MostTiles);
        var walk = new Walk(generator, wish, columns * rows);
        // As many steps between two keys as fit, so that the keys themselves are among the columns.
        int frames = isStrip ? Math.Min(wish.Frames, Math.Max(1, MostColumns / wish.Keys) * wish.Keys) : wish.Frames;
        var layout = isStrip ? GridLayout.Within(StripSide, frames, columns * rows, data.Height, data.Width) : GridLayout.Within(AnimationSide, columns, rows, data.Height, data.Width);
        if (isStrip ? layout.Width * layout.Height > ImageFile.MaximumPixels : !AnimationFile.Holds(layout.Height, layout.Width))
        {
            throw new OptionException($"A picture of {layout.Width} x {layout.Height} pixels is too large; give fewer --tiles{(isStrip ? " or --keys" : "")}.");
        }
        var drawn = walk.Draw(frames, progress, cancellation);
        PictureName.Write(path, () =>
        {
            if (isStrip)
            {
                ImageGrid.Save(path, layout, Transposed(drawn, frames, columns * rows, data.BytesPerImage), frames * columns * rows, data.Height, data.Width, data.Channels);
            }
            else
            {
                AnimationFile.Save(path, new((int)layout.Height, (int)layout.Width, data.Channels), drawn.Select(images => new AnimationFrame(
                    ImageGrid.Compose(layout, images, columns * rows, data.Height, data.Width, data.Channels), TimeSpan.FromSeconds(1 / wish.FramesPerSecond))));
            }
        });
        progress?.Report(new(WorkKind.DrawingPictures, frames, frames));
        return frames;
    }

    /// <summary>Twelve small faces move together as one picture; of large ones a single one fills it.</summary>
    private static (int Columns, int Rows) TilesFor(RunData data) => Math.Max(data.Height, data.Width) switch
    {
        <= 64 => (4, 3),
        <= 128 => (3, 2),
        <= 256 => (2, 2),
        _ => (1, 1),
    };

    // From [frames, tiles] to [tiles, frames].
    private static byte[] Transposed(IEnumerable<byte[]> drawn, int frames, int tiles, int length)
    {
        var pixels = new byte[frames * tiles * length];
        foreach (var (images, frame) in drawn.Select((images, frame) => (images, frame)))
        {
            for (int tile = 0; tile < tiles; tile++)
            {
                images.AsSpan(tile * length, length).CopyTo(pixels.AsSpan((tile * frames + frame) * length));
            }
        }
        return pixels;
    }

    /// <summary>Some ways at once.</summary>
    private sealed class Walk
    {
        private readonly Generator generator;
        private readonly int tiles;
        private readonly float[][] keys;
        private readonly int[] labels;

        public Walk(Generator generator, InterpolationWish wish, int tiles)
        {
            (this.generator, this.tiles) = (generator, tiles);
            // Way i of a seed is the same however many there are.
            keys = [.. Enumerable.Range(0, tiles).Select(tile => generator.Latents(wish.Keys, wish.Seed, wish.Truncation, tile * wish.Keys))];
            labels = [.. Enumerable.Range(0, tiles).SelectMany(tile => generator.LabelsOf(wish.Label, wish.Seed, tile))];
        }

        /// <summary>The images [tiles, H, W, C] of each frame.</summary>
        public IEnumerable<byte[]> Draw(int frames, IProgress<Work>? progress, CancellationToken cancellation)
        {
            int size = generator.LatentSize, together = Math.Max(1, Batch / tiles), length = tiles * generator.Data.BytesPerImage;
            for (int first = 0; first < frames; first += together)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new(WorkKind.DrawingPictures, first, frames));
                int count = Math.Min(together, frames - first);
                float[] latents = [.. Enumerable.Range(first, count).SelectMany(frame => keys.SelectMany(way => LatentPath.At(way, size, (double)frame * (way.Length / size) / frames)))];
                int[] asked = [.. Enumerable.Range(0, count).SelectMany(_ => labels)];
                byte[] images = ImageBytes.Of(generator.Decode(latents, asked));
                for (int i = 0; i < count; i++)
                {
                    yield return images[(i * length)..((i + 1) * length)];
                }
            }
        }
    }
}
