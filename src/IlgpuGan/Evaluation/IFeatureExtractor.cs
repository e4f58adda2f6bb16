namespace IlgpuGan.Evaluation;

/// <summary>Makes numbers of images that distances between sets are taken of.</summary>
public interface IFeatureExtractor : IDisposable
{
    /// <summary>Name for people: <c>Inception-v3</c>, <c>classifier</c>, <c>random-convolution</c>.</summary>
    string Name { get; }

    /// <summary>Equal for equal extractors, in hexadecimal.</summary>
    string Hash { get; }

    /// <summary>How it brings images to the size that it reads.</summary>
    string Resize { get; }

    /// <summary>Whether it is the network that FID, KID and IS are defined by; of others the values have other names.</summary>
    bool IsInception { get; }

    /// <summary>Numbers of an image.</summary>
    int Dimension { get; }

    /// <summary>Number of classes that it gives probabilities of; 0 for none.</summary>
    int Classes { get; }

    /// <summary>Features [N, <see cref="Dimension"/>] of images, and probabilities [N, <see cref="Classes"/>], empty without classes.</summary>
    /// <param name="images">Bytes [N, H, W, C] of the shape that it was made for.</param>
    (float[] Features, float[] Probabilities) Read(ReadOnlySpan<byte> images);
}

/// <summary>Opens an extractor for images of a shape; the way in for networks that lie in files.</summary>
/// <param name="height">Rows of an image.</param>
/// <param name="width">Columns of an image.</param>
/// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
public delegate IFeatureExtractor OpenExtractor(int height, int width, int channels);
