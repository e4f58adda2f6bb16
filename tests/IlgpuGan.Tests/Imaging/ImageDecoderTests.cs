using IlgpuGan.Imaging;
using IlgpuGan.Tests.Data;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public class ImageDecoderTests
{
    private static readonly SKColor[] Corners = [new(255, 0, 0), new(0, 255, 0), new(0, 0, 255), new(255, 255, 0)];

    // 48 x 32 pixels of (5x, 7y, xy / 6), quality 40, written progressively: Skia writes no such files.
    private const string Progressive =
        "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7gYKBTmCNl4x9lnN+gXz/2wBDARUXFx4aHjshITt8U0ZT"
        + "fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHx8fHz/wgARCAAgADADASIAAhEBAxEB/8QAFgABAQEAAAAAAAAAAAAAAAAAAgMF/8QAGQEBAAIDAAAAAAAA"
        + "AAAAAAAAAwABAgQF/9oADAMBAAIQAxAAAAHJdGdSdHTydVNiDoz483V5tJ1aP//EABUQAQEAAAAAAAAAAAAAAAAAAAAR/9oACAEBAAEFAoiIiIiIiIiIiIiIiP/EABYRAQEBAAAAAAAAAAAA"
        + "AAAAAAIAAf/aAAgBAwEBPwEqKirFYrHf/8QAFxEBAQEBAAAAAAAAAAAAAAAAAQAREP/aAAgBAgEBPwHeZDEF/8QAFBABAAAAAAAAAAAAAAAAAAAAQP/aAAgBAQAGPwJH/8QAFRABAQAAAAAA"
        + "AAAAAAAAAAAAAAH/2gAIAQEAAT8hhCEYxhCEYxhCEYxhCEYx/9oADAMBAAIAAwAAABCK+TzP3//EABQRAQAAAAAAAAAAAAAAAAAAACD/2gAIAQMBAT8QSv3/xAAXEQEBAQEAAAAAAAAAAAAA"
        + "AAAAESEB/9oACAECAQE/ENrWlXVUf//EABcQAQEBAQAAAAAAAAAAAAAAAGEAECD/2gAIAQEAAT8Q1UIIOVQIOFQggj3yyK//2Q==";

    // 16 x 16 pixels with the profile Display P3.
    private const string DisplayP3 =
        "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAA12lDQ1BJQ0MgUHJvZmlsZQAAeJxjYGC8k5efl8rkwMCQm1dSFOTupBARGaXA/oSBEQjBIDG5uIABL/h2DaL2si5+dVgBZ0pq"
        + "cTKQ/gDECckFRSUMDIwBQDZPeUkBiB0DZIsUAR0FZIPcIZIOYbeA2EkQ9gywmpAgZyB7DZAtkA5h7wGxkyDsMyA21C4QYA4wJsO1BEBJakUJiHZ2NmAAhSNEFBE+CLHmewwMtvv+//+/GyHm"
        + "tY+BYaMZAwPXToSYhjUDgyAPA8OJs8mlRWVQaxiZgG4nxAcAN0M8wEEJHBgAAAA6SURBVHic7csxEYAwFAXBfehAU1QEHd8FWqIilqClpcxMrrlq84B81u8LfU6Ms6GqkASHn22wwTrgBQDp"
        + "CSA7dOGpAAAAAElFTkSuQmCC";

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

    [Theory]
    [InlineData("png before the pixels")]
    [InlineData("png after the pixels")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public void A_picture_of_any_kind_taken_with_a_turned_camera_stands_as_the_same_jpeg_does(string kind)
    {
        static SKColor Corner(int x, int y) => Corners[(x < 12, y < 8) switch { (true, true) => 0, (false, true) => 1, (false, false) => 2, _ => 3 }];
        byte[] jpeg = TestImages.Jpeg(24, 16, Corner);
        byte[] png = TestImages.Png(24, 16, Corner);
        byte[] rgb = [.. Enumerable.Range(0, 24 * 16).Select(i => Corner(i % 24, i / 24)).SelectMany(c => new[] { c.Red, c.Green, c.Blue })];
        for (byte orientation = 1; orientation <= 8; orientation++)
        {
            byte[] file = kind switch
            {
                "webp" => TestImages.TurnedWebp(TestImages.LosslessWebp(24, 16, Corner), 24, 16, orientation),
                "tiff" => TestImages.Tiff(24, 16, rgb, orientation: orientation),
                _ => TestImages.PngWith(png, "eXIf", TestImages.Exif(orientation), afterPixels: kind.Contains("after", StringComparison.Ordinal)),
            };
            var (height, width) = ImageDecoder.ReadSize(file);
            Assert.Equal(orientation >= 5 ? (24, 16) : (16, 24), (height, width));
            byte[] expected = Decode(TestImages.TurnedJpeg(jpeg, orientation), height, width, 3);
            Assert.Equal(CornersOf(expected, height, width), CornersOf(Decode(file, height, width, 3), height, width));
        }
    }

    [Fact]
    public void Numbers_with_a_gamma_and_no_profile_come_as_they_are_stored()
    {
        byte[] plain = TestImages.RawPng(4, 1, 8, 2, [4, 8, 16, 24, 32, 64, 128, 200, 255, 0, 1, 2]);
        byte[] gamma = TestImages.PngWith(plain, "gAMA", [0, 0, 0xB1, 0x8F]);
        byte[] primaries = TestImages.PngWith(gamma, "cHRM",
            [0, 0, 0x7A, 0x26, 0, 0, 0x80, 0x84, 0, 0, 0xFA, 0, 0, 0, 0x80, 0xE8, 0, 0, 0x75, 0x30, 0, 0, 0xEA, 0x60, 0, 0, 0x3A, 0x98, 0, 0, 0x17, 0x70]);
        byte[] linear = TestImages.PngWith(plain, "gAMA", [0, 1, 0x86, 0xA0]);
        byte[] expected = Decode(plain, 1, 4, 3);
        Assert.Equal([4, 8, 16, 24, 32, 64, 128, 200, 255, 0, 1, 2], expected);
        Assert.Equal(expected, Decode(gamma, 1, 4, 3));
        Assert.Equal(expected, Decode(primaries, 1, 4, 3));
        Assert.Equal(expected, Decode(linear, 1, 4, 3));
    }

    [Fact]
    public void A_profile_is_applied()
    {
        byte[] image = Decode(Convert.FromBase64String(DisplayP3), 16, 16, 3);
        // Little CMS gives (216, 93, 24) for Display P3's (200, 100, 50); another arithmetic may round by a few levels in the darkest channel.
        int orange = Enumerable.Range(0, 256).First(i => image[i * 3] is > 212 and < 220) * 3;
        Assert.InRange(image[orange + 1], 90, 96);
        Assert.InRange(image[orange + 2], 18, 30);
    }

    [Fact]
    public void A_progressive_jpeg_is_decoded_whole_and_refused_when_cut_anywhere()
    {
        byte[] file = Convert.FromBase64String(Progressive);
        byte[] whole = Decode(file, 32, 48, 3);
        Assert.InRange(whole[(((31 * 48) + 47) * 3) + 1], 200, 232);
        for (int length = 0; length < file.Length; length++)
        {
            var error = Assert.Throws<ImageDecodeException>(() => Decode(file[..length], 32, 48, 3));
            Assert.True(length < 300 || error.Message == "is truncated", $"{length}: {error.Message}");
        }
    }

    [Fact]
    public void A_progressive_jpeg_that_was_cut_anywhere_is_told_even_with_an_end_marker_behind_it()
    {
        byte[] file = Convert.FromBase64String(Progressive);
        Assert.True(JpegScan.IsWhole(file));
        int scan = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        for (int length = scan; length < file.Length - 2; length++)
        {
            byte[] cut = [.. file[..length], 0xFF, 0xD9];
            Assert.False(JpegScan.IsWhole(cut), $"{length} of {file.Length}");
            Assert.Throws<ImageDecodeException>(() => Decode(cut, 32, 48, 3));
        }
    }

    [Fact]
    public void A_jpeg_whose_end_was_never_written_is_truncated()
    {
        byte[] file = TestImages.Jpeg(64, 64, (x, y) => new SKColor((byte)(x * 4), (byte)(y * 4), 9), 90);
        file.AsSpan(file.Length * 2 / 3).Clear();
        Assert.Equal("is truncated", Assert.Throws<ImageDecodeException>(() => Decode(file, 64, 64, 3)).Message);
    }

    [Theory]
    [InlineData("avif", "is an AVIF image")]
    [InlineData("heic", "is a HEIC image")]
    [InlineData("jxl", "is a JPEG XL image")]
    [InlineData("jp2", "is a JPEG 2000 image")]
    [InlineData("psd", "is a Photoshop image")]
    [InlineData("ppm", "is a Netpbm image")]
    [InlineData("exr", "is an OpenEXR image")]
    public void A_kind_that_cannot_be_read_is_named(string kind, string words)
    {
        byte[] file = kind switch
        {
            "avif" => [0, 0, 0, 28, .. "ftypavif"u8, 0, 0, 0, 0],
            "heic" => [0, 0, 0, 28, .. "ftypheic"u8, 0, 0, 0, 0],
            "jxl" => [0, 0, 0, 12, .. "JXL "u8, 13, 10, 0x87, 10],
            "jp2" => [0, 0, 0, 12, .. "jP  "u8, 13, 10, 0x87, 10],
            "psd" => [.. "8BPS"u8, 0, 1],
            "ppm" => [.. "P6\n2 2\n255\n"u8],
            _ => [0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0],
        };
        var error = Assert.Throws<ImageDecodeException>(() => Decode(file, 8, 8, 3));
        Assert.StartsWith(words, error.Message, StringComparison.Ordinal);
        Assert.Contains("convert it to PNG or JPEG", error.Message, StringComparison.Ordinal);
        Assert.False(ImageKind.OfName("picture." + kind)!.IsRead);
    }

    [Fact]
    public void A_header_says_what_the_file_stores()
    {
        static SKColor Grey(int x, int y) => new((byte)x, (byte)x, (byte)x);
        Assert.Equal(new ImageHeader(ImageKind.Png, 1, 3, 1, 8), Header(TestImages.RawPng(3, 1, 8, 0, [0, 77, 255])));
        Assert.Equal(new ImageHeader(ImageKind.Png, 1, 1, 3, 16), Header(TestImages.RawPng(1, 1, 16, 2, [1, 2, 3, 4, 5, 6])));
        Assert.Equal(new ImageHeader(ImageKind.Png, 1, 2, 2, 8), Header(TestImages.RawPng(2, 1, 8, 4, [100, 255, 100, 51])));
        Assert.Equal(new ImageHeader(ImageKind.Png, 1, 2, 4, 8), Header(TestImages.RawPng(2, 1, 8, 3, [1, 0], [10, 20, 30, 200, 100, 50], [0, 255])));
        Assert.Equal(new ImageHeader(ImageKind.Jpeg, 7, 5, 3, 8), Header(TestImages.Jpeg(5, 7, Grey)));
        Assert.Equal(new ImageHeader(ImageKind.Tiff, 2, 1, 1, 8, 2), Header(TestImages.Tiff(1, 2, [9, 8], nextPage: true)));
        Assert.Equal("WebP", Header(TestImages.LosslessWebp(2, 1, Grey)).Kind.Name);
        Assert.Equal("GIF", Header(TestImages.AnimatedGif()).Kind.Name);
        Assert.Equal("BMP", Header(TestImages.Bmp(3, 2, 1, 2, 3)).Kind.Name);

        static ImageHeader Header(byte[] file)
        {
            using var stream = new MemoryStream(file);
            ImageHeader header = ImageDecoder.ReadHeader(stream);
            Assert.Equal(header, ImageDecoder.ReadHeader(file));
            Assert.True(stream.CanRead);
            return header;
        }
    }

    [Fact]
    public void Decoding_says_how_much_of_16_bits_is_used_and_how_many_frames_there_are()
    {
        Assert.Equal(new ImageFacts(16, 15, 1), Facts(TestImages.RawPng(2, 1, 16, 0, [0x0F, 0xF0, 0, 1])));
        Assert.Equal(new ImageFacts(8, 255, 2), Facts(TestImages.AnimatedGif()));
        Assert.Equal(new ImageFacts(8, 255, 2), Facts(TestImages.Tiff(1, 2, [9, 8], nextPage: true)));

        static ImageFacts Facts(byte[] file) => ImageDecoder.Decode(file, new ImageShape(2, 2, 3), ImageFit.Crop, new byte[12]);
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
    [InlineData("tiff")]
    public void A_file_cut_anywhere_is_refused_or_gives_every_pixel(string kind)
    {
        static SKColor Noise(int x, int y) => new((byte)(x * 37 * (y + 1)), (byte)(y * 91), (byte)(x * y * 13));
        byte[] file = kind switch
        {
            "png" => TestImages.Png(40, 40, Noise),
            "jpeg" => TestImages.Jpeg(40, 40, Noise),
            "webp" => TestImages.LosslessWebp(40, 40, Noise),
            "gif" => TestImages.AnimatedGif(),
            "tiff" => TestImages.Tiff(40, 40, [.. Enumerable.Range(0, 4800).Select(i => (byte)(i * 7))]),
            _ => TestImages.Bmp(8, 8, 1, 2, 3),
        };
        byte[] whole = Decode(file, 8, 8, 3);
        var accepted = new List<int>();
        for (int length = 0; length < file.Length; length++)
        {
            try
            {
                if (!Decode(file[..length], 8, 8, 3).SequenceEqual(whole))
                {
                    accepted.Add(length);
                }
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

    [Fact]
    public void A_JPEG_that_was_cut_is_told_even_with_an_end_marker_behind_it()
    {
        var random = new Random(Seed: 12);
        for (int trial = 0; trial < 200; trial++)
        {
            int width = random.Next(48, 90), height = random.Next(48, 90), quality = random.Next(20, 101), seed = random.Next();
            byte[] file = TestImages.Jpeg(width, height, (x, y) => new SKColor((uint)(((x * 7919) ^ (y * 104729) ^ seed) & 0xFFFFFF) | 0xFF000000), quality);
            Assert.True(JpegScan.IsWhole(file), $"trial {trial}");
            // What is cut inside of the last unit has its last pixel.
            int scan = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
            byte[] cut = [.. file.AsSpan(0, random.Next(scan + 14, scan + 15 + ((file.Length - scan - 16) / 2))), 0xFF, 0xD9];
            Assert.False(JpegScan.IsWhole(cut), $"trial {trial}");
            Assert.Equal("is truncated", Assert.Throws<ImageDecodeException>(() => ImageDecoder.Decode(cut, new ImageShape(height, width, 3), ImageFit.Crop, new byte[height * width * 3])).Message);
        }
    }

    [Fact]
    public void A_JPEG_that_ends_in_grey_is_whole()
    {
        byte[] file = TestImages.Jpeg(40, 40, (x, y) => y < 20 ? SKColors.Red : new SKColor(128, 128, 128), 90);
        byte[] pixels = new byte[40 * 40 * 3];
        ImageDecoder.Decode(file, new ImageShape(40, 40, 3), ImageFit.Crop, pixels);
        Assert.InRange(pixels[^1], 126, 130);
    }
}
