using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Shows rows of images of one shape, each with its name before it: what a generator makes of each label.</summary>
internal static class RowGrid
{
    private const int TextSize = 18;
    private const int Margin = 10;

    /// <summary>Writes the rows as a PNG file on white, small images enlarged, whole or not at all.</summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="names">The name of each row, at least one.</param>
    /// <param name="pixels">The images, [rows, columns, height, width, channels].</param>
    /// <param name="columns">Images of a row.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <exception cref="ArgumentException">The bytes are not rows x columns x height x width x channels, or a length is out of range.</exception>
    /// <exception cref="ImageTooLargeException">The picture has more than <see cref="ImageFile.MaximumPixels"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<string> names, ReadOnlySpan<byte> pixels, int columns, int height, int width, int channels)
    {
        var png = Encode(names, pixels, columns, height, width, channels);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>The same picture as the bytes of a PNG file.</summary>
    /// <inheritdoc cref="Save"/>
    public static byte[] Encode(IReadOnlyList<string> names, ReadOnlySpan<byte> pixels, int columns, int height, int width, int channels)
    {
        ArgumentNullException.ThrowIfNull(names);
        ImageFile.CheckShape(pixels.Length, names.Count * columns, height, width, channels);
        using var typeface = PlotFont.Open();
        using var font = new SKFont(typeface, TextSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        int gutter = (int)MathF.Ceiling(names.Max(name => font.MeasureText(name))) + (2 * Margin);
        int scale = Math.Max(1, Math.Max((TextSize + Margin + height - 1) / height, GridLayout.TargetSide / (columns * width)));
        long cellWidth = (width * scale) + GridLayout.Gap, cellHeight = (height * scale) + GridLayout.Gap;
        long totalWidth = gutter + (columns * cellWidth), totalHeight = names.Count * cellHeight;
        if (totalWidth * totalHeight > ImageFile.MaximumPixels)
        {
            throw new ImageTooLargeException($"{names.Count} rows of {columns} images of {width} x {height} pixels are too large to write; show fewer.");
        }

        using var surface = SKSurface.Create(new SKImageInfo((int)totalWidth, (int)totalHeight));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        int image = height * width * channels;
        for (var i = 0; i < names.Count * columns; i++)
        {
            var (row, column) = (i / columns, i % columns);
            using var png = ImageFile.EncodePng(pixels.Slice(i * image, image), height, width, channels);
            using var decoded = SKImage.FromEncodedData(png);
            var (left, top) = (gutter + (column * cellWidth), row * cellHeight);
            canvas.DrawImage(decoded, SKRect.Create(left, top, width * scale, height * scale), new SKSamplingOptions(SKFilterMode.Nearest));
        }

        for (var row = 0; row < names.Count; row++)
        {
            canvas.DrawText(names[row], Margin, (row * cellHeight) + (cellHeight / 2) + (TextSize / 3), SKTextAlign.Left, font, ink);
        }

        using var shot = surface.Snapshot();
        using var data = shot.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
