using System.Numerics;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// SSIM, the structural similarity of Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural similarity" (IEEE TIP 13, 2004, equation 13):
/// the mean over channels and places of (2 mx my + C1)(2 sxy + C2) / ((mx^2 + my^2 + C1)(sx^2 + sy^2 + C2)), where means, variances and covariance are of a window of 11 x 11 pixels
/// weighted by a Gaussian of deviation 1.5, C1 = (0.01 x 255)^2 and C2 = (0.03 x 255)^2. Windows lie within the image. This is scikit-image's structural_similarity with
/// gaussian_weights=True, sigma=1.5, use_sample_covariance=False and data_range=255, as it says the paper is to be followed; its default is another, a flat window of 7 x 7.
/// </summary>
internal static class StructuralSimilarity
{
    /// <summary>Sides of a window, and the least of an image.</summary>
    public const int Window = 11;

    private const double Deviation = 1.5, C1 = 0.01 * 255 * (0.01 * 255), C2 = 0.03 * 255 * (0.03 * 255);

    // Means of x and y, of x^2 + y^2, and of x y: of both variances only the sum is asked for.
    private const int Moments = 4;

    private static readonly double[] weights = Gaussian();

    /// <summary>The similarity of two images, 1 where they are equal and at least -1.</summary>
    /// <param name="image">[height, width, channels].</param>
    /// <param name="truth">The same of the other.</param>
    /// <param name="height">Rows, at least <see cref="Window"/>.</param>
    /// <param name="width">Columns, at least as many.</param>
    /// <param name="channels">Channels.</param>
    /// <exception cref="ArgumentException">An image is smaller than a window, or a length does not fit.</exception>
    public static double Between(ReadOnlySpan<byte> image, ReadOnlySpan<byte> truth, int height, int width, int channels)
    {
        if (height < Window || width < Window || image.Length != height * width * channels || truth.Length != image.Length)
        {
            throw new ArgumentException($"{image.Length} and {truth.Length} bytes are no two images of {width} x {height} pixels with {channels} channels, of at least {Window} x {Window}.");
        }
        int line = width * channels, inner = (width - Window + 1) * channels;
        // Rows that the window covers, the newest in the place of the one that it has left.
        var rows = new double[Window][];
        var across = new double[Moments * line];
        var down = new double[Moments * inner];
        double sum = 0;
        for (int y = 0; y < height; y++)
        {
            Products(image.Slice(y * line, line), truth.Slice(y * line, line), across);
            var narrowed = rows[y % Window] ??= new double[Moments * inner];
            narrowed.AsSpan().Clear();
            for (int moment = 0; moment < Moments; moment++)
            {
                for (int tap = 0; tap < Window; tap++)
                {
                    AddScaled(across.AsSpan(moment * line + tap * channels, inner), weights[tap], narrowed.AsSpan(moment * inner, inner));
                }
            }
            if (y < Window - 1)
            {
                continue;
            }
            down.AsSpan().Clear();
            for (int tap = 0; tap < Window; tap++)
            {
                AddScaled(rows[(y + 1 + tap) % Window], weights[tap], down);
            }
            for (int i = 0; i < inner; i++)
            {
                double mx = down[i], my = down[inner + i], ofBoth = mx * mx + my * my, product = mx * my;
                double variances = down[2 * inner + i] - ofBoth, covariance = down[3 * inner + i] - product;
                sum += (2 * product + C1) * (2 * covariance + C2) / ((ofBoth + C1) * (variances + C2));
            }
        }
        return sum / ((double)inner * (height - Window + 1));
    }

    private static void Products(ReadOnlySpan<byte> image, ReadOnlySpan<byte> truth, Span<double> products)
    {
        int line = image.Length;
        for (int i = 0; i < line; i++)
        {
            double x = image[i], y = truth[i];
            (products[i], products[line + i], products[2 * line + i], products[3 * line + i]) = (x, y, x * x + y * y, x * y);
        }
    }

    // A product and a sum, each rounded: the same bits whatever the width of vectors.
    private static void AddScaled(ReadOnlySpan<double> from, double weight, Span<double> to)
    {
        int i = 0;
        for (; i <= from.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(to[i..]) + new Vector<double>(from[i..]) * weight).CopyTo(to[i..]);
        }
        for (; i < from.Length; i++)
        {
            to[i] += from[i] * weight;
        }
    }

    private static double[] Gaussian()
    {
        double[] bell = [.. Enumerable.Range(0, Window).Select(i => Math.Exp(-0.5 * (i - Window / 2) * (i - Window / 2) / (Deviation * Deviation)))];
        return [.. bell.Select(weight => weight / bell.Sum())];
    }
}
