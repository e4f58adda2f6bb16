using System.Numerics.Tensors;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>The real images, what makes features of them, and these features, which are kept from one evaluation to the next.</summary>
internal sealed class ReferenceSet : IDisposable
{
    private const int Chunk = 256;

    private readonly string? cacheFolder;
    private ComputeDevice? device;
    private float scale = 1;
    private FeatureMoments? moments;

    private ReferenceSet(ImageSet images, ImageSetOptions options, string? cacheFolder) => (Images, Options, this.cacheFolder) = (images, options, cacheFolder);

    /// <summary>The real images.</summary>
    public ImageSet Images { get; }

    /// <summary>What they were loaded by.</summary>
    public ImageSetOptions Options { get; }

    /// <summary>What makes features; null until <see cref="OpenFeatures"/>.</summary>
    public IFeatureExtractor? Extractor { get; private set; }

    /// <summary>Features of the real images, which have a root mean square of 1 unless they are of a known scale; null until <see cref="OpenFeatures"/>.</summary>
    public FeatureMatrix? Features { get; private set; }

    /// <summary>Loads the images.</summary>
    /// <param name="options">What to load.</param>
    /// <param name="cacheFolder">Where features are kept; null keeps none.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public static ReferenceSet Open(ImageSetOptions options, string? cacheFolder, IDataObserver observer, CancellationToken cancellation) =>
        new(EvaluatedImages.Load(options, observer, cancellation), options, cacheFolder);

    /// <summary>A reference of images that are loaded already; they are not disposed with it.</summary>
    public static ReferenceSet Of(ImageSet images, ImageSetOptions options, string? cacheFolder) => new(images, options, cacheFolder) { OwnsImages = false };

    private bool OwnsImages { get; init; } = true;

    /// <summary>Opens, once, the device that the engine's own extractors and distances work on.</summary>
    /// <param name="selector">Which.</param>
    /// <exception cref="DeviceException">There is no such device.</exception>
    public ComputeDevice OpenDevice(string selector)
    {
        device ??= ComputeDevice.Open(selector);
        device.Bind();
        return device;
    }

    /// <summary>Opens an extractor and reads the real images, unless that is done.</summary>
    /// <param name="open">Opens the extractor that the user named; null takes a classifier of the labels, or a random convolution without any.</param>
    /// <param name="selector">The device that the engine's own extractors work on.</param>
    /// <param name="classifierFolder">Where classifiers are kept; null keeps none.</param>
    /// <param name="observer">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public void OpenFeatures(OpenExtractor? open, string selector, string? classifierFolder, IDataObserver observer, CancellationToken cancellation)
    {
        if (Features is not null)
        {
            return;
        }
        Extractor ??= open?.Invoke(Images.Height, Images.Width, Images.Channels) ?? OwnExtractor(selector, classifierFolder, observer, cancellation);
        var cache = cacheFolder is null ? null
            : new StateCache(cacheFolder, "file of features", "is made anew", $"1 {Images.Fingerprint} {Extractor.Name} {Extractor.Hash}");
        if (cache?.TryRead(Load, observer.Notice) != true)
        {
            Features = Read(Images, observer, cancellation).Features;
            cache?.TryWrite(new Dictionary<string, StateTensor> { ["features"] = new([Features.Count, Features.Dimension], Features.Values) }, observer.Notice);
        }
        if (Extractor.Names is null)
        {
            // Kernels are made for features of the size of Inception's; those of a classifier are as large as they please.
            scale = (float)Math.Sqrt(Features!.Values.Length / Math.Max(Features.Values.Sum(value => (double)value * value), double.Epsilon));
            Scale(Features.Values);
        }

        void Load(IReadOnlyDictionary<string, StateTensor> state)
        {
            var reader = new StateReader(state);
            var values = reader.Floats("features", [Images.Count, Extractor.Dimension]);
            reader.End();
            Features = new(values, Extractor.Dimension);
        }
    }

    /// <summary>Features of images of the reference's shape, scaled as those of the real images, and the probabilities of classes where there are such.</summary>
    public (FeatureMatrix Features, FeatureMatrix? Probabilities) Read(ImageSet images, IDataObserver observer, CancellationToken cancellation)
    {
        int dimension = Extractor!.Dimension, classes = Extractor.Classes;
        CheckMemory(images, dimension);
        var features = new float[images.Count * dimension];
        var probabilities = new float[images.Count * classes];
        var pixels = new byte[Chunk * images.BytesPerImage];
        for (int first = 0; first < images.Count; first += Chunk)
        {
            cancellation.ThrowIfCancellationRequested();
            int taken = Math.Min(Chunk, images.Count - first);
            var part = pixels.AsSpan(0, taken * images.BytesPerImage);
            images.CopyTo((long)first * images.BytesPerImage, part);
            var (seen, sure) = Extractor.Read(part);
            seen.CopyTo(features, first * dimension);
            sure.CopyTo(probabilities, first * classes);
            observer.Report(new(WorkKind.ReadingFeatures, first + taken, images.Count));
        }
        if (!Array.TrueForAll(features, float.IsFinite) || !Array.TrueForAll(probabilities, float.IsFinite))
        {
            throw new OptionException($"The features that {Extractor.Name} gives of {images.Name} are not all numbers; give another network, or none.");
        }
        Scale(features);
        return (new(features, dimension), classes > 0 ? new(probabilities, classes) : null);
    }

    /// <summary>Moments of the features of the real images.</summary>
    /// <param name="selector">The device that makes them.</param>
    /// <param name="cancellation">Gives up.</param>
    public FeatureMoments Moments(string selector, CancellationToken cancellation) => moments ??= FeatureMoments.Of(OpenDevice(selector), Features!, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        Extractor?.Dispose();
        device?.Dispose();
        if (OwnsImages)
        {
            Images.Dispose();
        }
    }

    private IFeatureExtractor OwnExtractor(string selector, string? classifierFolder, IDataObserver observer, CancellationToken cancellation)
    {
        var device = OpenDevice(selector);
        return Images.Labels.Count == 0
            ? new RandomConvolution(device, Images.Height, Images.Width, Images.Channels)
            : new ClassifierFeatures(LabelClassifier.Open(device, Images, ModeReader.Fresh(Options, observer, cancellation), classifierFolder, observer, cancellation));
    }

    private void Scale(float[] features) => TensorPrimitives.Multiply(features, scale, features);

    private static void CheckMemory(ImageSet images, int dimension)
    {
        // The features, their centred copy and what comparing them takes.
        long needed = (long)images.Count * dimension * sizeof(float) * 3, available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if ((long)images.Count * dimension > Array.MaxLength || needed > available)
        {
            throw new OptionException($"{images.Count} images of {images.Name} with {dimension} features each need {needed >> 20} MiB, and there are {available >> 20}; give fewer images.");
        }
    }
}
