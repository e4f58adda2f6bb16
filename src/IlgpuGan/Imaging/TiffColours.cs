using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Makes straight RGBA of what a TIFF file stores.</summary>
internal static class TiffColours
{
    /// <summary>Value of tag 338: the colours are multiplied with the alpha that follows them.</summary>
    public const long MultipliedAlpha = 1;

    /// <summary>Value of tag 338: straight alpha.</summary>
    public const long StraightAlpha = 2;

    /// <summary>Converts in place: grey, palette and inks to RGB, alpha made straight, or opaque where there is none.</summary>
    /// <returns>The largest stored value of a colour.</returns>
    public static byte ToRgba(Span<byte> rgba, TiffLayout layout)
    {
        byte largest = 0;
        for (int i = 0; i < rgba.Length; i += 4)
        {
            Span<byte> pixel = rgba.Slice(i, 4);
            foreach (byte stored in pixel[..Math.Min(layout.Colours, 3)])
            {
                largest = Math.Max(largest, stored);
            }

            ToRgb(pixel, layout);
            if (!layout.HasAlpha)
            {
                pixel[3] = 255;
            }
            else if (layout.Alpha == MultipliedAlpha && pixel[3] > 0)
            {
                for (int c = 0; c < 3; c++)
                {
                    pixel[c] = (byte)Math.Min(255, ((pixel[c] * 255) + (pixel[3] / 2)) / pixel[3]);
                }
            }
        }

        return largest;
    }

    /// <summary>The same pixels in sRGB, by the profile that says what they are; as they are where it cannot be used.</summary>
    public static byte[] ToSrgb(byte[] rgba, TiffLayout layout, ReadOnlySpan<byte> profile)
    {
        using SKColorSpace? stored = layout.Photometric == Photometric.SEPARATED ? null : SKColorSpace.CreateIcc(profile);
        using SKColorSpace srgb = SKColorSpace.CreateSrgb();
        if (stored is null || stored.IsSrgb)
        {
            return rgba;
        }

        var from = new SKImageInfo(layout.Width, layout.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, stored);
        byte[] converted = new byte[rgba.Length];
        unsafe
        {
            fixed (byte* source = rgba, target = converted)
            {
                using var pixels = new SKPixmap(from, (nint)source, from.RowBytes);
                return pixels.ReadPixels(from.WithColorSpace(srgb), (nint)target, from.RowBytes) ? converted : rgba;
            }
        }
    }

    private static void ToRgb(Span<byte> pixel, TiffLayout layout)
    {
        switch (layout.Photometric)
        {
            case Photometric.MINISWHITE:
                pixel[..3].Fill((byte)(255 - pixel[0]));
                break;
            case Photometric.MINISBLACK:
                pixel[..3].Fill(pixel[0]);
                break;
            case Photometric.PALETTE:
                int entries = layout.Palette.Length / 3;
                int index = pixel[0];
                for (int c = 0; c < 3; c++)
                {
                    pixel[c] = (byte)(layout.Palette[(c * entries) + index] >> layout.PaletteShift);
                }

                break;
            case Photometric.SEPARATED:
                int light = 255 - pixel[3];
                for (int c = 0; c < 3; c++)
                {
                    pixel[c] = (byte)((((255 - pixel[c]) * light) + 127) / 255);
                }

                break;
        }
    }
}
