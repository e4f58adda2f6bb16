using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

public sealed class FailureSheetTests : IDisposable
{
    private const int Side = 8, Count = 12;

    // Where the sheet has its title, and the line above the images.
    private const int TitleEnd = 52, Heads = 132, HeadsEnd = Heads + 22;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_title_is_whole_however_few_columns_stand_below(int columns)
    {
        using var sheet = Save(columns, "The ways in which a training fails, and the numbers that tell them apart (of unseen reals each is about 1)");

        int[] inked = [.. Enumerable.Range(0, sheet.Width).Where(x => Enumerable.Range(0, TitleEnd).Any(y => IsInk(sheet.GetPixel(x, y))))];
        // A title that is cut off ends at the border.
        Assert.InRange(inked[^1], sheet.Width / 2, sheet.Width - 10);
    }

    [Fact]
    public void Columns_of_images_that_are_of_several_kinds_are_labelled()
    {
        using SKBitmap plain = Save(2, "plain"), labelled = Save(2, "labelled", "drawn", "trained on");

        Assert.Empty(Inked(plain));
        // Four heads, one in each quarter of what the images take.
        var heads = Inked(labelled);
        Assert.Equal(4, heads.Select(x => (x - 20) / 100).Distinct().Count());
        int[] inQuarter = [.. Enumerable.Range(0, 4).Select(quarter => heads.Count(x => (x - 20) / 100 == quarter))];
        Assert.True(inQuarter[1] > inQuarter[0] && inQuarter[3] > inQuarter[2], string.Join(", ", inQuarter));

        // Images are light here, so that only writing is dark.
        static List<int> Inked(SKBitmap sheet) =>
            [.. Enumerable.Range(20, 400).Where(x => Enumerable.Range(Heads, HeadsEnd - Heads).Any(y => IsInk(sheet.GetPixel(x, y))))];
    }

    private SKBitmap Save(int columns, string title, params string[] kinds)
    {
        byte[] images = [.. Enumerable.Repeat((byte)230, Count * Side * Side)];
        FailureSheet.Save(folder["sheet.png"], title, [.. Enumerable.Range(0, columns).Select(_ =>
            new FailureColumn("a failure", "a cause", images, new(Side, Side, 1), [], [], [("a number", "0.50", true)], "what was said") { Kinds = kinds })]);
        return ImageFileTests.Decode(folder["sheet.png"]);
    }

    private static bool IsInk(SKColor colour) => colour.Red < 128;
}
