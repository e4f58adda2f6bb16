namespace IlgpuGan.Evaluation;

/// <summary>Makes numbers of images that distances between sets are taken of.</summary>
public interface IFeatureExtractor : IDisposable
{
    /// <summary>Name for people: <c>Inception-v3</c>, <c>ResNet-18</c>, <c>classifier</c>, <c>random-convolution</c>.</summary>
    string Name { get; }

    /// <summary>Equal for equal extractors, in hexadecimal.</summary>
    string Hash { get; }

    /// <summary>How it brings images to the size that it reads.</summary>
    string Resize { get; }

    /// <summary>
    /// What its numbers are called where its features are of a scale that is the same for all data; null where they are divided by the root mean square of those
    /// of the real images.
    /// </summary>
    MetricNames? Names { get; }

    /// <summary>Numbers of an image.</summary>
    int Dimension { get; }

    /// <summary>Number of classes that it gives probabilities of; 0 for none.</summary>
    int Classes { get; }

    /// <summary>Features [N, <see cref="Dimension"/>] of images, and probabilities [N, <see cref="Classes"/>], empty without classes.</summary>
    /// <param name="images">Bytes [N, H, W, C] of the shape that it was made for.</param>
    (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images);
}

/// <summary>What metrics of one network's features are called.</summary>
/// <param name="Frechet">Of the Frechet distance, such as <c>FID</c>.</param>
/// <param name="Kernel">Of the kernel distance, such as <c>KID</c>.</param>
/// <param name="Score">Of the score of its classes, such as <c>IS</c>; null for a network without classes.</param>
public sealed record MetricNames(string Frechet, string Kernel, string? Score = null);

/// <summary>Opens an extractor for images of a shape; the way in for networks that lie in files.</summary>
/// <param name="height">Rows of an image.</param>
/// <param name="width">Columns of an image.</param>
/// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
public delegate IFeatureExtractor OpenExtractor(int height, int width, int channels);
