namespace IlgpuGan.Evaluation.Detection;

/// <summary>Finds faces in images; any number of threads may ask it at once.</summary>
public interface IFaceDetector : IDisposable
{
    /// <summary>What it is, for people.</summary>
    string Name { get; }

    /// <summary>Equal for equal detectors, in hexadecimal.</summary>
    string Hash { get; }

    /// <summary>Rows and columns of the smallest image in which it can find anything; null where that is not known.</summary>
    (int Height, int Width)? Smallest => null;

    /// <summary>Whether it finds a face in an image.</summary>
    /// <param name="image">Bytes [height, width, channels]; of two and four channels the last is alpha, and what is transparent lies on white.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">1 to 4.</param>
    bool FindsFace(ReadOnlySpan<byte> image, int height, int width, int channels);
}
