using System.Buffers;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Opaque images as bare bytes.</summary>
internal static class PlainImage
{
    /// <summary>Brings an image [stored.Height, stored.Width, stored.Channels] of 1 or 3 channels to a shape.</summary>
    public static void Scale(ReadOnlySpan<byte> image, ImageShape stored, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        int pixels = stored.Height * stored.Width;
        int blue = stored.Channels - 1;
        byte[] rgba = ArrayPool<byte>.Shared.Rent(pixels * 4);
        try
        {
            for (int i = 0; i < pixels; i++)
            {
                ReadOnlySpan<byte> pixel = image.Slice(i * stored.Channels, stored.Channels);
                rgba[i * 4] = pixel[0];
                rgba[(i * 4) + 1] = pixel[blue / 2];
                rgba[(i * 4) + 2] = pixel[blue];
                rgba[(i * 4) + 3] = 255;
            }

            ImageScaler.Scale(new ScalerSource(rgba, stored.Width, stored.Height), shape, fit, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rgba);
        }
    }
}
