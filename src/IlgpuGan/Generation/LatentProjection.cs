using IlgpuGan.Data;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Generation;

/// <summary>How to look for an image.</summary>
public sealed record ProjectionWish
{
    /// <summary>The most steps of a descent.</summary>
    public const int MaximumSteps = 100_000;

    /// <summary>Steps of the descent.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Chooses where it begins.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What the image is, such as <c>hair=red</c>; labels left open are those of the starts that come nearest.</summary>
    public string? Label { get; init; }
}

/// <summary>A generator's nearest to an image.</summary>
/// <param name="Latent">The latent, [latent].</param>
/// <param name="Labels">Its labels, one for each column; empty without labels.</param>
/// <param name="Target">The image that was looked for, [H, W, C].</param>
/// <param name="Image">What the generator makes of the latent, [H, W, C].</param>
/// <param name="Rmse">Root of the mean squared difference of the two, in shades of 256.</param>
/// <param name="Stages">The way there: images [H, W, C] after some of the steps, the start first.</param>
public sealed record Projection(float[] Latent, int[] Labels, byte[] Target, byte[] Image, double Rmse, IReadOnlyList<(int Step, byte[] Image, double Rmse)> Stages);

/// <summary>Finds the latent of an image.</summary>
public static class LatentProjection
{
    // Sixteen starts of so many: what begins near ends near, and looking at an image costs a third of a step.
    private const int Candidates = 512;

    private const int StepsPerReport = 10;

    // Each a few times as far as the one before: at first it goes fast.
    private static readonly int[] StageSteps = [0, 10, 30, 100, 300];

    private const long MaxFileBytes = 256L << 20;

    /// <summary>
    /// Finds the latent whose image is nearest: the nearest of random latents begin a descent (<see cref="LatentDescent"/> states what it minimises), and
    /// the one that ends nearest is the answer. The same seed gives the same answer on the same device. Nobody else can use the generator meanwhile.
    /// </summary>
    /// <param name="generator">Draws.</param>
    /// <param name="image">What to look for, bytes [H, W, C] of the generator's shape.</param>
    /// <param name="wish">How to look.</param>
    /// <param name="progress">Hears how far it is, and the loss.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The image has another shape.</exception>
    /// <exception cref="OptionException">A value is not allowed, or the generator draws points.</exception>
    public static Projection Project(this Generator generator, ReadOnlySpan<byte> image, ProjectionWish wish, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(wish);
        var data = generator.Data;
        if (data.IsPoints)
        {
            throw new OptionException("This run draws points, among which no image can be found; give a run of images.");
        }
        OptionCheck.Between("--steps", wish.Steps, 1, ProjectionWish.MaximumSteps);
        ImageFile.CheckShape(image.Length, 1, data.Height, data.Width, data.Channels);
        byte[] target = image.ToArray();
        return generator.Use(sampler => new Search(generator, sampler.Descent, target, wish).Run(progress, cancellation));
    }

    /// <summary>Reads an image from a file and brings it to a generator's shape.</summary>
    /// <param name="data">The shape.</param>
    /// <param name="path">The file.</param>
    /// <param name="fit">What to do when the proportions differ.</param>
    /// <returns>Bytes [H, W, C].</returns>
    /// <exception cref="DataException">There is no such file, it is no image, it is damaged, or it has fewer pixels than the generator draws.</exception>
    public static byte[] ReadImage(RunData data, string path, ImageFit fit)
    {
        ArgumentNullException.ThrowIfNull(data);
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
            {
                throw new SourceUnavailableException($"{path} {(Directory.Exists(path) ? "is a folder" : "does not exist")}; give the file of one image.");
            }
            if (info.Length > MaxFileBytes)
            {
                throw new SourceTooLargeException($"{path} is larger than {MaxFileBytes >> 20} MiB; give the file of one image.");
            }
            byte[] file = RegularFile.ReadBytes(path);
            var (height, width) = ImageDecoder.ReadSize(file);
            // Enlarged, it would be a blur that no generator of sharp images can come near to.
            if (height < data.Height || width < data.Width)
            {
                throw new SourceUnsupportedException($"{path} has {width} x {height} pixels, fewer than the {data.Width} x {data.Height} of this run's images; give a larger picture.");
            }
            var shape = new ImageShape(data.Height, data.Width, data.Channels);
            var pixels = new byte[shape.Bytes];
            ImageDecoder.Decode(file, shape, fit, pixels);
            return pixels;
        }
        catch (ImageDecodeException fault)
        {
            throw new SourceCorruptException($"{path} {fault.Message}; give another image.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"{path} cannot be read: {Excerpt.Of(fault, path)}; give the file of one image.", fault);
        }
    }

