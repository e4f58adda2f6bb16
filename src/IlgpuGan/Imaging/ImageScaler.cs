using System.Buffers;
using System.Numerics;

namespace IlgpuGan.Imaging;

/// <summary>
/// Scales images to the shape a network takes: bicubic (a = -1/2, Keys 1981), widened by the scale when an image shrinks, so that
/// nothing aliases. Skia only offers mipmaps for that, which blur, and its result may differ between processors; this
/// one gives the same bytes everywhere. Colours are weighted by their alpha, so that hidden colours do not bleed.
/// </summary>
internal static class ImageScaler
{
    /// <summary>The shares of colours in grey: Rec. 601 luma, as every grey conversion of PNG and JPEG files has it.</summary>
    internal const float RedOfGrey = 0.299f, GreenOfGrey = 0.587f, BlueOfGrey = 0.114f;

    /// <summary>Scales one image.</summary>
    /// <param name="source">The image.</param>
    /// <param name="shape">Shape of the result.</param>
    /// <param name="fit">What to do when the proportions differ.</param>
    /// <param name="destination">The result, [shape.Height, shape.Width, shape.Channels]. Colours of fully transparent pixels are white.</param>
    public static void Scale(ScalerSource source, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        if (source.CoveredWidth == shape.Width && source.CoveredHeight == shape.Height)
        {
            for (int i = 0; i < shape.Width * shape.Height; i++)
            {
                Store(Premultiplied(source.Rgba.Slice(i * 4, 4)), shape.Channels, destination[(i * shape.Channels)..]);
            }

            return;
        }

        var (columns, rows) = Place(source, shape, fit);
        Resample(source.Rgba, source.Width, columns, rows, shape, destination);
    }

    /// <summary>Which part of the source goes to which part of the result, for each axis.</summary>
    private static (Axis Columns, Axis Rows) Place(ScalerSource source, ImageShape shape, ImageFit fit)
    {
        double width = source.CoveredWidth;
        double height = source.CoveredHeight;
        double across = (double)shape.Width / width;
        double down = (double)shape.Height / height;
        double scale = fit == ImageFit.Crop ? Math.Max(across, down) : Math.Min(across, down);
        return fit switch
        {
            ImageFit.Stretch => (new Axis(source.Width, 0, width, 0, shape.Width), new Axis(source.Height, 0, height, 0, shape.Height)),
            ImageFit.Crop => (Cropped(source.Width, width, shape.Width, scale), Cropped(source.Height, height, shape.Height, scale)),
            ImageFit.Pad => (Padded(source.Width, width, shape.Width, scale), Padded(source.Height, height, shape.Height, scale)),
            _ => throw new ArgumentOutOfRangeException(nameof(fit), fit, null),
        };

        static Axis Cropped(int size, double length, int target, double scale) =>
            new(size, (length - (target / scale)) / 2, target / scale, 0, target);

        static Axis Padded(int size, double length, int target, double scale)
        {
            int covered = Math.Clamp((int)Math.Round(length * scale), 1, target);
            return new(size, 0, length, (target - covered) / 2, covered);
        }
    }

    private static void Resample(ReadOnlySpan<byte> rgba, int width, Axis columns, Axis rows, ImageShape shape, Span<byte> destination)
    {
        Taps across = new(columns);
        Taps down = new(rows);
        int firstRow = down.First[0];
        int neededRows = down.First[^1] + down.Count[^1] - firstRow;
        Vector4[] line = ArrayPool<Vector4>.Shared.Rent(width);
        Vector4[] narrowed = ArrayPool<Vector4>.Shared.Rent(neededRows * columns.TargetLength);
        try
        {
            for (int y = 0; y < neededRows; y++)
            {
                ReadOnlySpan<byte> source = rgba.Slice((firstRow + y) * width * 4, width * 4);
                for (int x = 0; x < width; x++)
                {
                    line[x] = Premultiplied(source.Slice(x * 4, 4));
                }

                across.Apply(line, 1, narrowed.AsSpan(y * columns.TargetLength, columns.TargetLength));
            }

            Vector4[] column = line.Length >= rows.TargetLength ? line : new Vector4[rows.TargetLength];
            destination.Clear();
            FillWithBackground(shape, destination);
            for (int x = 0; x < columns.TargetLength; x++)
            {
                down.Apply(narrowed.AsSpan(x), columns.TargetLength, column.AsSpan(0, rows.TargetLength), firstRow);
                for (int y = 0; y < rows.TargetLength; y++)
                {
                    int pixel = ((rows.TargetStart + y) * shape.Width) + columns.TargetStart + x;
                    Store(Clamped(column[y]), shape.Channels, destination[(pixel * shape.Channels)..]);
                }
            }
        }
        finally
        {
            ArrayPool<Vector4>.Shared.Return(line);
            ArrayPool<Vector4>.Shared.Return(narrowed);
        }
    }

    private static void FillWithBackground(ImageShape shape, Span<byte> destination)
    {
        for (int i = 0; i < destination.Length; i += shape.Channels)
        {
            Store(Vector4.Zero, shape.Channels, destination[i..]);
        }
    }

    private static Vector4 Premultiplied(ReadOnlySpan<byte> rgba)
    {
        float alpha = rgba[3];
        float weight = alpha / 255f;
        return new Vector4(rgba[0] * weight, rgba[1] * weight, rgba[2] * weight, alpha);
    }

