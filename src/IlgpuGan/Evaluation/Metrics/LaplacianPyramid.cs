using System.Numerics.Tensors;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Laplacian pyramids of images [H, W, C] (Burt and Adelson 1983) with the 5-tap filter [1, 4, 6, 4, 1] / 16 and borders mirrored without the edge itself:
/// each level is what the next, half as large, does not hold; the last is that small image.
/// </summary>
/// <param name="levels">Height and width of each level, largest first.</param>
/// <param name="channels">Channels of an image.</param>
internal sealed class LaplacianPyramid(IReadOnlyList<(int Height, int Width)> levels, int channels)
{
    // The paper's smallest level.
    private const int SmallestSide = 16;

    private const int Reach = 2;

    private static readonly float[] Taps = [1f / 16, 4f / 16, 6f / 16, 4f / 16, 1f / 16];

    /// <summary>The image's size, and halves of it as long as they are whole and no side is below 16.</summary>
    public static IReadOnlyList<(int Height, int Width)> LevelsOf(int height, int width)
    {
        var levels = new List<(int Height, int Width)> { (height, width) };
        while (height % 2 == 0 && width % 2 == 0 && Math.Min(height, width) / 2 >= SmallestSide)
        {
            levels.Add((height /= 2, width /= 2));
        }
        return levels;
    }

    /// <summary>One level of an image, [height, width, C] in grey values.</summary>
    /// <param name="image">Bytes [H, W, C].</param>
    /// <param name="level">0 for the finest.</param>
    public float[] Level(ReadOnlySpan<byte> image, int level)
    {
        var current = new float[image.Length];
        for (int i = 0; i < current.Length; i++)
        {
            current[i] = image[i];
        }
        for (int i = 0; i < level; i++)
        {
            current = Halve(current, levels[i]);
        }
        if (level < levels.Count - 1)
        {
            SubtractDoubled(Halve(current, levels[level]), levels[level + 1], current);
        }
        return current;
    }

    private float[] Halve(float[] image, (int Height, int Width) size)
    {
        var (height, width) = (size.Height / 2, size.Width / 2);
        int row = size.Width * channels;
        var result = new float[height * width * channels];
        // With mirror images of its first and last pixels.
        var blurred = new float[row + 2 * Reach * channels];
        var inner = blurred.AsSpan(Reach * channels, row);
        for (int y = 0; y < height; y++)
        {
            inner.Clear();
            for (int tap = 0; tap < Taps.Length; tap++)
            {
                TensorPrimitives.MultiplyAdd(image.AsSpan(Mirror(2 * y + tap - Reach, size.Height) * row, row), Taps[tap], inner, inner);
            }
            for (int x = 1; x <= Reach; x++)
            {
                inner.Slice(x * channels, channels).CopyTo(blurred.AsSpan((Reach - x) * channels));
                inner.Slice((size.Width - 1 - x) * channels, channels).CopyTo(blurred.AsSpan((Reach + size.Width - 1 + x) * channels));
            }
            var target = result.AsSpan(y * width * channels, width * channels);
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < channels; c++)
                {
                    var window = blurred.AsSpan(2 * x * channels + c, 4 * channels + 1);
                    target[x * channels + c] = Taps[0] * (window[0] + window[4 * channels])
                        + Taps[1] * (window[channels] + window[3 * channels]) + Taps[2] * window[2 * channels];
                }
            }
        }
        return result;
    }

    // Doubling puts noughts between pixels and blurs with four times the filter: half of the taps meet noughts, so even places are
    // (1, 6, 1) / 8 of three pixels and odd ones the mean of two.
    private void SubtractDoubled(float[] small, (int Height, int Width) size, float[] target)
    {
        int row = size.Width * channels;
        var wide = new float[2 * small.Length];
        for (int y = 0; y < size.Height; y++)
        {
            for (int x = 0; x < size.Width; x++)
            {
                int here = y * row + x * channels;
                int before = y * row + Before(x, size.Width) * channels, after = y * row + After(x, size.Width) * channels;
                for (int c = 0; c < channels; c++)
                {
                    wide[2 * here + c] = (small[before + c] + 6 * small[here + c] + small[after + c]) * (1f / 8);
                    wide[2 * here + channels + c] = (small[here + c] + small[after + c]) * (1f / 2);
                }
            }
        }
        for (int y = 0; y < size.Height; y++)
        {
            Subtract(2 * y, Before(y, size.Height), 1f / 8);
            Subtract(2 * y, y, 6f / 8);
            Subtract(2 * y, After(y, size.Height), 1f / 8);
            Subtract(2 * y + 1, y, 1f / 2);
            Subtract(2 * y + 1, After(y, size.Height), 1f / 2);
        }

        void Subtract(int line, int from, float weight)
        {
            var to = target.AsSpan(line * 2 * row, 2 * row);
            TensorPrimitives.MultiplyAdd(wide.AsSpan(from * 2 * row, 2 * row), -weight, to, to);
        }
    }

    private static int Before(int place, int length) => place > 0 ? place - 1 : Math.Min(1, length - 1);

    private static int After(int place, int length) => Math.Min(place + 1, length - 1);

    private static int Mirror(int index, int length) => index < 0 ? -index : index >= length ? 2 * length - 2 - index : index;
}
