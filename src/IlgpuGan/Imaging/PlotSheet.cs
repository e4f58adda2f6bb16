using ScottPlot;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>Several plots on one white sheet under one title, where rows and columns mean something and panels need no axes of equal size.</summary>
internal sealed class PlotSheet : IDisposable
{
    /// <summary>Height of the title, in pixels.</summary>
    public const int TitleHeight = 52;

    /// <summary>Height of a caption, in pixels.</summary>
    public const int CaptionHeight = 28;

    /// <summary>Height of a line of a longer text, in pixels.</summary>
    public const int LineHeight = 22;

    private const float TitleSize = 22;
    private const float TextSize = 16;
    private const int Margin = 14;
    private const float Dot = 22;
    private const float Gap = 18;
    private const float HeadGap = 8;

    private static readonly SKColor Ink = new(0x1F, 0x29, 0x37);

    private readonly SKSurface surface;
    private readonly SKTypeface typeface = PlotFont.Open();
    private readonly SKPaint paint = new() { IsAntialias = true, Color = Ink };
    private readonly int width;

    public PlotSheet(int width, int height)
    {
        this.width = width;
        surface = SKSurface.Create(new SKImageInfo(width, height))
            ?? throw new ImageTooLargeException($"A picture of {width} x {height} pixels is too large to draw; show fewer panels.");
        surface.Canvas.Clear(SKColors.White);
    }

    /// <summary>Writes the title at the left, as large as there is room for, and a legend of coloured dots at the right.</summary>
    public void Title(string text, IReadOnlyList<(string Name, Color Colour)> legend)
    {
        using var font = new SKFont(typeface, TextSize);
        float right = width - Margin - legend.Sum(entry => Dot + font.MeasureText(entry.Name) + Gap);
        Legend(legend, right + Gap, TitleHeight / 2f, font);
        using var large = new SKFont(typeface, TitleSize);
        Write(text, Margin, TitleHeight / 2f, Math.Min(TitleSize, TitleSize * (right - Margin) / large.MeasureText(text)));
    }

    /// <summary>Writes a legend of coloured dots at the left, where the title leaves no room.</summary>
    public void Legend(IReadOnlyList<(string Name, Color Colour)> legend, int top, int left = 0)
    {
        using var font = new SKFont(typeface, TextSize);
        Legend(legend, left + Margin, top + (CaptionHeight / 2f), font);
    }

    /// <summary>Writes lines of text that break where a width ends, and gives how many there are.</summary>
    public int Text(string text, int left, int top, int width)
    {
        using var font = new SKFont(typeface, TextSize);
        var (line, lines) = ("", 0);
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width - (2 * Margin))
            {
                Caption(line, left, top + (lines++ * LineHeight));
                longer = word;
            }

            line = longer;
        }

        Caption(line, left, top + (lines * LineHeight));
        return lines + 1;
    }

    /// <summary>Draws images as a grid, enlarged by a whole factor within a square.</summary>
    /// <param name="pixels">The images, [count, height, width, channels].</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="columns">Images of a row.</param>
    /// <param name="left">Left border of the square.</param>
    /// <param name="top">Upper border of the square.</param>
    /// <param name="side">Side of the square.</param>
    /// <param name="heads">A word above each column, within the square; none for columns that mean nothing.</param>
    public void Images(ReadOnlySpan<byte> pixels, ImageShape shape, int columns, int left, int top, int side, IReadOnlyList<string>? heads = null)
    {
        int count = pixels.Length / shape.Bytes, rows = (count + columns - 1) / columns, room = heads is null ? side : side - LineHeight;
        var layout = GridLayout.Within(side, columns, rows, shape.Height, shape.Width);
        layout = layout.Height <= room ? layout : GridLayout.Within(room, columns, rows, shape.Height, shape.Width);
        using var bitmap = ImageFile.ToBitmap(
            ImageGrid.Compose(layout, pixels, count, shape.Height, shape.Width, shape.Channels), (int)layout.Height, (int)layout.Width, shape.Channels);
        using var still = SKImage.FromBitmap(bitmap);
        int first = left + ((side - (int)layout.Width) / 2);
        surface.Canvas.DrawImage(still, first, top + side - room, new SKSamplingOptions(SKFilterMode.Nearest));
        using var font = new SKFont(typeface, TextSize);
        for (int column = 0; column < heads?.Count; column++)
        {
            float each = (float)layout.Width / columns, wide = font.MeasureText(heads[column]), fit = Math.Min(1, (each - HeadGap) / wide);
            Write(heads[column], first + ((column + 0.5f) * each) - (fit * wide / 2), top + (LineHeight / 2f), fit * TextSize);
        }
    }

    /// <summary>Writes a line above panels.</summary>
    public void Caption(string text, int left, int top) => Write(text, left + Margin, top + (CaptionHeight / 2f), TextSize);

    /// <summary>Draws a plot into a rectangle.</summary>
    public void Draw(Plot plot, int left, int top, int width, int height)
    {
        // A plot clears all that it may draw on.
        surface.Canvas.Save();
        surface.Canvas.ClipRect(SKRect.Create(left, top, width, height));
        plot.Render(surface.Canvas, new PixelRect(left, left + width, top + height, top));
        surface.Canvas.Restore();
    }

    /// <summary>Writes the sheet as a PNG file, whole or not at all.</summary>
    public void Save(string path)
    {
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, stream => png.SaveTo(stream));
    }

    public void Dispose()
    {
        paint.Dispose();
        typeface.Dispose();
        surface.Dispose();
    }

    private void Legend(IReadOnlyList<(string Name, Color Colour)> legend, float left, float middle, SKFont font)
    {
        foreach (var (name, colour) in legend)
        {
            paint.Color = new SKColor(colour.R, colour.G, colour.B);
            surface.Canvas.DrawCircle(left + (Dot / 2) - 4, middle, 6, paint);
            paint.Color = Ink;
            Write(name, left + Dot, middle, TextSize);
            left += Dot + font.MeasureText(name) + Gap;
        }
    }

    private void Write(string text, float left, float middle, float size)
    {
        using var font = new SKFont(typeface, size);
        surface.Canvas.DrawText(text, left, middle + (size * 0.36f), SKTextAlign.Left, font, paint);
    }
}