    /// <summary>Writes what was looked for, the way, and what was found, side by side.</summary>
    /// <param name="generator">The generator that it is of.</param>
    /// <param name="path">The picture, <c>.png</c>; its folder is made.</param>
    /// <param name="projection">What <see cref="Project"/> found.</param>
    /// <exception cref="OptionException">Images of this size do not fit one picture.</exception>
    /// <exception cref="RunWriteException">The file cannot be written.</exception>
    public static void SaveProjection(this Generator generator, string path, Projection projection)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(projection);
        string[] captions = ["target", .. projection.Stages.Select(stage => stage.Step == 0 ? "start" : $"step {stage.Step}"), "found"];
        byte[] pixels = [.. projection.Target, .. projection.Stages.SelectMany(stage => stage.Image), .. projection.Image];
        PictureName.Write(path, () => CaptionRow.Save(path, captions, pixels, generator.Data.Height, generator.Data.Width, generator.Data.Channels));
    }

    /// <summary>Root of the mean squared difference.</summary>
    private static double Distance(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        long sum = 0;
        for (int i = 0; i < one.Length; i++)
        {
            sum += (one[i] - other[i]) * (one[i] - other[i]);
        }
        return Math.Sqrt((double)sum / one.Length);
    }

    /// <summary>One search.</summary>
    private sealed class Search(Generator generator, ILatentDescent descent, byte[] target, ProjectionWish wish)
    {
        private readonly int size = generator.LatentSize, columns = generator.Labels?.Columns.Count ?? 0;

        public Projection Run(IProgress<Work>? progress, CancellationToken cancellation)
        {
            progress?.Report(new(WorkKind.FindingLatent, 0, wish.Steps));
            var wanted = new float[target.Length];
            ImageBytes.ToValues(target, wanted);
            var (latents, labels) = Begin(wanted);
            descent.Begin(wanted, latents, labels, wish.Steps);
            var ways = new List<(int Step, float[] Latents)>();
            for (int step = 0; step < wish.Steps; step++)
            {
                cancellation.ThrowIfCancellationRequested();
                if (StageSteps.Contains(step))
                {
                    ways.Add((step, descent.Latents()));
                }
                if (step % StepsPerReport == 0)
                {
                    Reached(step);
                }
                descent.RunStep();
            }
            ways.Add((wish.Steps, descent.Latents()));
            Reached(wish.Steps);
            float[] losses = descent.Losses();
            int best = Enumerable.Range(0, losses.Length).MinBy(start => losses[start]);
            int[] asked = labels[(best * columns)..((best + 1) * columns)];
            var stages = ways.Select(way =>
            {
                byte[] image = ImageBytes.Of(generator.Decode(way.Latents.AsSpan(best * size, size), asked));
                return (way.Step, Image: image, Rmse: Distance(target, image));
            }).ToList();
            var (_, found, rmse) = stages[^1];
            return new(ways[^1].Latents[(best * size)..((best + 1) * size)], asked, target, found, rmse, stages[..^1]);

            void Reached(int step) => progress?.Report(new(WorkKind.FindingLatent, step, wish.Steps, FormattableString.Invariant($"loss {descent.Losses().Min():F4}")));
        }

        /// <summary>The nearest of random latents, with their labels.</summary>
        private (float[] Latents, int[] Labels) Begin(float[] wanted)
        {
            float[] latents = generator.Latents(Candidates, wish.Seed);
            int[][] labels = [.. Enumerable.Range(0, Candidates).Select(i => generator.LabelsOf(wish.Label, wish.Seed, i))];
            int[] nearest = descent.Nearest(wanted, generator.Decode(latents, [.. labels.SelectMany(label => label)]));
            return ([.. nearest.SelectMany(i => latents[(i * size)..((i + 1) * size)])], [.. nearest.SelectMany(i => labels[i])]);
        }
    }
}
