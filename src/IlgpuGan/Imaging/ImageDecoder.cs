using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>
/// Decodes PNG, JPEG, WebP, GIF (its first frame), BMP and TIFF (its first page) to bytes of one shape, upright and in sRGB: colour
/// profiles are applied, numbers without a profile are taken as they are stored. Of 16 bits the upper eight are kept.
/// </summary>
internal static class ImageDecoder
{
    /// <summary>Pixels of the largest image that is decoded: 400 MB as RGBA, far above any camera's picture and far below what a hostile header may announce.</summary>
    public const long MaxPixels = 100_000_000;

    /// <summary>Version of the libraries that decode: with other ones the same file may give other bytes.</summary>
    public static string Version { get; } = $"{VersionOf(typeof(SKCodec))} {VersionOf(typeof(BitMiracle.LibTiff.Classic.Tiff))}";

    /// <summary>Reads height and width in pixels, as seen upright, from the header alone.</summary>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind, or announce more than <see cref="MaxPixels"/>.</exception>
    public static (int Height, int Width) ReadSize(ReadOnlySpan<byte> file)
    {
        ImageHeader header = ReadHeader(file);
        return (header.Height, header.Width);
    }

    /// <summary>Reads what the header of a file in memory says.</summary>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind, or announce more than <see cref="MaxPixels"/>.</exception>
    public static unsafe ImageHeader ReadHeader(ReadOnlySpan<byte> file)
    {
        CheckAny(file);
        fixed (byte* start = file)
        {
            using var stream = new UnmanagedMemoryStream(start, file.Length);
            return ReadHeader(stream);
        }
    }

    /// <summary>
    /// Reads what a header says: kind, size as seen upright, channels, bits. Cheap, so that all images of a large set can be asked: of
    /// most kinds the first few kilobytes are read, of PNG the start of each chunk, TIFF and WebP whole.
    /// </summary>
    /// <param name="file">The file from its start; it must seek, and stays open.</param>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind, or announce more than <see cref="MaxPixels"/>.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static ImageHeader ReadHeader(Stream file)
    {
        ArgumentNullException.ThrowIfNull(file);
        Span<byte> start = stackalloc byte[ImageKind.SignatureBytes];
        file.Position = 0;
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        ImageKind? kind = KnownKind(start);
        if (kind == ImageKind.Tiff)
        {
            TiffLayout layout = TiffDecoder.ReadLayout(ReadWhole(file));
            var (height, width) = Upright(layout.Height, layout.Width, layout.Origin);
            return new ImageHeader(kind, height, width, layout.Channels, layout.BitsPerSample, layout.Pages);
        }

        PngChunks? png = kind == ImageKind.Png ? PngChunks.Read(file) : null;
        file.Position = 0;
        using SKCodec codec = Checked(SKCodec.Create(new SKManagedStream(file)), start);
        SKImageInfo info = codec.Info;
        int channels = png?.Channels ?? (info.ColorType == SKColorType.Gray8 ? 1 : info.AlphaType == SKAlphaType.Opaque ? 3 : 4);
        var (rows, columns) = Upright(info.Height, info.Width, png?.Origin ?? codec.EncodedOrigin);
        return new ImageHeader(kind ?? ImageKind.OfCodec(codec.EncodedFormat), rows, columns, channels, png?.BitsPerChannel ?? 8);
    }

    /// <summary>Decodes one image and scales it.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="shape">Shape of the result; the channels decide what becomes of colour and alpha.</param>
    /// <param name="fit">What to do when the proportions differ.</param>
    /// <param name="destination">The result, [shape.Height, shape.Width, shape.Channels].</param>
    /// <returns>What the file holds beyond these bytes.</returns>
    /// <exception cref="ImageDecodeException">The bytes are no image of a known kind, are truncated or damaged, or announce more than <see cref="MaxPixels"/>.</exception>
    public static ImageFacts Decode(ReadOnlySpan<byte> file, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        CheckAny(file);
        ImageKind? kind = KnownKind(file);
        if (kind != ImageKind.Tiff)
        {
            return DecodeBySkia(file, kind, shape, fit, destination);
        }

        TiffLayout layout = TiffDecoder.ReadLayout(file);
        byte[] rgba = TiffDecoder.Decode(file, layout, out byte largest);
        Place(new ScalerSource(rgba, layout.Width, layout.Height), layout.Origin, shape, fit, destination);
        return new ImageFacts(layout.BitsPerSample, layout.BitsPerSample > 8 ? largest : (byte)255, layout.Pages)
        {
            IsTransparent = layout.Channels is 2 or 4 && ImageFacts.HasTransparency(rgba),
        };
    }

