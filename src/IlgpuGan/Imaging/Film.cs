using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>A picture of a film.</summary>
/// <param name="Path">Its file.</param>
/// <param name="Caption">What to write below it.</param>
/// <param name="Share">Which share of the whole has passed, 0 to 1: the length of the bar at its foot.</param>
internal sealed record FilmScene(string Path, string Caption, double Share);

/// <summary>Pictures from files as the frames of an animation: all of one size, each with a caption and a bar below.</summary>
internal sealed class Film : IDisposable
{
    // Text grows with the picture, but is never too small to read, nor longer than the narrowest.
    private const int LeastText = 18, WidthPerText = 26, LeastWidth = 200;

    // Larger pictures are shrunk: no screen would show more of a moving one.
    private const int LargestSide = 1280;

    private static readonly SKColor Accent = SKColor.Parse("#2563EB"), Groove = SKColor.Parse("#E5E7EB");

    private readonly SKTypeface typeface = PlotFont.Open();
    private readonly SKFont font;
    private readonly int height, width, text;

    private Film(int height, int width)
    {
        (this.height, this.width) = (height, width);
        text = Math.Max(LeastText, width / WidthPerText);
        font = new(typeface, text);
    }

    private int CaptionHeight => text * 7 / 4;

    private int BarHeight => text / 4;

    /// <summary>Shape of every frame.</summary>
    public ImageShape Shape => new(height + CaptionHeight + BarHeight, width, 4);

    /// <summary>Measures the pictures, of which the largest sets the size; decodes no more than their headers.</summary>
    /// <param name="files">The pictures, at least one.</param>
    /// <exception cref="ImageDecodeException">One cannot be read, or is no image; the message begins with its name.</exception>
    public static Film Of(IReadOnlyList<string> files)
    {
        ArgumentNullException.ThrowIfNull(files);
        var sizes = files.Select(file => Decoded(file, ImageDecoder.ReadSize)).ToList();
        int height = sizes.Max(size => size.Height), width = sizes.Max(size => size.Width);
        double scale = Math.Min(1, (double)LargestSide / Math.Max(height, width));
        return new(Math.Max(1, (int)(height * scale)), Math.Max(LeastWidth, (int)(width * scale)));
    }

    /// <summary>Draws a scene: its picture in the middle, enlarged by a whole factor where there is room for it, shrunk where it is too large.</summary>
    /// <returns>The frame, of <see cref="Shape"/>.</returns>
    /// <exception cref="ImageDecodeException">The picture cannot be read, or is damaged; the message begins with its name.</exception>
    public byte[] Draw(FilmScene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        using var picture = Decoded(scene.Path, Load);
        using var bitmap = new SKBitmap(new SKImageInfo(width, Shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        using var paint = new SKPaint { IsAntialias = true, Color = SKColors.Black };
        canvas.Clear(SKColors.White);
        float scale = Math.Min((float)width / picture.Width, (float)height / picture.Height);
        scale = scale >= 1 ? MathF.Floor(scale) : scale;
        var (across, down) = (picture.Width * scale, picture.Height * scale);
        using var still = SKImage.FromBitmap(picture);
        canvas.DrawImage(
            still, SKRect.Create(MathF.Floor((width - across) / 2), MathF.Floor((height - down) / 2), across, down),
            scale >= 1 ? new SKSamplingOptions(SKFilterMode.Nearest) : new SKSamplingOptions(SKFilterMode.Linear, SKMipmapMode.Linear));
        // Digits and small letters stand in the middle of the strip.
        canvas.DrawText(scene.Caption, text / 2f, height + ((CaptionHeight + (0.7f * text)) / 2), SKTextAlign.Left, font, paint);
        paint.Color = Groove;
        canvas.DrawRect(0, height + CaptionHeight, width, BarHeight, paint);
        paint.Color = Accent;
        canvas.DrawRect(0, height + CaptionHeight, (float)(width * Math.Clamp(scene.Share, 0, 1)), BarHeight, paint);
        canvas.Flush();
        return bitmap.GetPixelSpan().ToArray();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        font.Dispose();
        typeface.Dispose();
    }

    private static SKBitmap Load(ReadOnlySpan<byte> file)
    {
        var (height, width) = ImageDecoder.ReadSize(file);
        var shape = new ImageShape(height, width, 3);
        var pixels = new byte[shape.Bytes];
        ImageDecoder.Decode(file, shape, ImageFit.Stretch, pixels);
        return ImageFile.ToBitmap(pixels, height, width, 3);
    }

    private static T Decoded<T>(string path, Func<ReadOnlySpan<byte>, T> read)
    {
        try
        {
            return read(RegularFile.ReadBytes(path));
        }
        catch (ImageDecodeException fault)
        {
            throw new ImageDecodeException($"{path} {fault.Message}", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new ImageDecodeException($"{path} cannot be read ({Excerpt.Of(fault, path)})", fault);
        }
    }
}
