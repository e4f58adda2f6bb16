using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Shows images of one shape side by side, each with a few words below it: the stages of something.</summary>
internal static class CaptionRow
{
    private const int TextSize = 18, Margin = 12;
    private const int CaptionHeight = TextSize + Margin;

    // As wide as the longest caption, and large enough that a face of 32 pixels can be looked at.
    private const int LeastSide = 160;

    /// <summary>Writes the row as a PNG file on white, small images enlarged by a whole factor, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="captions">The words below each image, at least one.</param>
    /// <param name="pixels">The images, [captions, height, width, channels].</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <exception cref="ArgumentException">The bytes are not so many images, or a length is out of range.</exception>
    /// <exception cref="ImageTooLargeException">The picture has more than <see cref="ImageFile.MaximumPixels"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<string> captions, ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        ArgumentNullException.ThrowIfNull(captions);
        ImageFile.CheckShape(pixels.Length, captions.Count, height, width, channels);
        int scale = Math.Max(1, (LeastSide + width - 1) / width), step = (width * scale) + Margin;
        long totalWidth = ((long)captions.Count * step) + Margin, totalHeight = ((long)height * scale) + Margin + CaptionHeight + Margin;
        if (totalWidth * totalHeight > ImageFile.MaximumPixels)
        {
            throw new ImageTooLargeException($"{captions.Count} images of {width} x {height} pixels are too large to write side by side.");
        }

        using var typeface = PlotFont.Open();
        using var font = new SKFont(typeface, TextSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        using var surface = SKSurface.Create(new SKImageInfo((int)totalWidth, (int)totalHeight));
        surface.Canvas.Clear(SKColors.White);
        int image = height * width * channels;
        for (int i = 0; i < captions.Count; i++)
        {
            using var bitmap = ImageFile.ToBitmap(pixels.Slice(i * image, image), height, width, channels);
            using var still = SKImage.FromBitmap(bitmap);
            int left = Margin + (i * step);
            surface.Canvas.DrawImage(still, SKRect.Create(left, Margin, width * scale, height * scale), new SKSamplingOptions(SKFilterMode.Nearest));
            surface.Canvas.DrawText(captions[i], left + (width * scale / 2f), Margin + (height * scale) + CaptionHeight - (Margin / 2f), SKTextAlign.Center, font, ink);
        }

        using var shot = surface.Snapshot();
        using var data = shot.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, data.SaveTo);
    }
}