    /// <summary>Throws unless an image of this size can be decoded.</summary>
    internal static void CheckSize(long width, long height)
    {
        if (width < 1 || height < 1 || width > MaxPixels || height > MaxPixels || width * height > MaxPixels)
        {
            throw new ImageDecodeException(width < 1 || height < 1
                ? $"announces {width} x {height} pixels, where at least one was expected"
                : $"announces {width} x {height} pixels, more than {MaxPixels / 1_000_000} megapixels");
        }
    }

    private static unsafe ImageFacts DecodeBySkia(ReadOnlySpan<byte> file, ImageKind? kind, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        fixed (byte* start = file)
        {
            using SKData data = SKData.Create((nint)start, file.Length);
            using SKCodec codec = Checked(SKCodec.Create(data), file);
            PngChunks? png = null;
            if (kind == ImageKind.Png)
            {
                using var stream = new UnmanagedMemoryStream(start, file.Length);
                png = PngChunks.Read(stream);
            }

            JpegMarkers? jpeg = kind == ImageKind.Jpeg ? JpegMarkers.Read(file) : null;
            if (jpeg is { IsWhole: false } || png is { IsWhole: false })
            {
                throw new ImageDecodeException("is truncated");
            }

            SKEncodedOrigin origin = png?.Origin ?? codec.EncodedOrigin;
            int eighths = jpeg is null ? 8 : Eighths(codec, jpeg.Value.Skew, Lying(shape, origin), fit);
            using SKColorSpace? colours = png is { HasProfile: false } ? null : SKColorSpace.CreateSrgb();
            SKSizeI size = ReducedSize(codec, eighths);
            var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, colours);
            byte[] rgba = new byte[info.BytesSize];
            SKCodecResult result;
            fixed (byte* pixels = rgba)
            {
                result = codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default);
            }

            if (result != SKCodecResult.Success)
            {
                throw new ImageDecodeException(result == SKCodecResult.IncompleteInput ? "is truncated" : "is damaged");
            }

            // Of a cut picture the last pixel is grey, of a progressive one it may be any; of pictures that end so the blocks are counted.
            if ((jpeg is { Process: 2 } || (jpeg is { Process: 0 or 1 } && IsMiddleGrey(rgba.AsSpan(rgba.Length - 4)))) && !JpegScan.IsWhole(file))
            {
                throw new ImageDecodeException("is truncated");
            }

