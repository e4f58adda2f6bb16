using BitMiracle.LibTiff.Classic;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>
/// Decodes the first page of a TIFF file: strips and tiles, any byte order, 1 to 16 bits, grey, palette, RGB, CMYK, YCbCr and Lab, with
/// alpha, interleaved or in planes. What the library is asked to unpack is checked first against the bytes that are there.
/// </summary>
internal static class TiffDecoder
{

    // The library's messages would go to the console of the program; what is wrong is told by what its calls return.
    static TiffDecoder() => Tiff.SetErrorHandler(new Silence());

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageDecodeException">The file is truncated or damaged, or is laid out in a way that cannot be read.</exception>
    public static TiffLayout ReadLayout(ReadOnlySpan<byte> file)
    {
        TiffDirectory directory = TiffDirectory.Read(file) ?? throw new ImageDecodeException("is a truncated or damaged TIFF image");
        return TiffLayout.Of(directory, file.Length);
    }

    /// <summary>Decodes to straight RGBA as the picture lies in the file, [layout.Height, layout.Width, 4], in sRGB where a profile says what it is.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="layout">What <see cref="ReadLayout"/> gave for it.</param>
    /// <param name="largest">The largest stored colour value, in 255ths of what its bits can hold.</param>
    /// <exception cref="ImageDecodeException">The file is truncated or damaged.</exception>
    public static byte[] Decode(ReadOnlySpan<byte> file, TiffLayout layout, out byte largest)
    {
        byte[] rgba;
        try
        {
            // The letter c: large strips are left as they are in the file, not handed out in pieces.
            using Tiff tiff = Tiff.ClientOpen("image", "rc", file.ToArray(), new MemoryTiffStream())
                ?? throw new ImageDecodeException("is a damaged TIFF image");
            rgba = layout.IsLeftToLibrary ? DecodeByLibrary(tiff, layout) : DecodeSamples(tiff, layout);
        }
        catch (Exception e) when (e is not (ImageDecodeException or OutOfMemoryException))
        {
            // On damaged data the library's own arrays and casts throw, of no fixed kinds.
            throw new ImageDecodeException("is a damaged TIFF image", e);
        }

        largest = TiffColours.ToRgba(rgba, layout);
        return layout.Profile is Range profile ? TiffColours.ToSrgb(rgba, layout, file[profile]) : rgba;
    }

    /// <summary>Colours that only the library converts: YCbCr with shared chroma. It gives them opaque, one number a pixel.</summary>
    private static byte[] DecodeByLibrary(Tiff tiff, TiffLayout layout)
    {
        int[] raster = new int[layout.Width * layout.Height];
        // The library turns what it gives by the tag; asked for the tag's own orientation it leaves rows and columns alone.
        var orientation = (Orientation)(int)layout.Origin;
        if (!tiff.ReadRGBAImageOriented(layout.Width, layout.Height, raster, orientation, stopOnError: true))
        {
            throw new ImageDecodeException("is a truncated or damaged TIFF image");
        }

        byte[] rgba = new byte[raster.Length * 4];
        for (int i = 0; i < raster.Length; i++)
        {
            rgba[i * 4] = (byte)Tiff.GetR(raster[i]);
            rgba[(i * 4) + 1] = (byte)Tiff.GetG(raster[i]);
            rgba[(i * 4) + 2] = (byte)Tiff.GetB(raster[i]);
            rgba[(i * 4) + 3] = 255;
        }

        return rgba;
    }

