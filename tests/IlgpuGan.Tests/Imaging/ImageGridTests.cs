using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class ImageGridTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("image-grid-").FullName;

    private string Target => Path.Combine(folder, "grid.png");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(64, 48, 48, 8, 8, 2)]
    [InlineData(64, 28, 28, 8, 8, 3)]
    [InlineData(1, 64, 64, 1, 1, 10)]
    [InlineData(1, 1, 1, 1, 1, 32)]
    [InlineData(5, 32, 32, 3, 2, 7)]
    [InlineData(64, 256, 256, 8, 8, 1)]
    [InlineData(16, 64, 32, 6, 3, 4)]
    public void The_grid_is_nearly_square_and_small_images_are_enlarged_by_whole_numbers(
        int count, int height, int width, int columns, int rows, int scale)
    {
        var layout = GridLayout.For(count, height, width);

        Assert.Equal((columns, rows, scale), (layout.Columns, layout.Rows, layout.Scale));
        Assert.Equal((columns * width * scale) + ((columns - 1) * GridLayout.Gap), layout.Width);
        Assert.Equal((rows * height * scale) + ((rows - 1) * GridLayout.Gap), layout.Height);
    }

    [Fact]
    public void Every_image_has_a_place_and_no_row_stays_empty()
    {
        for (var count = 1; count <= 200; count++)
        {
            foreach (var (height, width) in new[] { (1, 1), (28, 28), (1, 300), (300, 1), (48, 64) })
            {
                var layout = GridLayout.For(count, height, width);

                Assert.True(layout.Columns * layout.Rows >= count);
                Assert.True(layout.Columns * (layout.Rows - 1) < count);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_pixel_becomes_a_square_in_its_place(int channels)
    {
        const int Count = 7;
        const int Height = 5;
        const int Width = 4;
        var seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var pixels = new byte[Count * Height * Width * channels];
        new Random(seed).NextBytes(pixels);

        ImageGrid.Save(Target, pixels, Count, Height, Width, channels);

        var layout = GridLayout.For(Count, Height, Width);
        using var grid = ImageFileTests.Decode(Target);
        Assert.Equal((layout.Width, layout.Height), (grid.Width, grid.Height));
        for (var i = 0; i < Count; i++)
        {
            var left = (i % layout.Columns) * ((Width * layout.Scale) + GridLayout.Gap);
            var top = (i / layout.Columns) * ((Height * layout.Scale) + GridLayout.Gap);
            for (var y = 0; y < Height * layout.Scale; y++)
            {
                for (var x = 0; x < Width * layout.Scale; x++)
                {
                    var at = ((((i * Height) + (y / layout.Scale)) * Width) + (x / layout.Scale)) * channels;
                    Assert.Equal(Colour(pixels.AsSpan(at, channels)), grid.GetPixel(left + x, top + y));
                }
            }
        }
    }

    [Fact]
    public void Gaps_and_missing_images_are_white()
    {
        ImageGrid.Save(Target, new byte[3 * 8 * 8], 3, 8, 8, 1);

        using var grid = ImageFileTests.Decode(Target);
        Assert.Equal(SKColors.White, grid.GetPixel((grid.Width / 2) - 1, 0));
        Assert.Equal(SKColors.White, grid.GetPixel(grid.Width - 1, grid.Height - 1));
        Assert.Equal(SKColors.Black, grid.GetPixel(0, 0));
    }

    [Fact]
    public void A_grid_too_large_to_write_is_an_error_that_says_what_to_do()
    {
        var error = Assert.Throws<ImageTooLargeException>(() =>
            ImageGrid.Save(Target, new byte[ImageFile.MaximumPixels], (int)(ImageFile.MaximumPixels >> 20), 1024, 1024, 1));

        Assert.Contains("fewer images", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 47)]
    [InlineData(-4, 48)]
    public void Bytes_that_are_not_the_shape_are_an_error(int count, int length) =>
        Assert.ThrowsAny<ArgumentException>(() => ImageGrid.Save(Target, new byte[length], count, 2, 2, 3));

    private static SKColor Colour(ReadOnlySpan<byte> pixel) => pixel.Length switch
    {
        1 => new SKColor(pixel[0], pixel[0], pixel[0]),
        2 => new SKColor(pixel[0], pixel[0], pixel[0], pixel[1]),
        3 => new SKColor(pixel[0], pixel[1], pixel[2]),
        _ => new SKColor(pixel[0], pixel[1], pixel[2], pixel[3]),
    };
}
