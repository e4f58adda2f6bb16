using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

/// <summary>Sheets of images that belong together, and what their files say of them.</summary>
public class TableLayoutTests
{
    [Theory]
    [InlineData(1, 2, 5, 3, null)]
    [InlineData(16, 3, 8, 8, 2)]
    [InlineData(7, 4, 3, 11, 3)]
    [InlineData(3, 2, 700, 20, null)]
    public void The_file_says_where_each_image_is_to_the_pixel(int rows, int columns, int height, int width, int? truth)
    {
        const int Seed = 20;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        byte[] pixels = new byte[rows * columns * height * width * 3];
        new Random(Seed).NextBytes(pixels);
        string[] heads = [.. Enumerable.Range(0, columns).Select(column => $"früher {column} 前")];

        byte[] png = PictureTable.Encode(heads, pixels, rows, height, width, 3, truth);

        var layout = TableLayout.OfJson(PngText.Read(png, TableLayout.Keyword)!)!;
        Assert.Equal(heads, layout.Heads);
        Assert.Equal((truth, width, height, rows), (layout.Truth, layout.Width, layout.Height, layout.Rows.Count));
        using var sheet = SKBitmap.Decode(png);
        for (int image = 0; image < rows * columns; image++)
        {
            var (left, top) = layout.PlaceOf(image / columns, image % columns);
            for (int i = 0; i < height * width; i++)
            {
                int at = ((image * height * width) + i) * 3, x = left + (i % width * layout.Scale), y = top + (i / width * layout.Scale);
                var expected = new SKColor(pixels[at], pixels[at + 1], pixels[at + 2]);
                Assert.Equal(expected, sheet.GetPixel(x, y));
                Assert.Equal(expected, sheet.GetPixel(x + layout.Scale - 1, y + layout.Scale - 1));
            }
        }
    }

    [Fact]
    public void A_picture_with_a_text_is_the_same_picture_to_every_reader()
    {
        using var plain = ImageFile.EncodePng([1, 2, 3, 4, 5, 6], 1, 2, 3);
        byte[] png = PngText.Added(plain.Span, "keyword", "text");
        byte[] decoded = new byte[6];

        var facts = ImageDecoder.Decode(png, new ImageShape(1, 2, 3), ImageFit.Stretch, decoded);

        Assert.Equal([1, 2, 3, 4, 5, 6], decoded);
        Assert.Equal(1, facts.Frames);
        Assert.Equal("text", PngText.Read(png, "keyword"));
        Assert.Null(PngText.Read(png, "key"));
        Assert.Null(PngText.Read(plain.Span, "keyword"));
        for (int length = 0; length < png.Length; length++)
        {
            Assert.True(PngText.Read(png.AsSpan(0, length), "keyword") is null or "text");
        }
    }
}
