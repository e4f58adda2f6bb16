namespace IlgpuGan.Imaging;

/// <summary>Colours for classes, which have none of their own: the first is black, neighbours in number lie far apart in hue.</summary>
internal static class ClassColours
{
    // Of all fractions the golden ratio's multiples lie farthest apart.
    private const double HueStep = 0.6180339887498949;

    // Once round in hue there is another brightness.
    private static readonly double[] brightness = [1, 0.7, 0.85, 0.55];

    /// <summary>Shows a map in colours.</summary>
    /// <param name="places">The place of each pixel's class among all.</param>
    /// <returns>RGB, [pixels, 3].</returns>
    public static byte[] Show(ReadOnlySpan<byte> places)
    {
        byte[] pixels = new byte[places.Length * 3];
        for (int i = 0; i < places.Length; i++)
        {
            var (red, green, blue) = Of(places[i]);
            (pixels[i * 3], pixels[(i * 3) + 1], pixels[(i * 3) + 2]) = (red, green, blue);
        }

        return pixels;
    }

    /// <summary>The colour of a class.</summary>
    public static (byte Red, byte Green, byte Blue) Of(int place)
    {
        if (place == 0)
        {
            return (0, 0, 0);
        }

        double hue = place * HueStep % 1 * 6, value = 255 * brightness[place % brightness.Length];
        return (Channel(5), Channel(3), Channel(1));

        // The usual conversion from hue, saturation and value (Smith 1978), with a saturation of 0.75.
        byte Channel(int offset)
        {
            double k = (offset + hue) % 6;
            return (byte)Math.Round(value * (1 - (0.75 * Math.Clamp(Math.Min(k, 4 - k), 0, 1))));
        }
    }
}
