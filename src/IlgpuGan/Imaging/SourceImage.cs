using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>
/// One image that a program hands over: the bytes of a file, pixels, or a bitmap, with labels if it has any. What it is made of is copied, so a buffer
/// may be filled anew and a bitmap disposed of at once.
/// </summary>
/// <example><code>
/// var image = SourceImage.FromFile(row.Jpeg) with { Name = row.Id, Label = row.Species };
/// </code></example>
public sealed record SourceImage
{
    /// <summary>Name of the column that <see cref="Label"/> is in.</summary>
    public const string LabelColumn = "class";

    private readonly byte[] bytes;

    // Null where the bytes are those of a file.
    private readonly ImageShape? shape;

    private SourceImage(byte[] bytes, ImageShape? shape) => (this.bytes, this.shape) = (bytes, shape);

    /// <summary>Name for messages, such as a path or the key of a row; null: the number of the image.</summary>
    public string? Name { get; init; }

    /// <summary>What the image is, by name of the column; empty for none. All images of a sequence have the same columns.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>What the image is, where that is one word: the value of the only column, <see cref="LabelColumn"/>. Null for none.</summary>
    public string? Label
    {
        get => Labels.GetValueOrDefault(LabelColumn);
        init => Labels = value is null ? new Dictionary<string, string>() : new Dictionary<string, string> { [LabelColumn] = value };
    }

    /// <summary>The bytes of a PNG, JPEG, WebP, GIF, BMP or TIFF file. Whether they can be decoded shows when the set is loaded, which then leaves the image out or names it.</summary>
    /// <param name="file">The file.</param>
    public static SourceImage FromFile(ReadOnlySpan<byte> file) => new(file.ToArray(), null);

    /// <summary>Pixels as bytes.</summary>
    /// <param name="pixels">[height, width, channels].</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha; alpha is straight, not premultiplied.</param>
    /// <exception cref="ArgumentException">The bytes are not height x width x channels, or a length is out of range.</exception>
    public static SourceImage FromPixels(ReadOnlySpan<byte> pixels, int height, int width, int channels)
    {
        ImageFile.CheckShape(pixels.Length, 1, height, width, channels);
        return new(pixels.ToArray(), new ImageShape(height, width, channels));
    }

    /// <summary>The pixels of a bitmap, brought to straight alpha and, where it has a colour space, to sRGB.</summary>
    /// <param name="bitmap">Not empty; the caller keeps it.</param>
    /// <exception cref="ArgumentException">The bitmap has no pixels, or of a kind that Skia cannot convert.</exception>
    public static unsafe SourceImage FromBitmap(SKBitmap bitmap)
    {
        ArgumentNullException.ThrowIfNull(bitmap);
        using SKColorSpace? colours = bitmap.ColorSpace is null ? null : SKColorSpace.CreateSrgb();
        var info = new SKImageInfo(bitmap.Width, bitmap.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colours);
        using SKPixmap? pixmap = bitmap.PeekPixels();
        if (pixmap is null || bitmap.Width < 1 || bitmap.Height < 1)
        {
            throw new ArgumentException("The bitmap has no pixels.", nameof(bitmap));
        }

        byte[] rgba = new byte[info.BytesSize];
        fixed (byte* start = rgba)
        {
            if (!pixmap.ReadPixels(info, (nint)start, info.RowBytes))
            {
                throw new ArgumentException($"Pixels of {bitmap.ColorType} cannot be converted to RGBA.", nameof(bitmap));
            }
        }

        int channels = bitmap.ColorType == SKColorType.Gray8 ? 1 : bitmap.AlphaType == SKAlphaType.Opaque ? 3 : 4;
        return new(channels == 4 ? rgba : WithoutAlpha(rgba, channels), new ImageShape(bitmap.Height, bitmap.Width, channels));
    }

    /// <summary>Bytes of memory that it holds.</summary>
    internal int Bytes => bytes.Length;

    /// <summary>Rows, columns and channels, as seen upright; nothing is decoded for it.</summary>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind.</exception>
    internal ImageShape ReadShape() => shape ?? (ImageDecoder.ReadHeader(bytes) is var header ? new ImageShape(header.Height, header.Width, header.Channels) : default);

    /// <summary>Brings it to a shape, [to.Height, to.Width, to.Channels]; any thread may.</summary>
    /// <exception cref="ImageDecodeException">It cannot be decoded.</exception>
    internal ImageFacts Decode(ImageShape to, ImageFit fit, Span<byte> destination)
    {
        if (shape is not { } own)
        {
            return ImageDecoder.Decode(bytes, to, fit, destination);
        }

        if (to == own && own.Channels is 1 or 3)
        {
            bytes.CopyTo(destination);
            return new ImageFacts(8, 255, 1);
        }

        byte[] rgba = own.Channels == 4 ? bytes : WithAlpha(own);
        ImageScaler.Scale(new ScalerSource(rgba, own.Width, own.Height), to, fit, destination);
        return new ImageFacts(8, 255, 1) { IsTransparent = own.Channels is 2 or 4 && ImageFacts.HasTransparency(rgba) };
    }

    private static byte[] WithoutAlpha(byte[] rgba, int channels)
    {
        byte[] pixels = new byte[rgba.Length / 4 * channels];
        for (int pixel = 0; pixel < rgba.Length / 4; pixel++)
        {
            rgba.AsSpan(pixel * 4, channels).CopyTo(pixels.AsSpan(pixel * channels));
        }

        return pixels;
    }

    private byte[] WithAlpha(ImageShape own)
    {
        byte[] rgba = new byte[checked(own.Height * own.Width * 4)];
        bool isColour = own.Channels == 3, hasAlpha = own.Channels == 2;
        for (int from = 0, to = 0; from < bytes.Length; from += own.Channels, to += 4)
        {
            rgba[to] = bytes[from];
            rgba[to + 1] = bytes[from + (isColour ? 1 : 0)];
            rgba[to + 2] = bytes[from + (isColour ? 2 : 0)];
            rgba[to + 3] = hasAlpha ? bytes[from + 1] : (byte)255;
        }

        return rgba;
    }
}
