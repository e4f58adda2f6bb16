using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class PictureTableTests
{
    [Theory]
    [InlineData(1, 3, 64, 64)]
    [InlineData(16, 3, 64, 64)]
    [InlineData(16, 2, 32, 32)]
    [InlineData(5, 3, 1, 1)]
    [InlineData(7, 2, 20, 300)]
    public void Every_image_stands_in_its_row_under_its_head(int rows, int columns, int height, int width)
    {
        byte[] pixels = new byte[rows * columns * height * width * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (height * width * 3);
            pixels[i] = i % 3 == 0 ? (byte)(image / columns * 9 + 1) : i % 3 == 1 ? (byte)(image % columns * 50 + 1) : (byte)7;
        }

        using SKBitmap table = SKBitmap.Decode(PictureTable.Encode([.. Enumerable.Range(0, columns).Select(i => $"head {i}")], pixels, rows, height, width, 3));

        // Places of colours, in the order of rows within a block, then of blocks; heads are black on white.
        var seen = new Dictionary<(int Row, int Column), (int X, int Y)>();
        for (int y = 0; y < table.Height; y++)
        {
            for (int x = 0; x < table.Width; x++)
            {
                if (table.GetPixel(x, y) is { Blue: 7 } colour)
                {
                    seen.TryAdd(((colour.Red - 1) / 9, (colour.Green - 1) / 50), (x, y));
                }
            }
        }
        Assert.Equal(rows * columns, seen.Count);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 1; column < columns; column++)
            {
                Assert.Equal(seen[(row, column - 1)].Y, seen[(row, column)].Y);
                Assert.True(seen[(row, column)].X >= seen[(row, column - 1)].X + width);
            }
            Assert.True(row == 0 || seen[(row, 0)].Y >= seen[(row - 1, 0)].Y + height || seen[(row, 0)].X > seen[(row - 1, columns - 1)].X);
            Assert.True(seen[(row, 0)].Y >= 30);
        }
        Assert.Contains(Enumerable.Range(0, table.Width * 30), i => table.GetPixel(i % table.Width, i / table.Width).Red < 100);
    }

    [Fact]
    public void A_table_too_large_to_write_is_refused() =>
        Assert.Throws<ImageTooLargeException>(() => PictureTable.Encode(["a"], new byte[9000 * 9000], 1, 9000, 9000, 1));

    [Fact]
    public void Classes_have_colours_of_their_own_and_the_first_is_black()
    {
        Assert.Equal([0, 0, 0], ClassColours.Show([0]));
        Assert.Equal(64, Enumerable.Range(0, 64).Select(ClassColours.Of).Distinct().Count());
    }
}
