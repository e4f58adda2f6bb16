using System.Buffers.Binary;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>What the chunks of a PNG file say that the decoder does not tell (PNG, third edition, section 11). Pixels are not looked at.</summary>
internal sealed class PngChunks
{
    private const int SignatureBytes = 8;

    // Camera data of more than this are none; taking them would take memory for a length that may be a lie.
    private const int MaxExifBytes = 1 << 20;

    private PngChunks(byte depth, byte colourType)
    {
        BitsPerChannel = depth;
        Channels = colourType switch { 0 => 1, 4 => 2, 6 => 4, _ => 3 };
    }

    /// <summary>Bits of one stored value: 1, 2, 4, 8 or 16.</summary>
    public int BitsPerChannel { get; }

    /// <summary>1 grey, 2 grey and alpha, 3 colour, 4 colour and alpha; a transparent colour counts as alpha.</summary>
    public int Channels { get; private set; }

    /// <summary>
    /// Whether a profile (iCCP, cICP) says what the numbers mean. gAMA and cHRM alone do not count: writers add them to plain sRGB,
    /// and every other reader takes the stored numbers.
    /// </summary>
    public bool HasProfile { get; private set; }

    /// <summary>The orientation that a chunk eXIf gives, before or after the pixels.</summary>
    public SKEncodedOrigin Origin { get; private set; } = SKEncodedOrigin.Default;

    /// <summary>Frames of an animation; its still picture, which is the first frame nearly always, is what is decoded.</summary>
    public int Frames { get; private set; } = 1;

    /// <summary>Whether the last chunk, IEND, is there.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Walks the chunks from the stream's start; null when it is no PNG file. The stream must seek.</summary>
    public static PngChunks? Read(Stream file)
    {
        Span<byte> header = stackalloc byte[SignatureBytes + 8 + 13];
        file.Position = 0;
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !ImageKind.Png.IsContent(header)
            || !header.Slice(12, 4).SequenceEqual("IHDR"u8))
        {
            return null;
        }

        var chunks = new PngChunks(header[24], header[25]);
        long at = SignatureBytes;
        Span<byte> start = stackalloc byte[8];
        while (ReadAt(file, at, start))
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(start);
            chunks.Take(start[4..], file, length);
            at += length + 12L;
            if (start[4..].SequenceEqual("IEND"u8))
            {
                chunks.IsWhole = at <= file.Length;
                break;
            }
        }

        return chunks;
    }

    private void Take(ReadOnlySpan<byte> type, Stream file, uint length)
    {
        if (type.SequenceEqual("iCCP"u8) || type.SequenceEqual("cICP"u8))
        {
            HasProfile = true;
        }
        else if (type.SequenceEqual("tRNS"u8))
        {
            Channels += Channels % 2;
        }
        else if (type.SequenceEqual("acTL"u8) && length == 8)
        {
            Span<byte> frames = stackalloc byte[4];
            file.ReadAtLeast(frames, 4, throwOnEndOfStream: false);
            Frames = Math.Max(1, BinaryPrimitives.ReadInt32BigEndian(frames));
        }
        else if (type.SequenceEqual("eXIf"u8) && length <= MaxExifBytes)
        {
            byte[] exif = new byte[length];
            int read = file.ReadAtLeast(exif, exif.Length, throwOnEndOfStream: false);
            Origin = ExifOrientation.Read(exif.AsSpan(0, read));
        }
    }

    private static bool ReadAt(Stream file, long at, Span<byte> destination)
    {
        if (at > file.Length - destination.Length)
        {
            return false;
        }

        file.Position = at;
        return file.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false) == destination.Length;
    }
}
