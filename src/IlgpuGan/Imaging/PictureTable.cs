using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Shows rows of images that belong together, with a head above each column: what came in, what became of it, what should have. Many rows stand in blocks beside each other.</summary>
internal static class PictureTable
{
    private const int TextSize = 18, HeadHeight = 30, BlockGap = 20, TextMargin = 8;

    /// <summary>
    /// Writes the table as a PNG file on white, small images enlarged by a whole factor, whole or not at all. The file says by a text of its own, <see cref="TableLayout.Keyword"/>, where
    /// its images are.
    /// </summary>
    /// <param name="path">The file to make or replace; its folder must exist.</param>
    /// <param name="heads">The words above each column, at least one.</param>
    /// <param name="pixels">The images, [rows, columns, height, width, channels].</param>
    /// <param name="rows">Rows of images, at least one.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <param name="truth">The column of what should have come out, from 0 on; null where none is.</param>
    /// <exception cref="ArgumentException">The bytes are not so many images, or a length is out of range.</exception>
    /// <exception cref="ImageTooLargeException">The picture has more than <see cref="ImageFile.MaximumPixels"/>.</exception>
    /// <exception cref="IOException">The file cannot be written; an old one is unharmed.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written; an old one is unharmed.</exception>
    public static void Save(string path, IReadOnlyList<string> heads, ReadOnlySpan<byte> pixels, int rows, int height, int width, int channels, int? truth = null)
    {
        byte[] png = Encode(heads, pixels, rows, height, width, channels, truth);
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>The same picture as the bytes of a PNG file.</summary>
    /// <inheritdoc cref="Save"/>
    public static byte[] Encode(IReadOnlyList<string> heads, ReadOnlySpan<byte> pixels, int rows, int height, int width, int channels, int? truth = null)
    {
        ArgumentNullException.ThrowIfNull(heads);
        ImageFile.CheckShape(pixels.Length, checked(rows * heads.Count), height, width, channels);
        using var typeface = PlotFont.Open();
        using var font = new SKFont(typeface, TextSize);
        using var ink = new SKPaint { Color = SKColors.Black, IsAntialias = true };
        int columns = heads.Count, blocks = Math.Clamp((int)Math.Round(Math.Sqrt((double)rows * height / (columns * (double)width))), 1, rows);
        int perBlock = (rows + blocks - 1) / blocks;
        blocks = (rows + perBlock - 1) / perBlock;
        int widest = (int)MathF.Ceiling(heads.Max(head => font.MeasureText(head))) + TextMargin;
        int scale = Math.Max(1, Math.Max((widest + width - 1) / width, GridLayout.TargetSide / Math.Max(blocks * columns * width, perBlock * height)));
        long cellWidth = ((long)width * scale) + GridLayout.Gap, cellHeight = ((long)height * scale) + GridLayout.Gap;
        long blockWidth = columns * cellWidth, totalWidth = (blocks * (blockWidth + BlockGap)) - BlockGap, totalHeight = HeadHeight + (perBlock * cellHeight);
        if (totalWidth * totalHeight > ImageFile.MaximumPixels)
        {
            throw new ImageTooLargeException($"{rows} rows of {columns} images of {width} x {height} pixels are too large to write; show fewer.");
        }

        var layout = new TableLayout(
            heads, truth, width, height, scale, (int)cellWidth,
            [.. Enumerable.Range(0, rows).Select(row => new[] { (int)(row / perBlock * (blockWidth + BlockGap)), (int)(HeadHeight + (row % perBlock * cellHeight)) })]);
        using var surface = SKSurface.Create(new SKImageInfo((int)totalWidth, (int)totalHeight));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        int image = height * width * channels;
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                using var bitmap = ImageFile.ToBitmap(pixels.Slice(((row * columns) + column) * image, image), height, width, channels);
                using var still = SKImage.FromBitmap(bitmap);
                var (left, top) = layout.PlaceOf(row, column);
                canvas.DrawImage(still, SKRect.Create(left, top, width * scale, height * scale), new SKSamplingOptions(SKFilterMode.Nearest));
            }
        }

        for (int i = 0; i < blocks * columns; i++)
        {
            float middle = (i / columns * (blockWidth + BlockGap)) + (i % columns * cellWidth) + (width * scale / 2f);
            canvas.DrawText(heads[i % columns], middle, HeadHeight - TextMargin, SKTextAlign.Center, font, ink);
        }

        using var shot = surface.Snapshot();
        using var data = shot.Encode(SKEncodedImageFormat.Png, 100);
        return PngText.Added(data.Span, TableLayout.Keyword, layout.ToJson());
    }
}