    // The filter overshoots at edges: alpha back into 0 ... 255, colours back under their alpha.
    private static Vector4 Clamped(Vector4 pixel)
    {
        float alpha = Math.Clamp(pixel.W, 0f, 255f);
        return Vector4.Min(Vector4.Max(pixel with { W = alpha }, Vector4.Zero), new Vector4(alpha));
    }

    /// <summary>Writes a pixel with premultiplied colours in 0 ... 255 as 1 to 4 bytes.</summary>
    private static void Store(Vector4 pixel, int channels, Span<byte> destination)
    {
        bool straight = channels is 2 or 4;
        Vector4 colour = !straight ? pixel + new Vector4(255f - pixel.W)
            : pixel.W > 0f ? pixel * (255f / pixel.W)
            : new Vector4(255f);
        if (channels >= 3)
        {
            destination[0] = Rounded(colour.X);
            destination[1] = Rounded(colour.Y);
            destination[2] = Rounded(colour.Z);
        }
        else
        {
            destination[0] = Rounded((RedOfGrey * colour.X) + (GreenOfGrey * colour.Y) + (BlueOfGrey * colour.Z));
        }

        if (straight)
        {
            destination[channels - 1] = Rounded(pixel.W);
        }
    }

    private static byte Rounded(float value) => (byte)Math.Clamp(value + 0.5f, 0f, 255f);

    /// <summary>The stretch of a source axis [SourceStart, SourceStart + SourceLength) that becomes [TargetStart, TargetStart + TargetLength).</summary>
    private readonly record struct Axis(int SourceSize, double SourceStart, double SourceLength, int TargetStart, int TargetLength);

    /// <summary>For each result on an axis, the first source position, the number of positions, and their weights, which sum to 1.</summary>
    private sealed class Taps
    {
        private readonly float[] weights;
        private readonly int stride;

        public Taps(Axis axis)
        {
            double scale = axis.SourceLength / axis.TargetLength;
            double widening = Math.Max(scale, 1);
            double support = 2 * widening;
            stride = (int)Math.Ceiling(support * 2) + 1;
            First = new int[axis.TargetLength];
            Count = new int[axis.TargetLength];
            weights = new float[axis.TargetLength * stride];
            for (int i = 0; i < axis.TargetLength; i++)
            {
                double centre = axis.SourceStart + ((i + 0.5) * scale);
                int first = Math.Max(0, (int)Math.Floor(centre - support + 0.5));
                int end = Math.Min(axis.SourceSize, (int)Math.Floor(centre + support + 0.5));
                double sum = 0;
                for (int j = first; j < end; j++)
                {
                    sum += Cubic((j + 0.5 - centre) / widening);
                }

                for (int j = first; j < end; j++)
                {
                    weights[(i * stride) + j - first] = (float)(Cubic((j + 0.5 - centre) / widening) / sum);
                }

                First[i] = first;
                Count[i] = end - first;
            }
        }

        public int[] First { get; }

        public int[] Count { get; }

        /// <summary>Filters a line of pixels that lie <paramref name="step"/> apart, the first of which is source position <paramref name="origin"/>.</summary>
        public void Apply(ReadOnlySpan<Vector4> source, int step, Span<Vector4> destination, int origin = 0)
        {
            for (int i = 0; i < destination.Length; i++)
            {
                ReadOnlySpan<float> weight = weights.AsSpan(i * stride, Count[i]);
                int at = (First[i] - origin) * step;
                Vector4 sum = Vector4.Zero;
                for (int j = 0; j < weight.Length; j++, at += step)
                {
                    sum += source[at] * weight[j];
                }

                destination[i] = sum;
            }
        }

        private static double Cubic(double distance)
        {
            double x = Math.Abs(distance);
            return x < 1 ? (((1.5 * x) - 2.5) * x * x) + 1
                : x < 2 ? (((((-0.5 * x) + 2.5) * x) - 4) * x) + 2
                : 0;
        }
    }
}

/// <summary>An image to be scaled: straight RGBA, [<paramref name="height"/>, <paramref name="width"/>, 4].</summary>
/// <param name="rgba">The pixels.</param>
/// <param name="width">Columns.</param>
/// <param name="height">Rows.</param>
/// <param name="coveredWidth">Columns that the picture covers, where its last pixel lies beyond its edge in part: above width - 1, at most width.</param>
/// <param name="coveredHeight">Rows that the picture covers.</param>
internal readonly ref struct ScalerSource(ReadOnlySpan<byte> rgba, int width, int height, double coveredWidth, double coveredHeight)
{
    /// <summary>An image whose pixels are all its own.</summary>
    public ScalerSource(ReadOnlySpan<byte> rgba, int width, int height)
        : this(rgba, width, height, width, height)
    {
    }

    /// <summary>The pixels.</summary>
    public ReadOnlySpan<byte> Rgba { get; } = rgba;

    /// <summary>Columns.</summary>
    public int Width { get; } = width;

    /// <summary>Rows.</summary>
    public int Height { get; } = height;

    /// <summary>Columns that the picture covers.</summary>
    public double CoveredWidth { get; } = coveredWidth;

    /// <summary>Rows that the picture covers.</summary>
    public double CoveredHeight { get; } = coveredHeight;
}
