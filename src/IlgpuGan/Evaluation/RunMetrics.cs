using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Evaluation;

/// <summary>The metrics of this room, measured while a run trains: the same formulas as in <see cref="ImageEvaluation"/>, of fewer images.</summary>
public sealed class RunMetrics : IRunMetrics
{
    // Enough to tell two checkpoints apart, at the cost of a second or two.
    private const int MostImages = 2048;

    // Other images than those of the sample pictures, and the same at every step: what changes is the generator alone.
    private const ulong Seed = 0x6d6574726963;

    private static readonly Metric[] Measured = [.. Metric.Table.Where(metric => metric.IsForTraining)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = [.. Measured.SelectMany(metric => metric.Numbers).Select(number => number.Key), .. TruthMetric.Names];

    /// <summary>The names with what they stand for, as part of a sentence.</summary>
    public static string Described { get; } =
        string.Join(", ", Measured.SelectMany(metric => metric.Numbers.Select(number => metric.Title is { } title ? $"{number.Key} ({title})" : number.Key)))
        + $", or of translations whose truth is known {string.Join(", ", TruthMetric.Names)}";

    /// <inheritdoc/>
    IRunMetric IRunMetrics.Create(string name, RunSettings settings, TrainingData data, IRunObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        if (TruthMetric.Names.Contains(name))
        {
            return TruthMetric.Of(name, settings, data);
        }
        var (metric, number) = Metric.NumberOf(name) ?? throw new OptionException($"--metric {name} is not known; it must be one of {string.Join(", ", Names)}.");
        var images = data.Pairs is { } pairs ? TargetsOf(pairs, name)
            : data.Images ?? throw new OptionException($"--metric {name} compares pixels, and {settings.Data.Source} is points without any; leave it out.");
        if (images.Count < metric.LeastImages)
        {
            throw new OptionException($"--metric {name} needs at least {metric.LeastImages} images, and {settings.Data.Source} has {images.Count}; leave it out.");
        }
        if (Math.Min(images.Height, images.Width) < metric.LeastSide)
        {
            throw new OptionException($"--metric {name} needs images of at least {metric.LeastSide} x {metric.LeastSide} pixels; give another --metric or --size.");
        }
        bool isCached = settings.Data.UseCache;
        var reference = ReferenceSet.Of(images, settings.Data with { Size = new(images.Height, images.Width), Channels = images.Channels }, isCached ? UserCacheFolder.Find("features") : null);
        try
        {
            if (metric.NeedsFeatures)
            {
                reference.OpenFeatures(null, settings.Device, isCached ? UserCacheFolder.Find("classifiers") : null, observer, cancellation);
            }
            return new RunMetric(metric, number, reference, data.Pairs?.ShownCount ?? MostImages, settings.Device, observer);
        }
        catch
        {
            reference.Dispose();
            throw;
        }
    }

    private static ImageSet TargetsOf(TranslationPairs pairs, string name) => pairs.Set.Targets is { } targets && pairs.Set.Target.Classes is null && targets.Height == pairs.Window.Height
        && targets.Width == pairs.Window.Width ? targets
        : throw new OptionException(
            $"--metric {name} compares what is made with a set of targets of its size, which {pairs.Set.Name} has not; give {string.Join(" or ", TruthMetric.Names)}, or leave it out.");

    private sealed class RunMetric(Metric metric, MetricNumber number, ReferenceSet reference, int most, string device, IDataObserver observer) : IRunMetric
    {
        public bool IsSmallerBetter => number.IsSmallerBetter == true;

        public double Measure(Func<ulong, int, int, byte[]> sample, CancellationToken cancellation)
        {
            const int chunk = 256;
            var shape = reference.Images;
            int count = Math.Min(Math.Min(MostImages, most), shape.Count);
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            var pixels = new PixelCollector("generated", new("", count, shape.Height, shape.Width, shape.Channels, IsPoints: false), new(shape.BytesPerImage, count), hash);
            for (int first = 0; first < count; first += chunk)
            {
                cancellation.ThrowIfCancellationRequested();
                pixels.Add(sample(Seed, first, Math.Min(chunk, count - first)));
            }
            using ImageSet fakes = pixels.Close();
            var subject = new MetricSubject
            {
                OpenDevice = () => reference.OpenDevice(device),
                Reals = shape,
                Fakes = fakes,
                Features = metric.NeedsFeatures
                    ? new(reference.Extractor!, reference.Features!, token => reference.Moments(device, token), reference.Read(fakes, observer, cancellation).Features, null)
                    : null,
                Seed = 1,
                Cancellation = cancellation,
            };
            return subject.Measure([metric]).First(value => value.Metric == number.Key).Value;
        }

        public void Dispose() => reference.Dispose();
    }
}
