using IlgpuGan.Imaging;

namespace IlgpuGan.Tests.Imaging;

public class ImageScalerTests
{
    [Theory]
    [InlineData(ImageFit.Crop)]
    [InlineData(ImageFit.Pad)]
    [InlineData(ImageFit.Stretch)]
    public void One_colour_stays_that_colour_at_any_scale(ImageFit fit)
    {
        foreach (int side in new[] { 1, 3, 16, 50 })
        {
            byte[] image = Scale(Filled(20, 20, 10, 200, 77, 255), 20, 20, side, side, 3, fit);
            Assert.All(Enumerable.Range(0, side * side), i => Assert.Equal([10, 200, 77], image[(i * 3)..((i * 3) + 3)]));
        }
    }

    [Fact]
    public void Cropping_without_scaling_takes_the_middle_bit_for_bit()
    {
        byte[] image = Scale(Columns(8, 4), 8, 4, 4, 4, 1, ImageFit.Crop);
        Assert.Equal(Enumerable.Repeat<byte[]>([60, 90, 120, 150], 4).SelectMany(row => row), image);
    }

    [Fact]
    public void Padding_puts_the_image_in_the_middle_of_white_or_of_nothing()
    {
        byte[] wide = Filled(4, 2, 0, 0, 0, 255);
        byte[] onWhite = Scale(wide, 4, 2, 4, 4, 1, ImageFit.Pad);
        Assert.Equal([255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255], onWhite);
        byte[] onNothing = Scale(wide, 4, 2, 4, 4, 2, ImageFit.Pad);
        Assert.Equal([255, 0], onNothing[..2]);
        Assert.Equal([0, 255], onNothing[8..10]);
    }

    [Fact]
    public void Stretching_keeps_every_column()
    {
        byte[] image = Scale(Columns(8, 4), 8, 4, 8, 4, 1, ImageFit.Stretch);
        Assert.True(image[0] < image[1] && image[1] < image[2] && image[2] < image[3]);
        Assert.InRange(image[0], 5, 25);
        Assert.InRange(image[3], 185, 205);
    }

    [Fact]
    public void Shrinking_averages_what_is_finer_than_a_pixel()
    {
        byte[] stripes = [.. Enumerable.Range(0, 64 * 64).SelectMany(i => (byte[])(i % 2 == 0 ? [0, 0, 0, 255] : [255, 255, 255, 255]))];
        // Half of 255, give or take rounding and the edges, where the filter has one stripe more of one kind.
        Assert.All(Scale(stripes, 64, 64, 8, 8, 1, ImageFit.Crop), value => Assert.InRange(value, 120, 135));
    }

    [Fact]
    public void Colours_of_transparent_pixels_do_not_bleed_into_visible_ones()
    {
        byte[] source = [.. Enumerable.Range(0, 64).SelectMany(i => (byte[])(i % 8 < 4 ? [255, 0, 0, 0] : [0, 0, 200, 255]))];
        byte[] image = Scale(source, 8, 8, 4, 4, 4, ImageFit.Crop);
        for (int i = 0; i < 16; i++)
        {
            if (image[(i * 4) + 3] > 0)
            {
                Assert.Equal(0, image[i * 4]);
            }
        }
    }

    [Fact]
    public void Mirrored_images_scale_to_mirrored_results()
    {
        var random = new Random(5);
        byte[] source = new byte[13 * 9 * 4];
        random.NextBytes(source);
        byte[] mirrored = Mirror(source, 13, 9, 4);
        byte[] a = Scale(source, 13, 9, 6, 6, 3, ImageFit.Crop);
        byte[] b = Mirror(Scale(mirrored, 13, 9, 6, 6, 3, ImageFit.Crop), 6, 6, 3);
        // The order of summation is mirrored too: the last bit may round differently.
        Assert.All(a.Zip(b), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
    }

    private static byte[] Scale(byte[] rgba, int width, int height, int toHeight, int toWidth, int channels, ImageFit fit)
    {
        var shape = new ImageShape(toHeight, toWidth, channels);
        byte[] image = new byte[shape.Bytes];
        ImageScaler.Scale(new ScalerSource(rgba, width, height), shape, fit, image);
        return image;
    }

    private static byte[] Filled(int width, int height, byte red, byte green, byte blue, byte alpha) =>
        [.. Enumerable.Range(0, width * height).SelectMany(_ => new[] { red, green, blue, alpha })];

    private static byte[] Columns(int width, int height) =>
        [.. Enumerable.Range(0, width * height).SelectMany(i => Enumerable.Repeat((byte)(i % width * 30), 3).Append((byte)255))];

    private static byte[] Mirror(byte[] image, int width, int height, int channels) =>
        [.. Enumerable.Range(0, width * height).SelectMany(i => image.Skip((((i / width) * width) + width - 1 - (i % width)) * channels).Take(channels))];
}
