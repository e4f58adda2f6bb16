using System.Buffers.Binary;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>
/// Reads maps whose pixels are numbers of classes: PNG of 1 to 8 bits, grey or with a palette, whose index is the class, or of colours that are all grey. They are never
/// interpolated: between class 3 and class 7 there is no class 5.
/// </summary>
internal static class ClassMapDecoder
{
    private const int SignatureBytes = 8;
    private const int HeaderBytes = 13;
    private const byte Palette = 3;
    private const byte Colours = 2;

    /// <summary>Reads the class of every pixel.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <returns>The classes, [Height, Width].</returns>
    /// <exception cref="ImageDecodeException">It is no such file, is damaged, or announces too many pixels.</exception>
    public static unsafe ClassMap Decode(ReadOnlySpan<byte> file)
    {
        if (!ImageKind.Png.IsContent(file))
        {
            throw new ImageDecodeException("is no PNG image, and only PNG is read as a map of class numbers; save it so, from the original");
        }

        if (file.Length < SignatureBytes + 8 + HeaderBytes || !file.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            throw new ImageDecodeException("is truncated");
        }

        var (depth, kind) = (file[24], file[25]);
        if (depth == 16)
        {
            throw new ImageDecodeException("has 16 bits, where a map of class numbers has 8 at most; save it with 8");
        }

        if (kind > Palette)
        {
            throw new ImageDecodeException("has an alpha channel, which a map of class numbers has not; save it as grey or with a palette");
        }

        byte[] plain = Plain(file, kind == Palette ? (byte)0 : kind);
        using SKData data = SKData.CreateCopy(plain);
        using SKCodec codec = SKCodec.Create(data) ?? throw new ImageDecodeException("is damaged in its header");
        ImageDecoder.CheckSize(codec.Info.Width, codec.Info.Height);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, null);
        byte[] rgba = new byte[info.BytesSize];
        fixed (byte* pixels = rgba)
        {
            if (codec.GetPixels(info, (nint)pixels, info.RowBytes, SKCodecOptions.Default) is var result and not SKCodecResult.Success)
            {
                throw new ImageDecodeException(result == SKCodecResult.IncompleteInput ? "is truncated" : "is damaged");
            }
        }

        // Fewer than 8 bits of grey come spread over 0 to 255.
        int spread = kind == Colours ? 1 : 255 / ((1 << depth) - 1);
        byte[] classes = new byte[info.Width * info.Height];
        for (int i = 0; i < classes.Length; i++)
        {
            ReadOnlySpan<byte> pixel = rgba.AsSpan(i * 4, 3);
            if (pixel[1] != pixel[0] || pixel[2] != pixel[0])
            {
                throw new ImageDecodeException("is in colours, where a map of class numbers is grey or has a palette; save its numbers, not the colours that stand for them");
            }

            classes[i] = (byte)(pixel[0] / spread);
        }

        return new ClassMap(classes, info.Height, info.Width);
    }

    /// <summary>The same pixels with nothing beside them that says how they look: a palette's index becomes a shade of grey, and profiles and transparency go.</summary>
    private static byte[] Plain(ReadOnlySpan<byte> file, byte kind)
    {
        using var plain = new MemoryStream(file.Length);
        plain.Write(file[..SignatureBytes]);
        bool isWhole = false;
        for (int at = SignatureBytes; !isWhole && at <= file.Length - 12;)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12)
            {
                break;
            }

            ReadOnlySpan<byte> chunk = file.Slice(at, (int)length + 12);
            ReadOnlySpan<byte> type = chunk.Slice(4, 4);
            if (type.SequenceEqual("IHDR"u8) && length == HeaderBytes)
            {
                byte[] header = chunk.ToArray();
                header[8 + 9] = kind;
                BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8 + HeaderBytes), Checksum(header.AsSpan(4, 4 + HeaderBytes)));
                plain.Write(header);
            }
            else if (type.SequenceEqual("IDAT"u8) || type.SequenceEqual("IEND"u8))
            {
                plain.Write(chunk);
                isWhole = type.SequenceEqual("IEND"u8);
            }

            at += (int)length + 12;
        }

        return isWhole ? plain.ToArray() : throw new ImageDecodeException("is truncated");
    }

    // CRC-32 of PNG, third edition, annex D.
    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
            }
        }

        return ~crc;
    }
}

/// <summary>The class of each pixel, [<paramref name="Height"/>, <paramref name="Width"/>].</summary>
/// <param name="Classes">The classes.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
internal sealed record ClassMap(byte[] Classes, int Height, int Width)
{
    /// <summary>Brings the map to a size as <see cref="ImageScaler"/> would a picture, but takes for each pixel the class at its middle.</summary>
    /// <param name="height">Rows of the result.</param>
    /// <param name="width">Columns of the result.</param>
    /// <param name="fit">What to do when the proportions differ; a map cannot be padded, as no class stands for what is beside it.</param>
    /// <param name="destination">The result, [height, width].</param>
    public void Scale(int height, int width, ImageFit fit, Span<byte> destination)
    {
        double down = (double)Height / height, across = (double)Width / width;
        if (fit == ImageFit.Crop)
        {
            down = across = Math.Min(down, across);
        }
        else if (fit != ImageFit.Stretch)
        {
            throw new ArgumentOutOfRangeException(nameof(fit), fit, "Maps of classes are cropped or stretched.");
        }

        double top = (Height - (height * down)) / 2, left = (Width - (width * across)) / 2;
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = Classes.AsSpan(Middle(top, y, down, Height) * Width, Width);
            for (int x = 0; x < width; x++)
            {
                destination[(y * width) + x] = row[Middle(left, x, across, Width)];
            }
        }

        static int Middle(double start, int at, double step, int size) => Math.Clamp((int)Math.Floor(start + ((at + 0.5) * step)), 0, size - 1);
    }
}