    /// <summary>The stored samples, the upper eight bits of each, at the place that <see cref="TiffLayout.Slots"/> says: [Height, Width, 4].</summary>
    private static byte[] DecodeSamples(Tiff tiff, TiffLayout layout)
    {
        if (layout.Compression == Compression.JPEG && layout.Photometric == Photometric.YCBCR)
        {
            tiff.SetField(TiffTag.JPEGCOLORMODE, JpegColorMode.RGB);
        }

        byte[] chunk = new byte[layout.ChunkBytes];
        byte[] rgba = new byte[layout.Width * layout.Height * 4];
        int index = 0;
        for (int plane = 0; plane < layout.Planes; plane++)
        {
            for (int y = 0; y < layout.Height; y += layout.ChunkHeight)
            {
                for (int x = 0; x < layout.Width; x += layout.ChunkWidth, index++)
                {
                    // The last strip ends with the picture, every tile is whole.
                    int rows = layout.IsTiled ? layout.ChunkHeight : Math.Min(layout.ChunkHeight, layout.Height - y);
                    int expected = rows * layout.ChunkRowBytes;
                    int read = layout.IsTiled ? tiff.ReadEncodedTile(index, chunk, 0, expected) : tiff.ReadEncodedStrip(index, chunk, 0, expected);
                    if (read != expected)
                    {
                        throw new ImageDecodeException("is a truncated or damaged TIFF image");
                    }

                    Place(chunk, layout, plane, x, y, rgba);
                }
            }
        }

        return rgba;
    }

    /// <summary>Copies one strip or tile whose first pixel is at (x, y); what juts out of the picture is left.</summary>
    private static void Place(byte[] chunk, TiffLayout layout, int plane, int x, int y, byte[] rgba)
    {
        int columns = Math.Min(layout.ChunkWidth, layout.Width - x);
        int rows = Math.Min(layout.ChunkHeight, layout.Height - y);
        ReadOnlySpan<int> slots = layout.Planes > 1 ? layout.Slots.AsSpan(plane, 1) : layout.Slots;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> line = chunk.AsSpan(row * layout.ChunkRowBytes, layout.ChunkRowBytes);
            Span<byte> target = rgba.AsSpan(((((y + row) * layout.Width) + x) * 4), columns * 4);
            for (int s = 0; s < slots.Length; s++)
            {
                if (slots[s] >= 0)
                {
                    CopySamples(line, s, slots.Length, layout, target[slots[s]..]);
                }
            }
        }
    }

    /// <summary>Copies one sample of each pixel of a line to every fourth byte. A palette's numbers are kept, others widened or cut to eight bits.</summary>
    private static void CopySamples(ReadOnlySpan<byte> line, int sample, int samples, TiffLayout layout, Span<byte> target)
    {
        int bits = layout.BitsPerSample;
        int maximum = (1 << bits) - 1;
        bool isIndex = layout.Photometric == Photometric.PALETTE;
        for (int i = 0; i < target.Length; i += 4)
        {
            int at = ((i / 4) * samples) + sample;
            target[i] = bits switch
            {
                8 => line[at],
                // The library has brought them to this processor's order, in which all that .NET runs on put the upper byte last.
                16 => line[(at * 2) + 1],
                > 8 => (byte)(Packed(line, at, bits) >> (bits - 8)),
                _ => (byte)(isIndex ? Packed(line, at, bits) : Packed(line, at, bits) * 255 / maximum),
            };
        }
    }

    private static int Packed(ReadOnlySpan<byte> line, int index, int bits)
    {
        int value = 0;
        for (int bit = index * bits; bit < (index + 1) * bits; bit++)
        {
            value = (value << 1) | ((line[bit >> 3] >> (7 - (bit & 7))) & 1);
        }

        return value;
    }

    /// <summary>Says nothing, anywhere.</summary>
    private sealed class Silence : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
        {
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
        {
        }
    }

    /// <summary>Reads the bytes that were given to the library as its client's data.</summary>
    private sealed class MemoryTiffStream : TiffStream
    {
        private long position;

        public override int Read(object clientData, byte[] buffer, int offset, int count)
        {
            byte[] file = (byte[])clientData;
            int read = (int)Math.Clamp(file.Length - position, 0, count);
            file.AsSpan((int)Math.Min(position, file.Length), read).CopyTo(buffer.AsSpan(offset));
            position += read;
            return read;
        }

        public override void Write(object clientData, byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(object clientData, long offset, SeekOrigin origin)
        {
            long start = origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => position, _ => ((byte[])clientData).Length };
            return position = Math.Max(0, start + offset);
        }

        public override void Close(object clientData)
        {
        }

        public override long Size(object clientData) => ((byte[])clientData).Length;
    }
}
