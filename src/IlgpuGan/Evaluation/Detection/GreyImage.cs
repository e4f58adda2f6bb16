namespace IlgpuGan.Evaluation.Detection;

/// <summary>An image of grey values as a detector looks at it: how colours become grey, and how it is made smaller, to the bit as OpenCV does both.</summary>
/// <param name="Pixels">[Height, Width]</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record GreyImage(byte[] Pixels, int Height, int Width)
{
    // Of BT.601, in parts of 2^15.
    private const int Red = 9798, Green = 19235, Blue = 3735, GreyBits = 15;

    private const int WeightBits = 8, One = 1 << WeightBits;

    /// <summary>The grey values of an image.</summary>
    /// <inheritdoc cref="IFaceDetector.FindsFace"/>
    public static GreyImage Of(ReadOnlySpan<byte> image, int height, int width, int channels)
    {
        var pixels = new byte[height * width];
        for (int i = 0; i < pixels.Length; i++)
        {
            var pixel = image.Slice(i * channels, channels);
            int grey = channels < 3 ? pixel[0] : (pixel[0] * Red + pixel[1] * Green + pixel[2] * Blue + (1 << (GreyBits - 1))) >> GreyBits;
            pixels[i] = (byte)(channels % 2 != 0 ? grey : 255 - ((255 - grey) * pixel[^1] + 127) / 255);
        }
        return new(pixels, height, width);
    }

    /// <summary>The image at another size, by linear interpolation with weights of eight bits (OpenCV's INTER_LINEAR_EXACT).</summary>
    public GreyImage Resized(int height, int width)
    {
        if ((height, width) == (Height, Width))
        {
            return this;
        }
        var (columns, rows) = (Weights(Width, width), Weights(Height, height));
        var lines = new int[Height * width];
        for (int y = 0; y < Height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                var (at, next, weight) = columns[x];
                lines[y * width + x] = Pixels[y * Width + at] * (One - weight) + Pixels[y * Width + next] * weight;
            }
        }
        var result = new byte[height * width];
        for (int y = 0; y < height; y++)
        {
            var (at, next, weight) = rows[y];
            for (int x = 0; x < width; x++)
            {
                result[y * width + x] = (byte)((lines[at * width + x] * (One - weight) + lines[next * width + x] * weight + (1 << (2 * WeightBits - 1))) >> (2 * WeightBits));
            }
        }
        return new(result, height, width);
    }

    private static (int At, int Next, int Weight)[] Weights(int from, int to)
    {
        double scale = 1 / ((double)to / from);
        return [.. Enumerable.Range(0, to).Select(place =>
        {
            double value = scale * (place + 0.5) - 0.5;
            int at = (int)Math.Floor(value);
            return at < 0 ? (0, 0, 0) : at >= from - 1 ? (from - 1, from - 1, 0) : (at, at + 1, (int)Math.Round((value - at) * One));
        })];
    }
}
