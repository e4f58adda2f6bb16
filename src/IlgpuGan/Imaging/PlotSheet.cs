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

    private const float TitleSize = 22;
    private const float TextSize = 16;
    private const int Margin = 14;
    private const float Dot = 22;
    private const float Gap = 18;

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

    /// <summary>Writes the title at the left and a legend of coloured dots at the right.</summary>
    public void Title(string text, IReadOnlyList<(string Name, Color Colour)> legend)
    {
        Write(text, Margin, TitleHeight / 2f, TitleSize);
        using var font = new SKFont(typeface, TextSize);
        Legend(legend, width - Margin - legend.Sum(entry => Dot + font.MeasureText(entry.Name) + Gap) + Gap, TitleHeight / 2f, font);
    }

    /// <summary>Writes a legend of coloured dots at the left, where the title leaves no room.</summary>
    public void Legend(IReadOnlyList<(string Name, Color Colour)> legend, int top)
    {
        using var font = new SKFont(typeface, TextSize);
        Legend(legend, Margin, top + (CaptionHeight / 2f), font);
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
