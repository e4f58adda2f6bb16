namespace IlgpuGan.Data;

/// <summary>Images of one shape as bytes, layout [Count, Height, Width, Channels], with optional labels.</summary>
public sealed class ImageSet : IDisposable
{
    /// <summary>Number of images.</summary>
    public int Count { get; init; }

    /// <summary>Rows of an image, in pixels.</summary>
    public int Height { get; init; }

    /// <summary>Columns of an image, in pixels.</summary>
    public int Width { get; init; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public int Channels { get; init; }

    /// <summary>Hash of the pixels, shape and labels in hexadecimal: equal for equal data.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>The bytes of one image, [Height, Width, Channels].</summary>
    public ReadOnlySpan<byte> Image(int index) => throw new NotImplementedException($"{index}");

    /// <inheritdoc/>
    public void Dispose() { }
}
