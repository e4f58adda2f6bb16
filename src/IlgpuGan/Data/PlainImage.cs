using System.Buffers;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Images as bare bytes; alpha is straight.</summary>
internal static class PlainImage
{
    /// <summary>Images [pixels, from] with another number of channels, [pixels, to]: grey in place of colours, on white in place of alpha.</summary>
    public static byte[] WithChannels(byte[] images, int from, int to)
    {
        if (from == to)
        {
            return images;
        }

        int pixels = images.Length / from;
        byte[] changed = new byte[checked(pixels * to)];
        Scale(images, new ImageShape(1, pixels, from), new ImageShape(1, pixels, to), ImageFit.Stretch, changed);
        return changed;
    }

    /// <summary>Brings an image [stored.Height, stored.Width, stored.Channels] to a shape.</summary>
    public static void Scale(ReadOnlySpan<byte> image, ImageShape stored, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        int pixels = stored.Height * stored.Width;
        bool hasAlpha = stored.Channels is 2 or 4;
        int blue = stored.Channels > 2 ? 2 : 0;
        byte[] rgba = ArrayPool<byte>.Shared.Rent(pixels * 4);
        try
        {
            for (int i = 0; i < pixels; i++)
            {
                ReadOnlySpan<byte> pixel = image.Slice(i * stored.Channels, stored.Channels);
                rgba[i * 4] = pixel[0];
                rgba[(i * 4) + 1] = pixel[blue / 2];
                rgba[(i * 4) + 2] = pixel[blue];
                rgba[(i * 4) + 3] = hasAlpha ? pixel[^1] : (byte)255;
            }

            ImageScaler.Scale(new ScalerSource(rgba, stored.Width, stored.Height), shape, fit, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }
}
