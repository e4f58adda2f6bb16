using System.Buffers.Binary;

namespace IlgpuGan.Imaging;

/// <summary>
/// Animated GIF (GIF89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt). No maintained library for it is both small and free. Each frame has a
/// palette of its own: the colours of a generator's images change from frame to frame.
/// </summary>
internal static class GifAnimation
{
    // Viewers show a frame of 0 or 10 ms for 100 ms.
    private const int LeastHundredths = 2;

    public static void Write(Stream stream, ImageShape shape, IEnumerable<AnimationFrame> frames)
    {
        var clock = new FrameClock(TimeSpan.FromMilliseconds(10));
        var palette = new GifPalette();
        var lzw = new LzwEncoder(stream);
        var indices = new byte[shape.Height * shape.Width];
        bool isEmpty = true;
        WriteHeader(stream, shape);
        foreach (var frame in frames)
        {
            ImageFile.CheckShape(frame.Pixels.Length, 1, shape.Height, shape.Width, shape.Channels);
            byte[] colors = palette.Reduce(frame.Pixels, shape.Channels, indices);
            WriteFrame(stream, shape, colors, Math.Clamp(clock.Next(frame.Duration), LeastHundredths, ushort.MaxValue));
            lzw.Write(indices);
            isEmpty = false;
        }

        if (isEmpty)
        {
            throw new ArgumentException("An animation has at least one frame.", nameof(frames));
        }

        stream.WriteByte((byte)';');
    }

    private static void WriteHeader(Stream stream, ImageShape shape)
    {
        stream.Write("GIF89a"u8);
        WriteSize(stream, shape);
        // No palette for all frames, background colour 0, square pixels.
        stream.Write([0x70, 0, 0]);
        // The loop extension, without end.
        stream.Write([0x21, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
    }

    private static void WriteFrame(Stream stream, ImageShape shape, byte[] colors, int hundredths)
    {
        stream.Write([0x21, 0xF9, 4, 0x04, (byte)hundredths, (byte)(hundredths >> 8), 0, 0]);
        stream.Write([0x2C, 0, 0, 0, 0]);
        WriteSize(stream, shape);
        // A palette of 2^8 colours follows.
        stream.WriteByte(0x87);
        stream.Write(colors);
    }

    private static void WriteSize(Stream stream, ImageShape shape)
    {
        Span<byte> size = stackalloc byte[4];
        BinaryPrimitives.WriteUInt16LittleEndian(size, (ushort)shape.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(size[2..], (ushort)shape.Height);
        stream.Write(size);
    }
}
