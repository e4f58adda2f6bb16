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

    // D50, the white of Lab, for a brightness of 1.
    private const double WhiteX = 0.9642;
    private const double WhiteZ = 0.8249;

    /// <summary>Converts in place: grey, palette, inks and Lab to RGB, alpha made straight, or opaque where there is none.</summary>
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
        using SKColorSpace? stored = layout.Photometric is Photometric.SEPARATED or Photometric.CIELAB ? null : SKColorSpace.CreateIcc(profile);
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
            case Photometric.CIELAB:
                LabToRgb(pixel);
                break;
        }
    }

    /// <summary>
    /// CIE L*a*b* (ISO 13655) to sRGB (IEC 61966-2-1): L* in 255ths of 100, a* and b* signed. Its white is that of the light D50, as in all
    /// print and in profiles, which becomes sRGB's white; the library's own conversion leaves it yellowish.
    /// </summary>
    private static void LabToRgb(Span<byte> pixel)
    {
        double middle = ((pixel[0] * 100 / 255.0) + 16) / 116;
        double x = WhiteX * Inverse(middle + ((sbyte)pixel[1] / 500.0));
        double y = Inverse(middle);
        double z = WhiteZ * Inverse(middle - ((sbyte)pixel[2] / 200.0));
        pixel[0] = Encoded((3.1338561 * x) - (1.6168667 * y) - (0.4906146 * z));
        pixel[1] = Encoded((-0.9787684 * x) + (1.9161415 * y) + (0.0334540 * z));
        pixel[2] = Encoded((0.0719453 * x) - (0.2289914 * y) + (1.4052427 * z));

        static double Inverse(double value) => value > 6.0 / 29 ? value * value * value : ((116 * value) - 16) * 27 / 24389;

        static byte Encoded(double linear)
        {
            double light = Math.Clamp(linear, 0, 1);
            return (byte)Math.Round(255 * (light <= 0.0031308 ? 12.92 * light : (1.055 * Math.Pow(light, 1 / 2.4)) - 0.055));
        }
    }
}
