using IlgpuGan.Evaluation.Metrics;

namespace IlgpuGan.Evaluation;

/// <summary>How far images are from the true ones, mean over images.</summary>
/// <param name="Images">How many.</param>
/// <param name="L1">Mean of |x - y| over pixels and channels, of 255. 0 is best.</param>
/// <param name="Psnr">
/// Peak signal-to-noise ratio, 10 log10(255^2 / mean of (x - y)^2), in dB, of each image by itself. Bytes are rounded, which is an error of 1/12: smaller ones count as that, so that equal images have
/// <see cref="MostPsnr"/>, where scikit-image's peak_signal_noise_ratio, which is the same otherwise, has infinity, which no mean survives.
/// </param>
/// <param name="Ssim">Structural similarity (<see cref="StructuralSimilarity"/>), 1 at best; null of images smaller than its window.</param>
public sealed record ImageErrors(int Images, double L1, double Psnr, double? Ssim)
{
    private const double Rounding = 1.0 / 12;

    /// <summary>The ratio of equal images: 58.9 dB.</summary>
    public static double MostPsnr { get; } = PsnrOf(0);

    /// <summary>Compares images with true ones, each with the one in its place, on all processors; sums are taken in the images' order, so the result has the same bits with any number of them.</summary>
    /// <param name="images">[count, height, width, channels].</param>
    /// <param name="truths">The same of the true ones.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">Channels.</param>
    /// <exception cref="ArgumentException">The lengths are not those of equally many images, at least one.</exception>
    public static ImageErrors Between(byte[] images, byte[] truths, int height, int width, int channels)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(truths);
        long size = (long)height * width * channels;
        if (size <= 0 || images.Length == 0 || images.Length % size != 0 || truths.Length != images.Length)
        {
            throw new ArgumentException($"{images.Length} and {truths.Length} bytes are not equally many images of {width} x {height} pixels with {channels} channels.");
        }
        int length = (int)size, count = images.Length / length;
        var errors = new ImageErrors[count];
        Parallel.For(0, count, i => errors[i] = OfOne(images.AsSpan(i * length, length), truths.AsSpan(i * length, length), height, width, channels));
        return Mean(errors);
    }

    /// <summary>The mean over the images of several sets.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static ImageErrors Mean(IReadOnlyList<ImageErrors> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        int count = parts.Sum(part => part.Images);
        return count == 0 ? throw new ArgumentException("There are no images to take the mean over.", nameof(parts))
            : new(count, MeanOf(part => part.L1)!.Value, MeanOf(part => part.Psnr)!.Value, MeanOf(part => part.Ssim));

        double? MeanOf(Func<ImageErrors, double?> value) => parts.Any(part => value(part) is null) ? null : parts.Sum(part => part.Images * value(part)!.Value) / count;
    }

    /// <summary>For people: <c>L1 6.21 of 255, PSNR 24.10 dB, SSIM 0.812</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"L1 {L1:F2} of 255, PSNR {Psnr:F2} dB") + (Ssim is { } ssim ? FormattableString.Invariant($", SSIM {ssim:F3}") : "");

    private static ImageErrors OfOne(ReadOnlySpan<byte> image, ReadOnlySpan<byte> truth, int height, int width, int channels)
    {
        long absolute = 0, squares = 0;
        for (int i = 0; i < image.Length; i++)
        {
            int difference = Math.Abs(image[i] - truth[i]);
            absolute += difference;
            squares += difference * difference;
        }
        return new(1, (double)absolute / image.Length, PsnrOf((double)squares / image.Length),
            Math.Min(height, width) < StructuralSimilarity.Window ? null : StructuralSimilarity.Between(image, truth, height, width, channels));
    }

    private static double PsnrOf(double meanSquare) => 10 * Math.Log10(255.0 * 255 / Math.Max(meanSquare, Rounding));
}
