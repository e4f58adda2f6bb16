using System.IO.Compression;
using IlgpuGan.Imaging;
using IlgpuGan.Tests.Data;

namespace IlgpuGan.Tests.Imaging;

public class TiffTests
{
    private const int Width = 7;
    private const int Height = 5;

    [Theory]
    [InlineData(false, false, false, 8)]
    [InlineData(false, true, false, 8)]
    [InlineData(false, false, true, 8)]
    [InlineData(true, true, true, 8)]
    [InlineData(false, false, false, 16)]
    [InlineData(true, true, false, 16)]
    [InlineData(true, false, true, 16)]
    public void Strips_and_tiles_interleaved_and_in_planes_of_any_byte_order_give_the_stored_colours(bool bigEndian, bool tiled, bool planes, int bits)
    {
        foreach (int samples in new[] { 1, 2, 3, 4 })
        {
            byte[] pixels = [.. Enumerable.Range(0, Width * Height * samples).Select(i => (byte)(i * 37))];
            byte[] file = File(pixels, samples, bits, bigEndian, tiled, planes);

            Assert.Equal(new ImageHeader(ImageKind.Tiff, Height, Width, samples, bits), ImageDecoder.ReadHeader(file));
            byte[] image = Decode(file, samples);
            for (int i = 0; i < Width * Height; i++)
            {
                // Where nothing shows, colours are white.
                bool hidden = samples is 2 or 4 && pixels[(i * samples) + samples - 1] == 0;
                Assert.True(hidden || image.AsSpan(i * samples, samples).SequenceEqual(pixels.AsSpan(i * samples, samples)), $"{samples} samples, pixel {i}");
            }
        }
    }

    [Theory]
    [InlineData(255, 0, 0, 255, 255, 255)]
    [InlineData(128, 0, 0, 119, 119, 119)]
    [InlineData(138, 81, 70, 255, 0, 0)]
    [InlineData(224, -79, 81, 0, 255, 0)]
    [InlineData(75, 68, -112, 0, 0, 255)]
    public void Lab_is_that_of_D50_in_which_greys_have_no_colour(int l, int a, int b, int red, int green, int blue)
    {
        byte[] pixels = [.. Enumerable.Repeat((byte[])[(byte)l, (byte)a, (byte)b], Width * Height).SelectMany(pixel => pixel)];
        byte[] pixel = Decode(TestImages.Tiff(false, Tags(3, 8, 8), [pixels]), 3)[..3];

        // Rounding a* and b* to whole numbers moves a channel that is dark in the full colours by much; greys by nothing.
        int[] expected = [red, green, blue];
        int tolerance = a == 0 ? 0 : 20;
        Assert.All(expected, (level, c) => Assert.InRange(pixel[c], level - tolerance, level + tolerance));
    }

    [Fact]
    public void Deflate_gives_the_same_pixels()
    {
        byte[] pixels = [.. Enumerable.Range(0, Width * Height * 3).Select(i => (byte)(i * 11))];
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            zlib.Write(pixels);
        }