            // A reduced picture of 777 columns is 97.125 columns wide; the decoder gives 98, of which the last is mostly beyond the edge.
            SKSizeI full = codec.Info.Size;
            var source = new ScalerSource(rgba, size.Width, size.Height, full.Width * eighths / 8.0, full.Height * eighths / 8.0);
            Place(source, origin, shape, fit, destination);
            int bits = png?.BitsPerChannel ?? 8;
            return new ImageFacts(bits, bits > 8 ? Largest(rgba) : (byte)255, png?.Frames ?? Math.Max(1, codec.FrameCount))
            {
                IsTransparent = codec.Info.AlphaType != SKAlphaType.Opaque && ImageFacts.HasTransparency(rgba),
            };
        }
    }

    /// <summary>Scales a picture as it lies, then turns it.</summary>
    private static void Place(ScalerSource source, SKEncodedOrigin origin, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        if (origin is SKEncodedOrigin.Default)
        {
            ImageScaler.Scale(source, shape, fit, destination);
            return;
        }

        ImageShape lying = Lying(shape, origin);
        byte[] unturned = new byte[lying.Bytes];
        ImageScaler.Scale(source, lying, fit, unturned);
        ExifOrientation.Turn(unturned, lying, origin, destination);
    }

    private static void CheckAny(ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            throw new ImageDecodeException("is empty");
        }
    }

    private static ImageKind? KnownKind(ReadOnlySpan<byte> start)
    {
        ImageKind? kind = ImageKind.OfContent(start);
        return kind is not { IsRead: false } ? kind : throw ImageDecodeException.OfKind(kind.Name);
    }

    private static SKCodec Checked(SKCodec? codec, ReadOnlySpan<byte> file)
    {
        if (codec is null)
        {
            JpegMarkers jpeg = ImageKind.Jpeg.IsContent(file) ? JpegMarkers.Read(file) : default;
            throw new ImageDecodeException(jpeg.Process > 2 || jpeg.BitsPerChannel > 8
                ? "is a JPEG image of a rare kind (lossless, arithmetic or of 12 bits) that cannot be read; save it as PNG or usual JPEG"
                : $"is not a {ImageKind.ReadKinds} image, or its header is damaged");
        }

        try
        {
            CheckSize(codec.Info.Width, codec.Info.Height);
            return codec;
        }
        catch (ImageDecodeException)
        {
            codec.Dispose();
            throw;
        }
    }

    /// <summary>
    /// How many eighths of its size a JPEG is decoded at: one that is far larger than the result at least at three times the result's,
    /// which its transform gives for free, so that a 24 megapixel photograph takes a fraction of time and memory. At twice, and not
    /// rounded up, photographs differed from their full pixels by 0.7 levels in the mean and more; at three times by 0.1 to 0.4.
    /// </summary>
    private static int Eighths(SKCodec codec, int skew, ImageShape shape, ImageFit fit)
    {
        double across = (double)shape.Width / codec.Info.Width;
        double down = (double)shape.Height / codec.Info.Height;
        double scale = fit == ImageFit.Pad ? Math.Min(across, down) : Math.Max(across, down);
        int eighths = (int)Math.Clamp(Math.Ceiling(8 * 3 * skew * scale), 1, 8);
        return ReducedSize(codec, eighths) == new SKSizeI(Rounded(codec.Info.Width), Rounded(codec.Info.Height)) ? eighths : 8;

        int Rounded(int side) => ((side * eighths) + 7) / 8;
    }

    private static SKSizeI ReducedSize(SKCodec codec, int eighths) => eighths == 8 ? codec.Info.Size : codec.GetScaledDimensions(eighths / 8f);

    // With room for what colour profiles make of it.
    private static bool IsMiddleGrey(ReadOnlySpan<byte> rgba)
    {
        int least = Math.Min(rgba[0], Math.Min(rgba[1], rgba[2]));
        int most = Math.Max(rgba[0], Math.Max(rgba[1], rgba[2]));
        return most - least <= 8 && least >= 96 && most <= 160;
    }

    private static byte Largest(ReadOnlySpan<byte> rgba)
    {
        byte largest = 0;
        for (int i = 0; i < rgba.Length; i += 4)
        {
            if (rgba[i + 3] > 0)
            {
                largest = Math.Max(largest, Math.Max(rgba[i], Math.Max(rgba[i + 1], rgba[i + 2])));
            }
        }

        return largest;
    }

    private static byte[] ReadWhole(Stream file)
    {
        if (file.Length > Array.MaxLength)
        {
            throw new ImageDecodeException("is larger than 2 GiB");
        }

        byte[] bytes = new byte[file.Length];
        file.Position = 0;
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return read == bytes.Length ? bytes : throw new ImageDecodeException("is truncated");
    }

    private static ImageShape Lying(ImageShape shape, SKEncodedOrigin origin) =>
        ExifOrientation.IsTurned(origin) ? new ImageShape(shape.Width, shape.Height, shape.Channels) : shape;

    private static (int Height, int Width) Upright(int height, int width, SKEncodedOrigin origin) =>
        ExifOrientation.IsTurned(origin) ? (width, height) : (height, width);

    private static string VersionOf(Type type) => type.Assembly.GetName().Version?.ToString() ?? "";
}

/// <summary>An image file cannot be decoded. The message is the reason as the rest of a sentence that begins with the file: "is truncated".</summary>
public sealed class ImageDecodeException(string message, Exception? inner = null) : Exception(message, inner)
{
    internal static ImageDecodeException OfKind(string kind) =>
        new($"is {(kind is "AVIF" or "OpenEXR" or "SVG" ? "an" : "a")} {kind} image, a kind that cannot be read; convert it to PNG or JPEG");
}
