using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class ImageFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("image-file-").FullName;

    private string Target => Path.Combine(folder, "image.png");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Every_channel_count_comes_back_as_the_colours_that_went_in()
    {
        // Two rows of three pixels; the alpha values keep straight and premultiplied apart.
        byte[] bytes = [.. Enumerable.Range(0, 24).Select(i => (byte)(i * 10))];
        for (var channels = 1; channels <= 4; channels++)
        {
            ImageFile.SavePng(Target, bytes.AsSpan(0, 6 * channels), 2, 3, channels);

            using var image = Decode(Target);
            Assert.Equal((3, 2), (image.Width, image.Height));
            for (var i = 0; i < 6; i++)
            {
                var pixel = bytes.AsSpan(i * channels, channels);
                var expected = channels switch
                {
                    1 => new SKColor(pixel[0], pixel[0], pixel[0]),
                    2 => new SKColor(pixel[0], pixel[0], pixel[0], pixel[1]),
                    3 => new SKColor(pixel[0], pixel[1], pixel[2]),
                    _ => new SKColor(pixel[0], pixel[1], pixel[2], pixel[3]),
                };
                Assert.Equal(expected, image.GetPixel(i % 3, i / 3));
            }
        }
    }

    [Theory]
    [InlineData(2, 3, 3, 17)]
    [InlineData(2, 3, 3, 19)]
    [InlineData(0, 3, 3, 0)]
    [InlineData(-2, -3, 3, 18)]
    [InlineData(2, 3, 0, 0)]
    [InlineData(2, 3, 5, 30)]
    [InlineData(int.MaxValue, int.MaxValue, 4, 4)]
    public void Bytes_that_are_not_the_shape_are_an_error_and_nothing_is_written(int height, int width, int channels, int length)
    {
        Assert.ThrowsAny<ArgumentException>(() => ImageFile.SavePng(Target, new byte[length], height, width, channels));

        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void An_image_too_large_to_encode_is_an_error_of_its_own() =>
        Assert.Throws<ImageTooLargeException>(() =>
            ImageFile.SavePng(Target, new byte[ImageFile.MaximumPixels + 1], 1, (int)ImageFile.MaximumPixels + 1, 1));

    /// <summary>The pixels of a PNG file with straight alpha.</summary>
    internal static SKBitmap Decode(string path)
    {
        using var codec = SKCodec.Create(path);
        Assert.NotNull(codec);
        Assert.Equal(SKEncodedImageFormat.Png, codec.EncodedFormat);
        var bitmap = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(bitmap.Info, bitmap.GetPixels()));
        return bitmap;
    }
}
