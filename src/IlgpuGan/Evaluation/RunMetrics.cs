using IlgpuGan.Data;
using IlgpuGan.Evaluation.Metrics;
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

    /// <inheritdoc/>
    public IReadOnlyList<string> Names { get; } = ["swd", "fd", "kd", "precision", "recall", "density", "coverage"];

    /// <inheritdoc/>
    public IRunMetric Create(string name, RunSettings settings, TrainingData data, IRunObserver observer, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(data);
        var images = data.Images ?? throw new OptionException($"--metric {name} compares pixels, and {settings.Data.Source} is points without any; leave it out.");
        int least = EvaluationMetrics.LeastImages(name is "precision" or "recall" or "density" or "coverage" ? "pr" : name);
        if (images.Count < least)
            throw new OptionException($"--metric {name} needs at least {least} images, and {settings.Data.Source} has {images.Count}; leave it out.");
        if (name == "swd" && Math.Min(images.Height, images.Width) < SlicedWasserstein.Side)
            throw new OptionException($"--metric swd needs images of at least {SlicedWasserstein.Side} x {SlicedWasserstein.Side} pixels; give another --metric or --size.");
        bool isCached = settings.Data.UseCache;
        var reference = ReferenceSet.Of(images, settings.Data with { Size = new(images.Height, images.Width), Channels = images.Channels }, isCached ? UserCacheFolder.Find("features") : null);
        try
        {
            if (name != "swd")
                reference.OpenFeatures(null, settings.Device, isCached ? UserCacheFolder.Find("classifiers") : null, observer, cancellation);
            return new Metric(name, reference, observer);
        }
        catch
        {
            reference.Dispose();
            throw;
        }
    }

    private sealed class Metric(string name, ReferenceSet reference, IRunObserver observer) : IRunMetric
    {
        public bool IsSmallerBetter => name is "swd" or "fd" or "kd";

        public double Measure(Func<ulong, int, int, byte[]> sample, CancellationToken cancellation)
        {
            const int chunk = 256;
            var shape = reference.Images;
            int count = Math.Min(MostImages, shape.Count);
            using var hash = System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256);
            var pixels = new PixelCollector("generated", new("", count, shape.Height, shape.Width, shape.Channels, IsPoints: false), new(shape.BytesPerImage, count), hash);
            for (int first = 0; first < count; first += chunk)
            {
                cancellation.ThrowIfCancellationRequested();
                pixels.Add(sample(Seed, first, Math.Min(chunk, count - first)));
            }
            using ImageSet fakes = pixels.Close();
            if (name == "swd")
                return SlicedWasserstein.Between(shape, fakes, new SlicedWassersteinOptions(), null, cancellation).Mean;
            var features = reference.Read(fakes, observer, cancellation).Features;
            var (values, _) = FeatureMetrics.Measure(
                [name is "fd" or "kd" ? name : "pr"], reference.Extractor!, reference.Features!, reference.Moments, features, null, 1, _ => { }, cancellation);
            return values.First(value => value.Metric == name).Value;
        }

        public void Dispose() => reference.Dispose();
    }
}
