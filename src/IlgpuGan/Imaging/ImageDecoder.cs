using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Decodes PNG, JPEG, WebP, GIF (its first frame) and BMP to bytes of one shape, upright and in sRGB.</summary>
public static class ImageDecoder
{
    /// <summary>Pixels of the largest image that is decoded: 400 MB as RGBA, far above any camera's picture and far below what a hostile header may announce.</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>Version of the library that decodes: with another one the same file may give other bytes.</summary>
    public static string Version { get; } = typeof(SKCodec).Assembly.GetName().Version?.ToString() ?? "";

    /// <summary>Reads height and width in pixels, as seen upright, from the header alone.</summary>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind, or announce more than <see cref="MaxPixels"/>.</exception>
    public static unsafe (int Height, int Width) ReadSize(ReadOnlySpan<byte> file)
    {
        fixed (byte* start = file)
        {
            using SKData data = SKData.Create((nint)start, file.Length);
            using SKCodec codec = Open(data);
            return IsTurned(codec.EncodedOrigin) ? (codec.Info.Width, codec.Info.Height) : (codec.Info.Height, codec.Info.Width);
        }
    }

    /// <summary>Decodes one image and scales it.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="shape">Shape of the result; the channels decide what becomes of colour and alpha.</param>
    /// <param name="fit">What to do when the proportions differ.</param>
    /// <param name="destination">The result, [shape.Height, shape.Width, shape.Channels].</param>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind, are truncated or damaged, or announce more than <see cref="MaxPixels"/>.</exception>
    public static unsafe void Decode(ReadOnlySpan<byte> file, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        fixed (byte* start = file)
        {
            using SKData data = SKData.Create((nint)start, file.Length);
            using SKCodec codec = Open(data);
            SKEncodedOrigin origin = codec.EncodedOrigin;
            ImageShape lying = IsTurned(origin) ? new ImageShape(shape.Width, shape.Height, shape.Channels) : shape;
            SKImageInfo info = ReducedInfo(codec, lying, fit);
            byte[] rgba = new byte[info.BytesSize];
            SKCodecResult result;
            fixed (byte* pixels = rgba)
            {
                result = codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default);
            }

            if (result != SKCodecResult.Success)
            {
                throw new ImageDecodeException(result == SKCodecResult.IncompleteInput ? "is truncated" : "is damaged");
            }

            if (origin is SKEncodedOrigin.Default)
            {
                ImageScaler.Scale(rgba, info.Width, info.Height, shape, fit, destination);
                return;
            }

            byte[] unturned = new byte[lying.Bytes];
            ImageScaler.Scale(rgba, info.Width, info.Height, lying, fit, unturned);
            Turn(unturned, lying, origin, destination);
        }
    }

    private static SKCodec Open(SKData data)
    {
        SKCodec codec = SKCodec.Create(data)
            ?? throw new ImageDecodeException("is not a PNG, JPEG, WebP, GIF or BMP image, or its header is damaged");
        SKImageInfo info = codec.Info;
        if (info.Width < 1 || info.Height < 1 || (long)info.Width * info.Height > MaxPixels)
        {
            codec.Dispose();
            throw new ImageDecodeException($"announces {info.Width} x {info.Height} pixels, more than {MaxPixels / 1_000_000} megapixels");
        }

        return codec;
    }

    /// <summary>
    /// How to decode: straight RGBA in sRGB; a JPEG that is far larger than the result at a fraction of its size, at least twice the
    /// result's, which its transform gives for free: a 24 megapixel photograph then takes a fraction of time and memory.
    /// </summary>
    private static SKImageInfo ReducedInfo(SKCodec codec, ImageShape shape, ImageFit fit)
    {
        SKSizeI size = codec.Info.Size;
        float across = (float)shape.Width / size.Width;
        float down = (float)shape.Height / size.Height;
        float needed = 2 * (fit == ImageFit.Pad ? Math.Min(across, down) : Math.Max(across, down));
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg && needed < 1)
        {
            size = codec.GetScaledDimensions(needed);
        }

        return new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, SKColorSpace.CreateSrgb());
    }

    private static bool IsTurned(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies an image [lying.Height, lying.Width, lying.Channels] to its upright place, as EXIF tag 0x0112 asks.</summary>
    private static void Turn(ReadOnlySpan<byte> source, ImageShape lying, SKEncodedOrigin origin, Span<byte> destination)
    {
        int right = lying.Width - 1;
        int bottom = lying.Height - 1;
        bool turned = IsTurned(origin);
        int height = turned ? lying.Width : lying.Height;
        int width = turned ? lying.Height : lying.Width;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var (fromX, fromY) = origin switch
                {
                    SKEncodedOrigin.TopRight => (right - x, y),
                    SKEncodedOrigin.BottomRight => (right - x, bottom - y),
                    SKEncodedOrigin.BottomLeft => (x, bottom - y),
                    SKEncodedOrigin.LeftTop => (y, x),
                    SKEncodedOrigin.RightTop => (y, bottom - x),
                    SKEncodedOrigin.RightBottom => (right - y, bottom - x),
                    SKEncodedOrigin.LeftBottom => (right - y, x),
                    _ => (x, y),
                };
                source.Slice(((fromY * lying.Width) + fromX) * lying.Channels, lying.Channels)
                    .CopyTo(destination[(((y * width) + x) * lying.Channels)..]);
            }
        }
    }
}

/// <summary>An image file cannot be decoded. The message is the reason as the rest of a sentence that begins with the file: "is truncated".</summary>
public sealed class ImageDecodeException(string message, Exception? inner = null) : Exception(message, inner);
