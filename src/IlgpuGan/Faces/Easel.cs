using SkiaSharp;

namespace IlgpuGan.Faces;

/// <summary>A small square picture under work: fills, gradients and lines over paths, put down as its medium has them.</summary>
internal sealed class Easel : IDisposable
{
    // Thinner lines than this, in pixels of the picture, would fade from black to a grey that depends on where they lie.
    private const float ThinnestPencil = 0.9f;

    private readonly SKBitmap bitmap;
    private readonly SKPathBuilder builder = new();
    private readonly SKPaint paint;
    private readonly FaceMedium medium;
    private readonly FaceAttributes face;
    private readonly float unit;
    private SKColor region;

    /// <summary>
    /// An empty picture of <paramref name="size"/> x <paramref name="size"/> pixels on which paths are given in units of 1/256 of
    /// its side.
    /// </summary>
    /// <param name="size">The side.</param>
    /// <param name="medium">How things are put down.</param>
    /// <param name="face">Whose classes the regions have.</param>
    public Easel(int size, FaceMedium medium, FaceAttributes face)
    {
        (this.medium, this.face, unit) = (medium, face, 256f / size);
        // A pixel between two regions is of one of them.
        paint = new() { IsAntialias = medium != FaceMedium.Regions, StrokeCap = SKStrokeCap.Round, StrokeJoin = SKStrokeJoin.Round };
        bitmap = new SKBitmap(new SKImageInfo(size, size, SKColorType.Rgba8888, SKAlphaType.Premul));
        Canvas = new SKCanvas(bitmap);
        Canvas.Scale(size / 256f);
    }

    /// <summary>For transformations and clips.</summary>
    public SKCanvas Canvas { get; }

    /// <summary>What is painted from now on.</summary>
    public FaceRegion Region
    {
        set
        {
            if (medium == FaceMedium.Regions)
            {
                byte number = FaceRegions.ClassOf(value, face);
                region = new SKColor(number, number, number);
            }
        }
    }

    /// <summary>
    /// Begins a path in its own frame: moved to an origin, and stretched or mirrored by two factors. One path is written at a
    /// time.
    /// </summary>
    public Pen Pen(float originX = 0, float originY = 0, float scaleX = 1, float scaleY = 1) =>
        new(builder, originX, originY, scaleX, scaleY);

    /// <summary>Fills a path with one colour; of a drawing it covers what is below, unless it is a sheen or a shadow that things are seen through.</summary>
    public void Fill(SKPath path, SKColor colour)
    {
        if (medium == FaceMedium.Colours || colour.Alpha == 255)
        {
            Put(path, medium switch { FaceMedium.Lines => SKColors.White, FaceMedium.Regions => region, _ => colour });
        }
    }

    /// <summary>Fills a path that is dark in a drawing, too: what a pencil would fill.</summary>
    public void Ink(SKPath path, SKColor colour) => Put(path, medium == FaceMedium.Regions ? region : colour);

    /// <summary>Fills a path with colours that change evenly from <paramref name="top"/> to <paramref name="bottom"/>.</summary>
    public void Shade(SKPath path, float top, float bottom, params SKColor[] colours)
    {
        if (medium != FaceMedium.Colours)
        {
            Fill(path, colours[0]);
            return;
        }

        using var shader = SKShader.CreateLinearGradient(new SKPoint(0, top), new SKPoint(0, bottom), colours, SKShaderTileMode.Clamp);
        Fill(path, shader);
    }

    /// <summary>A round spot that fades to nothing at its edge.</summary>
    public void Glow(float x, float y, float radius, SKColor colour)
    {
        if (medium != FaceMedium.Colours)
        {
            return;
        }

        using var shader = SKShader.CreateRadialGradient(
            new SKPoint(x, y),
            radius,
            [colour, colour.WithAlpha((byte)(colour.Alpha * 0.6f)), colour.WithAlpha(0)],
            [0, 0.5f, 1],
            SKShaderTileMode.Clamp);
        using var path = Pen(x, y).Oval(0, 0, radius, radius).Path();
        Fill(path, shader);
    }

    /// <summary>Draws along a path with a round brush.</summary>
    public void Line(SKPath path, SKColor colour, float width)
    {
        paint.Style = SKPaintStyle.Stroke;
        paint.StrokeWidth = medium == FaceMedium.Lines ? Math.Max(width, ThinnestPencil * unit) : width;
        paint.Color = medium == FaceMedium.Regions ? region : colour;
        Canvas.DrawPath(path, paint);
    }

    /// <summary>Copies the picture out as [size, size, 3], of regions [size, size, 1].</summary>
    public void CopyTo(Span<byte> pixels)
    {
        Canvas.Flush();
        var rgba = bitmap.GetPixelSpan();
        int channels = ChannelsOf(medium);
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += channels)
        {
            rgba.Slice(from, channels).CopyTo(pixels[to..]);
        }
    }

    /// <summary>Channels of a medium.</summary>
    public static int ChannelsOf(FaceMedium medium) => medium == FaceMedium.Regions ? 1 : 3;

    /// <inheritdoc/>
    public void Dispose()
    {
        Canvas.Dispose();
        builder.Dispose();
        paint.Dispose();
        bitmap.Dispose();
    }

    private void Put(SKPath path, SKColor colour)
    {
        paint.Style = SKPaintStyle.Fill;
        paint.Color = colour;
        Canvas.DrawPath(path, paint);
    }

    private void Fill(SKPath path, SKShader shader)
    {
        paint.Style = SKPaintStyle.Fill;
        paint.Color = SKColors.Black;
        paint.Shader = shader;
        Canvas.DrawPath(path, paint);
        paint.Shader = null;
    }
}

/// <summary>Writes a path in a frame of its own.</summary>
internal readonly struct Pen(SKPathBuilder path, float originX, float originY, float scaleX, float scaleY)
{
    /// <summary>Starts a contour.</summary>
    public Pen Move(float x, float y)
    {
        path.MoveTo(X(x), Y(y));
        return this;
    }

    /// <summary>A straight line.</summary>
    public Pen Line(float x, float y)
    {
        path.LineTo(X(x), Y(y));
        return this;
    }

    /// <summary>A quadratic curve.</summary>
    public Pen Quad(float controlX, float controlY, float x, float y)
    {
        path.QuadTo(X(controlX), Y(controlY), X(x), Y(y));
        return this;
    }

    /// <summary>A cubic curve.</summary>
    public Pen Cubic(float firstX, float firstY, float secondX, float secondY, float x, float y)
    {
        path.CubicTo(X(firstX), Y(firstY), X(secondX), Y(secondY), X(x), Y(y));
        return this;
    }

    /// <summary>A whole ellipse around a centre.</summary>
    public Pen Oval(float x, float y, float radiusX, float radiusY)
    {
        var width = Math.Abs(radiusX * scaleX);
        var height = Math.Abs(radiusY * scaleY);
        path.AddOval(new SKRect(X(x) - width, Y(y) - height, X(x) + width, Y(y) + height), SKPathDirection.Clockwise);
        return this;
    }

    /// <summary>Joins the contour's end to its start.</summary>
    public Pen Close()
    {
        path.Close();
        return this;
    }

    /// <summary>Ends the writing; the path is the caller's to dispose.</summary>
    public SKPath Path() => path.Detach();

    private float X(float x) => originX + (x * scaleX);

    private float Y(float y) => originY + (y * scaleY);
}
