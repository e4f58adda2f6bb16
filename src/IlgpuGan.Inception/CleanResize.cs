namespace IlgpuGan.Inception;

/// <summary>
/// Brings images to a network's size as the original FID did: bilinear between the four nearest pixels, place times the quotient of sizes, without
/// half-pixel centres and without smoothing. Grey is repeated, alpha is put on white.
/// </summary>
/// <param name="height">Rows of an image.</param>
/// <param name="width">Columns of an image.</param>
/// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
internal sealed class CleanResize(int height, int width, int channels)
{
    /// <summary>What it does, for protocols.</summary>
    public static string Words(int side) => $"bilinear to {side} x {side} as TensorFlow 1 did, no antialias";

    /// <summary>Bytes of an image before.</summary>
    public int BytesPerImage => height * width * channels;

    /// <summary>Images [N, H, W, C] as grey values [N, side, side, 3].</summary>
    public float[] Apply(ReadOnlySpan<byte> images, int side)
    {
        int count = images.Length / BytesPerImage;
        var bytes = images.ToArray();
        var result = new float[count * side * side * 3];
        Parallel.For(0, count * side, line =>
        {
            int image = line / side, y = line % side;
            float row = y * (height / (float)side);
            int top = (int)row, bottom = Math.Min(top + 1, height - 1);
            for (int x = 0; x < side; x++)
            {
                float column = x * (width / (float)side);
                int left = (int)column, right = Math.Min(left + 1, width - 1);
                for (int c = 0; c < 3; c++)
                {
                    float above = Mix(Pixel(image, top, left, c), Pixel(image, top, right, c), column - left);
                    float below = Mix(Pixel(image, bottom, left, c), Pixel(image, bottom, right, c), column - left);
                    result[((long)line * side + x) * 3 + c] = Mix(above, below, row - top);
                }
            }
        });
        return result;

        float Pixel(int image, int y, int x, int c)
        {
            int at = image * BytesPerImage + (y * width + x) * channels;
            float grey = bytes[at + (channels < 3 ? 0 : c)];
            return channels % 2 == 1 ? grey : Mix(255, grey, bytes[at + channels - 1] / 255f);
        }
    }

    private static float Mix(float a, float b, float share) => a + (b - a) * share;
}
