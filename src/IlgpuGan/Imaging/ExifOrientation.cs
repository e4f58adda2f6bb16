using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>How a picture lies in its file: EXIF and TIFF tag 0x0112, values 1 to 8.</summary>
internal static class ExifOrientation
{
    public const ushort Tag = 0x0112;

    /// <summary>Reads the tag from EXIF data, which is laid out as a TIFF file; upright where the data are damaged or say nothing.</summary>
    public static SKEncodedOrigin Read(ReadOnlySpan<byte> exif)
    {
        TiffDirectory? directory = TiffDirectory.Read(exif);
        return Of(directory?.Number(Tag, 1) ?? 1);
    }

    /// <summary>The orientation of a tag's value; upright for a value that has no meaning.</summary>
    public static SKEncodedOrigin Of(long value) => value is >= 1 and <= 8 ? (SKEncodedOrigin)value : SKEncodedOrigin.Default;

    /// <summary>Whether rows become columns.</summary>
    public static bool IsTurned(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Copies an image [lying.Height, lying.Width, lying.Channels] to its upright place.</summary>
    public static void Turn(ReadOnlySpan<byte> source, ImageShape lying, SKEncodedOrigin origin, Span<byte> destination)
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
