using IlgpuGan.Imaging;
using IlgpuGan.Tests.Data;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public class ImageDecoderTests
{
    private static readonly SKColor[] Corners = [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(255, 255, 0)];

    [Fact]
    public void A_png_of_the_asked_size_comes_through_bit_for_bit()
    {
        byte[] file = TestImages.Png(7, 5, (x, y) => new SKColor((byte)(x * 36), (byte)(y * 50), (byte)(x + y)));
        byte[] image = Decode(file, 5, 7, 3);
        Assert.Equal(Enumerable.Range(0, 35).SelectMany(i => new[] { (byte)(i % 7 * 36), (byte)(i / 7 * 50), (byte)((i % 7) + (i / 7)) }), image);
    }

    [Fact]
    public void A_palette_png_gives_the_colours_of_its_palette()
    {
        byte[] file = TestImages.RawPng(2, 1, 8, 3, [1, 0], [10, 20, 30, 200, 100, 50]);
        Assert.Equal([200, 100, 50, 10, 20, 30], Decode(file, 1, 2, 3));
    }

    [Fact]
    public void A_palette_png_with_a_transparent_colour_lies_on_white()
    {
        byte[] file = TestImages.RawPng(2, 1, 8, 3, [1, 0], [10, 20, 30, 200, 100, 50], [0, 255]);
        Assert.Equal([200, 100, 50, 255, 255, 255], Decode(file, 1, 2, 3));
        Assert.Equal([200, 100, 50, 255, 255, 255, 255, 0], Decode(file, 1, 2, 4));
    }

    [Fact]
    public void A_16_bit_png_keeps_the_upper_bytes()
    {
        byte[] file = TestImages.RawPng(1, 1, 16, 2, [0x80, 0x80, 0x40, 0x40, 0xFF, 0xFF]);
        Assert.Equal([0x80, 0x40, 0xFF], Decode(file, 1, 1, 3));
    }

    [Fact]
    public void Grey_with_alpha_is_put_on_white_or_kept_apart()
    {
        byte[] file = TestImages.RawPng(2, 1, 8, 4, [100, 255, 100, 51]);
        Assert.Equal([100, 255, 100, 51], Decode(file, 1, 2, 2));
        // 100 * 0.2 + 255 * 0.8
        Assert.Equal([100, 224], Decode(file, 1, 2, 1));
    }

    [Fact]
    public void Grey_comes_as_three_equal_channels_or_one()
    {
        byte[] file = TestImages.RawPng(3, 1, 8, 0, [0, 77, 255]);
        Assert.Equal([0, 77, 255], Decode(file, 1, 3, 1));
        Assert.Equal([0, 0, 0, 77, 77, 77, 255, 255, 255], Decode(file, 1, 3, 3));
    }

    [Fact]
    public void Lossless_webp_with_alpha_comes_through()
    {
        byte[] file = TestImages.LosslessWebp(2, 1, (x, _) => x == 0 ? new SKColor(9, 8, 7) : new SKColor(0, 0, 0, 0));
        Assert.Equal([9, 8, 7, 255, 255, 255], Decode(file, 1, 2, 3));
    }

    [Fact]
    public void Of_an_animated_gif_the_first_frame_is_taken()
    {
        Assert.Equal([255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0], Decode(TestImages.AnimatedGif(), 2, 2, 3));
    }

    [Fact]
    public void A_bmp_is_decoded()
    {
        Assert.Equal([1, 2, 3], Decode(TestImages.Bmp(3, 2, 1, 2, 3), 2, 3, 3)[..3]);
    }

    /// <summary>Corners of the upright picture, clockwise from the top left, for a camera picture whose corners are 0 1 / 3 2 clockwise.</summary>
    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 2, 3, 0, 1)]
    [InlineData(4, 3, 2, 1, 0)]
    [InlineData(5, 0, 3, 2, 1)]
    [InlineData(6, 3, 0, 1, 2)]
    [InlineData(7, 2, 1, 0, 3)]
    [InlineData(8, 1, 2, 3, 0)]
    public void A_jpeg_taken_with_a_turned_camera_stands_upright(byte orientation, params int[] expected)
    {
        byte[] jpeg = TestImages.Jpeg(64, 32, (x, y) => Corners[(x < 32, y < 16) switch { (true, true) => 0, (false, true) => 1, (false, false) => 2, _ => 3 }]);
        byte[] file = TestImages.TurnedJpeg(jpeg, orientation);
        var (height, width) = ImageDecoder.ReadSize(file);
        Assert.Equal(orientation >= 5 ? (64, 32) : (32, 64), (height, width));
        foreach (int reduction in new[] { 1, 4 })
        {
            byte[] image = Decode(file, height / reduction, width / reduction, 3);
            Assert.Equal(expected, CornersOf(image, height / reduction, width / reduction));
        }
    }

    [Fact]
    public void A_large_jpeg_shrinks_to_its_mean()
    {
        byte[] file = TestImages.Jpeg(1024, 768, (x, y) => ((x + y) & 1) == 0 ? SKColors.Black : SKColors.White);
        byte[] image = Decode(file, 48, 64, 1);
        // A checkerboard of single pixels averages to mid grey; JPEG loses a little of it.
        Assert.All(image, value => Assert.InRange(value, 123, 132));
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    [InlineData("gif")]
    [InlineData("bmp")]
    public void A_file_cut_anywhere_is_refused_and_never_crashes(string kind)
    {
        static SKColor Noise(int x, int y) => new((byte)(x * 37 * (y + 1)), (byte)(y * 91), (byte)(x * y * 13));
        byte[] file = kind switch
        {
            "png" => TestImages.Png(40, 40, Noise),
            "jpeg" => TestImages.Jpeg(40, 40, Noise),
            "webp" => TestImages.LosslessWebp(40, 40, Noise),
            "gif" => TestImages.AnimatedGif()[..44],
            _ => TestImages.Bmp(8, 8, 1, 2, 3),
        };
        var accepted = new List<int>();
        for (int length = 0; length < file.Length * 9 / 10; length++)
        {
            try
            {
                Decode(file[..length], 8, 8, 3);
                accepted.Add(length);
            }
            catch (ImageDecodeException e)
            {
                Assert.NotEmpty(e.Message);
            }
        }

        Assert.Empty(accepted);
    }

    [Fact]
    public void A_png_with_damaged_pixels_is_refused()
    {
        byte[] file = TestImages.Png(40, 40, (x, y) => new SKColor((byte)(x * 37 * (y + 1)), (byte)(y * 91), 5));
        file[file.Length / 2] ^= 0xFF;
        Assert.Throws<ImageDecodeException>(() => Decode(file, 40, 40, 3));
    }

    [Fact]
    public void Damaged_files_of_every_kind_are_decoded_or_refused_and_never_crash()
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        static SKColor Colour(int x, int y) => new((byte)(x * 13), (byte)(y * 17), (byte)(x * y), (byte)(255 - y));
        byte[][] files =
        [
            TestImages.Png(16, 16, Colour), TestImages.Jpeg(16, 16, Colour), TestImages.LosslessWebp(16, 16, Colour),
            TestImages.AnimatedGif(), TestImages.Bmp(16, 16, 1, 2, 3),
        ];
        for (int i = 0; i < 1500; i++)
        {
            byte[] file = [.. files[i % files.Length]];
            for (int damage = random.Next(1, 4); damage > 0; damage--)
            {
                file[random.Next(file.Length)] = (byte)random.Next(256);
            }

            Exception? error = Record.Exception(() => Decode(file, 8, 8, 3));
            Assert.True(error is null or ImageDecodeException, $"file {i} of seed {seed}: {error}");
        }
    }

    [Fact]
    public void A_header_that_announces_a_bomb_is_refused_before_memory_is_taken()
    {
        byte[] file = TestImages.RawPng(60_000, 60_000, 8, 2, []);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<ImageDecodeException>(() => Decode(file, 8, 8, 3));
        Assert.Contains("60000 x 60000", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Text_is_no_image()
    {
        Assert.Throws<ImageDecodeException>(() => Decode("not an image"u8.ToArray(), 8, 8, 3));
        Assert.Throws<ImageDecodeException>(() => Decode([], 8, 8, 3));
    }

    private static byte[] Decode(byte[] file, int height, int width, int channels)
    {
        var shape = new ImageShape(height, width, channels);
        byte[] image = new byte[shape.Bytes];
        ImageDecoder.Decode(file, shape, ImageFit.Crop, image);
        return image;
    }

    private static int[] CornersOf(byte[] image, int height, int width) =>
    [
        .. new[] { (1, 1), (1, width - 2), (height - 2, width - 2), (height - 2, 1) }.Select(at =>
        {
            int i = ((at.Item1 * width) + at.Item2) * 3;
            return Array.FindIndex(Corners, c => Math.Abs(c.Red - image[i]) + Math.Abs(c.Green - image[i + 1]) + Math.Abs(c.Blue - image[i + 2]) < 60);
        }),
    ];
}
