using System.Security.Cryptography;
using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Sampling;

namespace IlgpuGan.Evaluation;

/// <summary>The images that are judged, wherever they come from, and what they are to be compared with.</summary>
/// <param name="Images">The images; disposed with this.</param>
/// <param name="Step">Of a run: the step that its generator was trained to.</param>
/// <param name="OwnData">Of a run: the data it was trained on, in the shape of its images.</param>
internal sealed record EvaluatedImages(ImageSet Images, long? Step, ImageSetOptions? OwnData) : IDisposable
{
    /// <summary>Images that a run draws when no number is given; of folders and zips all are taken.</summary>
    public const int DefaultCount = 10_000;

    /// <summary>Draws a run's images, or loads a folder or zip.</summary>
    /// <param name="path">A run folder or a generator's file, or what <see cref="ImageSetLoader"/> reads.</param>
    /// <param name="evaluation">How many, of which seed and size.</param>
    /// <param name="engine">Opens the device that a generator draws on.</param>
    /// <param name="channels">Channels that folders and zips are read with; null for their own.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public static EvaluatedImages Open(string path, ImageEvaluation evaluation, ISamplingEngine engine, int? channels, IDataObserver observer, CancellationToken cancellation)
    {
        if (!IsGenerator(path))
        {
            var options = new ImageSetOptions { Source = path, Size = evaluation.Size, Channels = channels, UseCache = evaluation.UseCache };
            var loaded = Load(options, observer, cancellation);
            return new(loaded.Count > evaluation.Count ? First(loaded, evaluation.Count.Value) : loaded, null, null);
        }
        using var generator = Generator.Load(path, evaluation.Device, engine, observer.Notice);
        var data = generator.Data;
        CheckShape(path, evaluation, data);
        int count = evaluation.Count ?? DefaultCount;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var pixels = new PixelCollector(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), data, new(data.BytesPerImage, count), hash);
        foreach (var (_, images) in generator.Draw(new SampleWish(count, evaluation.Seed), observer, cancellation))
        {
            pixels.Add(images);
        }
        var own = (File.Exists(path) ? RunFolder.RunOf(path) : path) is { } run
            ? RunFolder.ReadRecord(run).Settings.Data with { Size = new(data.Height, data.Width), Channels = data.Channels } : null;
        return new(pixels.Close(LabelsOf(generator, evaluation.Seed, count)), generator.Step, own);
    }

    /// <summary>Says early that a run draws nothing that can be compared as asked.</summary>
    public static void CheckShape(string path, ImageEvaluation evaluation, RunData data)
    {
        if (data.IsPoints)
        {
            throw new OptionException($"{path} draws points, which have no pixels to compare; give a run of images.");
        }
        if (evaluation.Size is { } size && (size.Height, size.Width) != (data.Height, data.Width))
        {
            throw new OptionException($"--size {size} is not that of {path}, which draws {new ImageSize(data.Height, data.Width)}; leave it out.");
        }
        if (evaluation.Channels is { } channels && channels != data.Channels)
        {
            throw new OptionException($"--channels {channels} is not that of {path}, which draws images of {data.Channels}; leave it out.");
        }
    }

    // Which labels an image of a seed is drawn for is a function of seed and number.
    private static List<LabelColumn> LabelsOf(Generator generator, ulong seed, int count)
    {
        if (generator.Labels is not { } labels)
        {
            return [];
        }
        int[][] drawn = [.. Enumerable.Range(0, count).Select(image => generator.LabelsOf(null, seed, image))];
        return [.. labels.Columns.Select((column, place) => new LabelColumn(column.Name, column.Values, [.. drawn.Select(image => image[place])]))];
    }

    /// <summary>Loads images and passes on what the user should see.</summary>
    public static ImageSet Load(ImageSetOptions options, IDataObserver observer, CancellationToken cancellation)
    {
        var images = PointSet.IsName(options.Source) ? throw PointsOf(options.Source) : DataImages.Load(options, observer, cancellation);
        observer.Loaded(images.Summary);
        return images;
    }

    /// <summary>That a source is points.</summary>
    public static OptionException PointsOf(string source) => new($"{source} is points, which have no pixels to compare; give images.");

    /// <inheritdoc/>
    public void Dispose() => Images.Dispose();

    /// <summary>Whether a path is of a run or of a generator, rather than of images.</summary>
    public static bool IsGenerator(string path) =>
        File.Exists(Path.Combine(path, "options.json")) || (File.Exists(path) && PortableNetwork.IsWeightsName(path));

    private static ImageSet First(ImageSet set, int count)
    {
        using (set)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var pixels = new PixelCollector(
                set.Name, new(set.Fingerprint, set.Count, set.Height, set.Width, set.Channels, IsPoints: false), new(set.BytesPerImage, count), hash);
            for (int i = 0; i < count; i++)
            {
                pixels.Add(set.Image(i));
            }
            return pixels.Close([.. set.Labels.Select(column => column with { Values = [.. column.Values.Take(count)] })]);
        }
    }
}
