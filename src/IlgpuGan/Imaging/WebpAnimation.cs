using System.Buffers.Binary;
using SkiaSharp;

namespace IlgpuGan.Imaging;

/// <summary>
/// Animated WebP. Skia encodes some frames at a time, each as its difference from the one before, but wants them all at once and writes a file; the
/// frames of those files are put into one container (https://developers.google.com/speed/webp/docs/riff_container), so that memory holds a few
/// frames however many there are, and a stop is heard between them.
/// </summary>
internal static class WebpAnimation
{
    // At 80 the squares of enlarged pixels stay square, at two thirds of the size of 85.
    private const float Quality = 80;

    // Sixteen frames of 640 x 480; each group begins with a whole picture, which costs a few per cent of the file.
    private const int GroupBytes = 16 * 640 * 480 * 4, LargestGroup = 16;

    // Twenty MiB each while they are encoded.
    private const int MostAtOnce = 8;

    private const int HeaderSize = 30, AlphaFlag = 0x10, AnimationFlag = 0x02;

    private static readonly SKWebpEncoderOptions Options = new(SKWebpEncoderCompression.Lossy, Quality);

    public static void Write(Stream stream, ImageShape shape, IEnumerable<AnimationFrame> frames)
    {
        var clock = new FrameClock(TimeSpan.FromMilliseconds(1));
        int group = Math.Clamp(GroupBytes / (shape.Height * shape.Width * 4), 1, LargestGroup);
        long start = stream.Position;
        stream.Write(new byte[HeaderSize]);
        // White behind all, and no end to the loop.
        Chunk(stream, "ANIM", [255, 255, 255, 255, 0, 0]);
        int flags = 0, most = Math.Min(Environment.ProcessorCount, MostAtOnce);
        var pending = new Queue<Task<Group>>();
        foreach (var part in frames.Chunk(group))
        {
            (byte[], int)[] timed = [.. part.Select(frame => (frame.Pixels, clock.Next(frame.Duration)))];
            pending.Enqueue(Task.Run(() => Encode(shape, timed)));
            if (pending.Count > most)
            {
                AppendFirst();
            }
        }

        while (pending.Count > 0)
        {
            AppendFirst();
        }

        if (flags == 0)
        {
            throw new ArgumentException("An animation has at least one frame.", nameof(frames));
        }

        long end = stream.Position;
        stream.Position = start;
        stream.Write(Header(shape, flags, end - start));
        stream.Position = end;

        void AppendFirst()
        {
            var (file, milliseconds) = pending.Dequeue().GetAwaiter().GetResult();
            flags |= AnimationFlag | AppendFrames(stream, shape, file, milliseconds);
            if (stream.Position - start > uint.MaxValue)
            {
                throw new ImageTooLargeException("The animation passes 4 GiB, more than a WebP file can hold; give fewer or smaller frames.");
            }
        }
    }

    private static byte[] Header(ImageShape shape, int flags, long length)
    {
        var header = new byte[HeaderSize];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), (uint)(length - 8));
        "WEBPVP8X"u8.CopyTo(header.AsSpan(8));
        header[16] = 10;
        header[20] = (byte)flags;
        Write24(header.AsSpan(24), shape.Width - 1);
        Write24(header.AsSpan(27), shape.Height - 1);
        return header;
    }

    private static Group Encode(ImageShape shape, (byte[] Pixels, int Milliseconds)[] frames)
    {
        SKBitmap[] bitmaps = [.. frames.Select(frame => OnWhite(frame.Pixels, shape))];
        try
        {
            using var data = SKWebpEncoder.EncodeAnimated([.. frames.Select((frame, i) => new SKWebpEncoderFrame(bitmaps[i], TimeSpan.FromMilliseconds(frame.Milliseconds)))], Options)
                ?? throw new InvalidOperationException($"Frames of {shape.Width} x {shape.Height} pixels could not be encoded as WebP.");
            return new(data.ToArray(), frames.Sum(frame => frame.Milliseconds));
        }
        finally
        {
            Array.ForEach(bitmaps, bitmap => bitmap.Dispose());
        }
    }

    /// <summary>Puts the frames of a group into the container; says whether some have transparent parts, through which the frame before shows.</summary>
    private static int AppendFrames(Stream stream, ImageShape shape, byte[] bytes, int milliseconds)
    {
        ReadOnlySpan<byte> file = bytes;
        int flags = 0;
        for (int at = 12, length; at + 8 <= file.Length; at += 8 + length + (length & 1))
        {
            length = BinaryPrimitives.ReadInt32LittleEndian(file[(at + 4)..]);
            var name = file.Slice(at, 4);
            var payload = file.Slice(at + 8, length);
            if (name.SequenceEqual("VP8X"u8))
            {
                flags |= payload[0] & AlphaFlag;
            }
            else if (name.SequenceEqual("ANMF"u8))
            {
                Chunk(stream, "ANMF", payload);
            }
            else if (name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8))
            {
                // A group whose frames are all alike comes as a still picture.
                var frame = new byte[16];
                Write24(frame.AsSpan(6), shape.Width - 1);
                Write24(frame.AsSpan(9), shape.Height - 1);
                Write24(frame.AsSpan(12), milliseconds);
                Chunk(stream, "ANMF", [.. frame, .. file.Slice(at, 8 + length + (length & 1))]);
            }
        }

        return flags;
    }

    private static SKBitmap OnWhite(byte[] pixels, ImageShape shape)
    {
        using var image = ImageFile.ToBitmap(pixels, shape.Height, shape.Width, shape.Channels);
        var bitmap = new SKBitmap(new SKImageInfo(shape.Width, shape.Height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.White);
        using var still = SKImage.FromBitmap(image);
        canvas.DrawImage(still, 0, 0, SKSamplingOptions.Default);
        return bitmap;
    }

    private static void Chunk(Stream stream, string name, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = [(byte)name[0], (byte)name[1], (byte)name[2], (byte)name[3], 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], payload.Length);
        stream.Write(head);
        stream.Write(payload);
        if (payload.Length % 2 == 1)
        {
            stream.WriteByte(0);
        }
    }

    private static void Write24(Span<byte> target, int value)
    {
        for (int i = 0; i < 3; i++)
        {
            target[i] = (byte)(value >> (8 * i));
        }
    }

    /// <summary>Some frames as a file of their own.</summary>
    private sealed record Group(byte[] File, int Milliseconds);
}