        Assert.Equal(pixels, Decode(TestImages.Tiff(false, Tags(3, 8, 2, compression: 8), [packed.ToArray()]), 3));
    }

    [Fact]
    public void Packbits_gives_the_same_pixels()
    {
        // A length n >= 0 is followed by n + 1 bytes as they are, n < 0 by one byte that stands 1 - n times.
        byte[] packed = [.. Enumerable.Range(0, Height).SelectMany(y => (byte[])[unchecked((byte)-3), (byte)(y * 9), 2, 1, 2, 3])];
        byte[] expected = [.. Enumerable.Range(0, Height).SelectMany(y => (byte[])[(byte)(y * 9), (byte)(y * 9), (byte)(y * 9), (byte)(y * 9), 1, 2, 3])];
        Assert.Equal(expected, Decode(TestImages.Tiff(false, Tags(1, 8, 1, compression: 32773), [packed]), 1));
    }

    [Fact]
    public void White_may_be_zero()
    {
        byte[] pixels = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i * 7))];
        Assert.Equal(pixels.Select(value => (byte)(255 - value)), Decode(TestImages.Tiff(false, Tags(1, 8, 0), [pixels]), 1));
    }

    [Fact]
    public void A_palette_gives_its_colours()
    {
        int[] map = [.. Enumerable.Range(0, 48).Select(i => i * 1000)];
        byte[] rows = [.. Enumerable.Range(0, Height).SelectMany(y => (byte[])[(byte)(0x10 * y), 0x23, 0x45, 0x60])];
        byte[] image = Decode(TestImages.Tiff(false, [.. Tags(1, 4, 3), (320, 3, map)], [rows]), 3);
        Assert.Equal([(byte)(2000 >> 8), (byte)(18000 >> 8), (byte)(34000 >> 8)], image.AsSpan(2 * 3, 3).ToArray());
        Assert.Equal((byte)(4000 >> 8), image[4 * Width * 3]);
    }

    [Fact]
    public void Inks_become_light()
    {
        byte[] pixels = [.. Enumerable.Range(0, Width * Height).SelectMany(i => (byte[])[0, 255, 51, (byte)(i == 1 ? 255 : 0)])];
        byte[] image = Decode(TestImages.Tiff(true, Tags(4, 8, 5), [pixels]), 3);
        Assert.Equal([255, 0, 204, 0, 0, 0], image[..6]);
    }

    [Fact]
    public void Bits_become_black_and_white_and_12_bits_keep_the_upper_eight()
    {
        byte[] image = Decode(TestImages.Tiff(false, Tags(1, 1, 1), [[0b10100000, 0, 0, 0, 0b10]]), 1);
        Assert.Equal([255, 0, 255, 0, 0, 0, 0], image[..7]);
        Assert.Equal(255, image[^1]);

        byte[] row = [0xAB, 0xC1, 0x23, 0, 0, 0, 0, 0, 0, 0, 0];
        Assert.Equal([0xAB, 0x12, 0], Decode(TestImages.Tiff(false, Tags(1, 12, 1), [[.. Enumerable.Repeat(row, Height).SelectMany(r => r)]]), 1)[..3]);
    }

    [Fact]
    public void Colours_that_alpha_was_multiplied_into_are_made_straight()
    {
        byte[] pixels = [.. Enumerable.Range(0, Width * Height).SelectMany(_ => (byte[])[50, 25, 0, 127])];
        byte[] image = Decode(TestImages.Tiff(false, [.. Tags(4, 8, 2), (338, 3, [1])], [pixels]), 4);
        Assert.Equal([100, 50, 0, 127], image[..4]);
    }

    [Theory]
    [InlineData(339, 3, "floating-point")]
    [InlineData(339, 2, "signed")]
    [InlineData(259, 50000, "number 50000")]
    [InlineData(262, 32803, "number 32803")]
    [InlineData(50706, 1, "camera raw")]
    public void What_cannot_be_read_is_named_and_not_called_broken(int tag, int value, string words)
    {
        var tags = Tags(1, 8, 1).Where(known => known.Tag != tag).Append((tag, 3, [value]));
        var error = Assert.Throws<ImageDecodeException>(() => Decode(TestImages.Tiff(false, tags, [new byte[Width * Height]]), 1));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("PNG", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(256, 90_000)]
    [InlineData(257, 2_000_000_000)]
    [InlineData(277, 60_000)]
    [InlineData(258, 65_535)]
    [InlineData(278, -1)]
    public void A_header_that_announces_too_much_is_refused_before_memory_is_taken(int tag, int value)
    {
        var tags = Tags(1, 8, 1).Where(known => known.Tag != tag).Append((tag, 4, [value])).Append((322, 4, [tag == 278 ? 1 << 30 : 16])).Append((323, 4, [1 << 30]));
        byte[] file = TestImages.Tiff(false, tags, [new byte[Width * Height]]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<ImageDecodeException>(() => Decode(file, 1));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_chain_of_pages_that_comes_back_ends()
    {
        byte[] file = TestImages.Tiff(1, 2, [9, 8]);
        int directory = BitConverter.ToInt32(file, 4);
        BitConverter.GetBytes(directory).CopyTo(file, file.Length - 4);
        Assert.Equal(1, ImageDecoder.ReadHeader(file).Frames);
        Assert.Equal([9, 8], Decode(file, 1, 1, 2));
    }

    private static (int Tag, int Type, int[] Values)[] Tags(int samples, int bits, int photometric, int compression = 1) =>
    [
        (256, 4, [Width]), (257, 4, [Height]), (258, 3, [.. Enumerable.Repeat(bits, samples)]), (259, 3, [compression]),
        (262, 3, [photometric]), (277, 3, [samples]), (278, 4, [Height]),
    ];

    private static byte[] File(byte[] pixels, int samples, int bits, bool bigEndian, bool tiled, bool planes)
    {
        var (chunkWidth, chunkHeight) = tiled ? (16, 16) : (Width, 2);
        var chunks = new List<byte[]>();
        foreach (int[] channels in planes ? Enumerable.Range(0, samples).Select(s => (int[])[s]) : [[.. Enumerable.Range(0, samples)]])
        {
            for (int y = 0; y < Height; y += chunkHeight)
            {
                using var chunk = new MemoryStream();
                for (int row = y; row < (tiled ? y + chunkHeight : Math.Min(y + chunkHeight, Height)); row++)
                {
                    for (int x = 0; x < chunkWidth; x++)
                    {
                        foreach (int channel in channels)
                        {
                            byte value = row < Height && x < Width ? pixels[(((row * Width) + x) * samples) + channel] : (byte)99;
                            chunk.Write(bits == 8 ? [value] : bigEndian ? [value, 77] : [77, value]);
                        }
                    }
                }

                chunks.Add(chunk.ToArray());
            }
        }

        var tags = Tags(samples, bits, samples > 2 ? 2 : 1).Where(tag => tag.Tag != 278).Append((284, 3, [planes ? 2 : 1]));
        tags = tiled ? tags.Append((322, 4, [16])).Append((323, 4, [16])) : tags.Append((278, 4, [2]));
        return TestImages.Tiff(bigEndian, samples is 2 or 4 ? tags.Append((338, 3, [2])) : tags, [.. chunks]);
    }

    private static byte[] Decode(byte[] file, int channels, int width = Width, int height = Height)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] image = new byte[shape.Bytes];
        ImageDecoder.Decode(file, shape, ImageFit.Crop, image);
        return image;
    }
}
