using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Writes single images.</summary>
public static class ImageFile
{
    /// <summary>The most pixels an image may have that is written here: 8192 x 8192, 256 MiB while it is encoded.</summary>
    public const long MaximumPixels = 1L << 26;

    /// <summary>Writes one image as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="pixels">The image, [height, width, channels].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; alpha is straight, not premultiplied.</param>
    /// <exception cref="ArgumentException">The bytes are not height x width x channels, or a length is out of range.</exception>
    /// <exception cref="ImageTooLargeException">The image has more than <see cref="MaximumPixels"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void SavePng(string path, ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        using var png = EncodePng(pixels, height, width, channels);
        AtomicFile.Write(path, png.SaveTo);
    }

    /// <summary>One image, [height, width, channels], as the bytes of a PNG file; the caller disposes of them.</summary>
    internal static SKData EncodePng(ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        CheckFits(pixels.Length, height, width, channels);
        using var bitmap = ToBitmap(pixels, height, width, channels);
        using var pixmap = bitmap.PeekPixels();
        return pixmap.Encode(SKPngEncoderOptions.Default)
            ?? throw new InvalidOperationException($"The image of {width} x {height} pixels could not be encoded as PNG.");
    }

    /// <summary>One image, [height, width, channels], as the bytes of a file of a format.</summary>
    /// <param name="pixels">The image.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">As in <see cref="SavePng"/>.</param>
    /// <param name="format">The format.</param>
    /// <param name="quality">Of JPEG, 1 to 100.</param>
    internal static byte[] Encode(ReadOnlySpan<byte> pixels, int height, int width, int channels, PictureFormat format, int quality)
    {
        using var data = format == PictureFormat.Png ? EncodePng(pixels, height, width, channels) : EncodeJpeg(pixels, height, width, channels, quality);
        return data.ToArray();
    }

    /// <summary>One image as the bytes of a JPEG file, its transparency on white; the caller disposes of them.</summary>
    private static SKData EncodeJpeg(ReadOnlySpan<byte> pixels, int height, int width, int channels, int quality)
    {
        CheckFits(pixels.Length, height, width, channels);
        using var bitmap = ToBitmap(pixels, height, width, channels);
        if (channels is 1 or 3)
        {
            return Encoded(bitmap);
        }

        using var opaque = new SKBitmap(new SKImageInfo(width, height, channels == 2 ? SKColorType.Gray8 : SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(opaque);
        canvas.Clear(SKColors.White);
        canvas.DrawBitmap(bitmap, 0, 0, SKSamplingOptions.Default);
        return Encoded(opaque);

        SKData Encoded(SKBitmap image)
        {
            using var pixmap = image.PeekPixels();
            return pixmap.Encode(new SKJpegEncoderOptions(quality))
                ?? throw new InvalidOperationException($"The image of {width} x {height} pixels could not be encoded as JPEG.");
        }
    }

    /// <summary>One image, [height, width, channels], as a bitmap, grey or RGBA; the caller disposes of it.</summary>
    /// <exception cref="ArgumentException">The bytes are not height x width x channels, or a length is out of range.</exception>
    internal static SKBitmap ToBitmap(ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        CheckShape(pixels.Length, 1, height, width, channels);
        var info = new SKImageInfo(
            width,
            height,
            channels == 1 ? SKColorType.Gray8 : SKColorType.Rgba8888,
            channels is 1 or 3 ? SKAlphaType.Opaque : SKAlphaType.Unpremul);
        var bitmap = new SKBitmap(info);
        var rows = bitmap.GetPixelSpan();
        for (var y = 0; y < height; y++)
        {
            Expand(pixels.Slice(y * width * channels, width * channels), rows[(y * bitmap.RowBytes)..], channels);
        }

        return bitmap;
    }

    private static void CheckFits(int length, int height, int width, int channels)
    {
        CheckShape(length, 1, height, width, channels);
        if ((long)height * width > MaximumPixels)
        {
            throw new ImageTooLargeException($"An image of {width} x {height} pixels is too large to write; at most {MaximumPixels} pixels fit.");
        }
    }

    /// <summary>Throws unless <paramref name="length"/> bytes are [count, height, width, channels].</summary>
    internal static void CheckShape(int length, int count, int height, int width, int channels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, 4);
        // Decimal, as the product of four lengths can exceed 64 bits.
        if ((decimal)count * height * width * channels != length)
        {
            throw new ArgumentException($"{count} images of {width} x {height} pixels and {channels} channels are not {length} bytes.");
        }
    }

    // One row to the layout that Skia encodes: grey as it is, everything else as RGBA.
    private static void Expand(ReadOnlySpan<byte> from, Span<byte> to, int channels)
    {
        if (channels is 1 or 4)
        {
            from.CopyTo(to);
            return;
        }

        for (int source = 0, target = 0; source < from.Length; source += channels, target += 4)
        {
            to[target] = from[source];
            to[target + 1] = from[source + (channels == 3 ? 1 : 0)];
            to[target + 2] = from[source + (channels == 3 ? 2 : 0)];
            to[target + 3] = channels == 3 ? (byte)255 : from[source + 1];
        }
    }
}

/// <summary>An image would have more pixels than can be written.</summary>
public sealed class ImageTooLargeException(string message) : Exception(message);
