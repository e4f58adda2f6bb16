using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SkiaSharp;

namespace IlgpuGan.Tests.Data;

/// <summary>Image files made in memory, among them the kinds that no encoder at hand writes.</summary>
internal static class TestImages
{
    /// <summary>One colour everywhere.</summary>
    public static byte[] Png(int width, int height, byte red, byte green, byte blue, byte alpha = 255) =>
        Png(width, height, (_, _) => new SKColor(red, green, blue, alpha));

    public static byte[] Png(int width, int height, Func<int, int, SKColor> colour) => Encode(width, height, colour, SKEncodedImageFormat.Png, 100);

    public static byte[] Jpeg(int width, int height, Func<int, int, SKColor> colour, int quality = 100) =>
        Encode(width, height, colour, SKEncodedImageFormat.Jpeg, quality);

    public static byte[] LosslessWebp(int width, int height, Func<int, int, SKColor> colour)
    {
        using SKBitmap bitmap = Bitmap(width, height, colour);
        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100))!;
        return data.ToArray();
    }

    /// <summary>A JPEG that says it was taken with the camera turned: EXIF tag 0x0112, values 1 to 8.</summary>
    public static byte[] TurnedJpeg(byte[] jpeg, byte orientation)
    {
        byte[] exif = [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. Exif(orientation)];
        return [.. jpeg.AsSpan(0, 2), .. exif, .. jpeg.AsSpan(2)];
    }

    /// <summary>A PNG from raw rows, for bit depths and colour types that Skia does not write.</summary>
    public static byte[] RawPng(int width, int height, byte depth, byte colourType, byte[] rows, byte[]? palette = null, byte[]? transparency = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, .. "PNG\r\n\x1a\n"u8]);
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = depth;
        header[9] = colourType;
        Chunk(file, "IHDR", header);
        if (palette is not null)
        {
            Chunk(file, "PLTE", palette);
        }

        if (transparency is not null)
        {
            Chunk(file, "tRNS", transparency);
        }

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            int rowBytes = rows.Length / Math.Max(1, height);
            for (int y = 0; y < height && rowBytes > 0; y++)
            {
                zlib.WriteByte(0);
                zlib.Write(rows, y * rowBytes, rowBytes);
            }
        }

        Chunk(file, "IDAT", packed.ToArray());
        Chunk(file, "IEND", []);
        return file.ToArray();
    }

    /// <summary>A PNG with one more chunk, before the pixels or after them.</summary>
    public static byte[] PngWith(byte[] png, string type, byte[] content, bool afterPixels = false)
    {
        const int Header = 33;
        const int End = 12;
        using var chunk = new MemoryStream();
        Chunk(chunk, type, content);
        int at = afterPixels ? png.Length - End : Header;
        return [.. png.AsSpan(0, at), .. chunk.ToArray(), .. png.AsSpan(at)];
    }

    /// <summary>EXIF data of one tag: the orientation.</summary>
    public static byte[] Exif(byte orientation) =>
        [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0];

    /// <summary>A lossless WebP, in the extended form, that says it was taken with the camera turned.</summary>
    public static byte[] TurnedWebp(byte[] webp, int width, int height, byte orientation)
    {
        byte[] exif = Exif(orientation);
        byte[] extended = [8, 0, 0, 0, (byte)(width - 1), (byte)((width - 1) >> 8), 0, (byte)(height - 1), (byte)((height - 1) >> 8), 0];
        byte[] body =
        [
            .. "WEBPVP8X"u8, 10, 0, 0, 0, .. extended, .. webp.AsSpan(12),
            .. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif,
        ];
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, body.Length);
        return [.. "RIFF"u8, .. length, .. body];
    }

    /// <summary>A TIFF of raw strips or tiles with whatever tags; tags 256 to 259 and 273 to 279 or 322 to 325 come from the caller, places are filled in.</summary>
    /// <param name="bigEndian">Byte order.</param>
    /// <param name="tags">Tag, type (3 of 16 bits, 4 of 32) and values.</param>
    /// <param name="chunks">Strips, or tiles when tag 322 is there.</param>
    /// <param name="nextPage">Whether a second page with the same tags follows.</param>
    public static byte[] Tiff(bool bigEndian, IEnumerable<(int Tag, int Type, int[] Values)> tags, byte[][] chunks, bool nextPage = false)
    {
        using var file = new MemoryStream();
        void Write(long value, int bytes)
        {
            for (int i = 0; i < bytes; i++)
            {
                file.WriteByte((byte)(value >> (8 * (bigEndian ? bytes - 1 - i : i))));
            }
        }

        file.Write(bigEndian ? "MM"u8 : "II"u8);
        Write(42, 2);
        int at = 8;
        int[] starts = [.. chunks.Select(chunk => (at += chunk.Length) - chunk.Length)];
        var all = tags.ToList();
        bool tiled = all.Exists(tag => tag.Tag == 322);
        all.Add((tiled ? 324 : 273, 4, starts));
        all.Add((tiled ? 325 : 279, 4, [.. chunks.Select(chunk => chunk.Length)]));
        all.Sort((a, b) => a.Tag - b.Tag);
        int directory = at + all.Where(tag => Bytes(tag) > 4).Sum(Bytes);
        Write(directory, 4);
        foreach (byte[] chunk in chunks)
        {
            file.Write(chunk);
        }

        foreach (var tag in all.Where(tag => Bytes(tag) > 4))
        {
            Array.ForEach(tag.Values, value => Write(value, Size(tag)));
        }

        int directoryBytes = 2 + (12 * all.Count) + 4;
        for (int page = 0; page < (nextPage ? 2 : 1); page++)
        {
            Write(all.Count, 2);
            int outside = at;
            foreach (var tag in all)
            {
                Write(tag.Tag, 2);
                Write(tag.Type, 2);
                Write(tag.Values.Length, 4);
                if (Bytes(tag) > 4)
                {
                    Write(outside, 4);
                    outside += Bytes(tag);
                    continue;
                }

                Array.ForEach(tag.Values, value => Write(value, Size(tag)));
                Write(0, 4 - Bytes(tag));
            }

            Write(nextPage && page == 0 ? directory + directoryBytes : 0, 4);
        }

        return file.ToArray();

        static int Size((int Tag, int Type, int[] Values) tag) => tag.Type == 3 ? 2 : 4;

        static int Bytes((int Tag, int Type, int[] Values) tag) => tag.Values.Length * Size(tag);
    }

    /// <summary>A TIFF of 8 bits in one strip, RGB or grey.</summary>
    public static byte[] Tiff(int width, int height, byte[] pixels, bool bigEndian = false, int orientation = 1, bool nextPage = false)
    {
        int samples = pixels.Length / (width * height);
        return Tiff(
            bigEndian,
            [
                (256, 4, [width]), (257, 4, [height]), (258, 3, [.. Enumerable.Repeat(8, samples)]), (259, 3, [1]), (262, 3, [samples == 1 ? 1 : 2]),
                (274, 3, [orientation]), (277, 3, [samples]), (278, 4, [height]),
            ],
            [pixels],
            nextPage);
    }

    /// <summary>A GIF of 2 x 2 pixels with two frames: the first red, the second blue.</summary>
    public static byte[] AnimatedGif()
    {
        byte[] Frame(byte colour) =>
        [
            0x21, 0xF9, 4, 0, 10, 0, 0, 0,
            0x2C, 0, 0, 0, 0, 2, 0, 2, 0, 0,
            2, .. GifCodes(colour), 0,
        ];
        return [.. "GIF89a"u8, 2, 0, 2, 0, 0x80, 0, 0, 255, 0, 0, 0, 0, 255, .. Frame(0), .. Frame(1), 0x3B];
    }

    /// <summary>A 24-bit BMP of one colour.</summary>
    public static byte[] Bmp(int width, int height, byte red, byte green, byte blue)
    {
        int rowBytes = ((width * 3) + 3) / 4 * 4;
        byte[] file = new byte[54 + (rowBytes * height)];
        "BM"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(2), file.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
        file[26] = 1;
        file[28] = 24;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                new[] { blue, green, red }.CopyTo(file, 54 + (y * rowBytes) + (x * 3));
            }
        }

        return file;
    }

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            foreach (var (name, content) in entries)
            {
                using Stream stream = zip.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return file.ToArray();
    }

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var file = new MemoryStream();
        using (var tar = new TarWriter(file, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
            {
                tar.WriteEntry(entry);
            }
        }

        return file.ToArray();
    }

    /// <summary>A tar of files.</summary>
    public static byte[] Tar(params (string Name, byte[] Content)[] files) =>
        Tar([.. files.Select(TarEntry (file) => new PaxTarEntry(TarEntryType.RegularFile, file.Name) { DataStream = new MemoryStream(file.Content) })]);

    /// <summary>A zip whose names are bytes that are not declared to be UTF-8, and whose contents say to be packed by a method.</summary>
    public static byte[] RawZip(int method, params (byte[] Name, byte[] Content)[] entries)
    {
        using var file = new MemoryStream();
        using var directory = new MemoryStream();
        using var writer = new BinaryWriter(file);
        using var list = new BinaryWriter(directory);
        foreach (var (name, content) in entries)
        {
            void WriteCommon(BinaryWriter to)
            {
                to.Write((short)20);
                to.Write((short)0);
                to.Write((short)method);
                to.Write(0);
                to.Write(Crc(content));
                to.Write(content.Length);
                to.Write(content.Length);
                to.Write((short)name.Length);
                to.Write((short)0);
            }

            list.Write("PK\x01\x02"u8);
            list.Write((short)20);
            WriteCommon(list);
            list.Write(new byte[10]);
            list.Write((int)file.Position);
            list.Write(name);
            writer.Write("PK\x03\x04"u8);
            WriteCommon(writer);
            writer.Write(name);
            writer.Write(content);
        }

        int first = (int)file.Position;
        writer.Write(directory.ToArray());
        writer.Write("PK\x05\x06"u8);
        writer.Write(0);
        writer.Write((short)entries.Length);
        writer.Write((short)entries.Length);
        writer.Write((int)directory.Length);
        writer.Write(first);
        writer.Write((short)0);
        return file.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(content);
        }

        return file.ToArray();
    }

    /// <summary>An IDX file of bytes.</summary>
    public static byte[] Idx(int[] lengths, byte[] content)
    {
        byte[] header = new byte[4 + (4 * lengths.Length)];
        header[2] = 8;
        header[3] = (byte)lengths.Length;
        for (int i = 0; i < lengths.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + (4 * i)), lengths[i]);
        }

        return [.. header, .. content];
    }

    // LZW with 3-bit codes: clear (4), pixel, clear, pixel, ..., end (5); clearing before each pixel keeps the code size at 3.
    private static byte[] GifCodes(byte colour)
    {
        int bits = 0;
        int count = 0;
        foreach (int code in new[] { 4, colour, 4, colour, 4, colour, 4, colour, 5 })
        {
            bits |= code << count;
            count += 3;
        }

        return [4, (byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24)];
    }

    private static byte[] Encode(int width, int height, Func<int, int, SKColor> colour, SKEncodedImageFormat format, int quality)
    {
        using SKBitmap bitmap = Bitmap(width, height, colour);
        using SKData data = bitmap.Encode(format, quality);
        return data.ToArray();
    }

    private static SKBitmap Bitmap(int width, int height, Func<int, int, SKColor> colour)
    {
        var bitmap = new SKBitmap(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => colour(i % width, i / width))];
        return bitmap;
    }

    private static void Chunk(MemoryStream file, string type, byte[] content)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, content.Length);
        file.Write(number);
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. content];
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(body));
        file.Write(number);
    }

    private static uint Crc(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
