using IlgpuGan.Imaging;

namespace IlgpuGan.Tests.Imaging;

public sealed class SequencePlotTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>At an absurd temperature no way of choosing words has a gradient.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(double.PositiveInfinity)]
    public void What_is_said_of_lines_that_cannot_be_drawn_stands_apart(double norm)
    {
        SequenceLine[] lines = [.. ((string[])["one", "two", "three"]).Select(name => new SequenceLine(name, [(0, 0, double.NaN), (1, 0, norm), (2, 0, norm)], [("a cat", false)]))];
        SequencePlot.Save(folder["a.png"], "Sentences", lines);

        using var plot = ImageFileTests.Decode(folder["a.png"]);
        List<int> orange = [], blue = [], green = [];
        for (int y = 120; y < 440; y++)
        {
            for (int x = 570; x < 1020; x++)
            {
                var colour = plot.GetPixel(x, y);
                var rows = colour switch
                {
                    { Red: > 200, Green: < 120, Blue: < 80 } => orange,
                    { Red: < 80, Blue: > 200, Green: < 130 } => blue,
                    { Red: < 60, Green: > 100, Blue: < 90 } => green,
                    _ => null,
                };
                rows?.Add(y);
            }
        }

        Assert.All([orange, blue, green], rows => Assert.InRange(rows.Count, 20, 5000));
        Assert.True(green.Max() < blue.Min() && blue.Max() < orange.Min(), $"{green.Min()}-{green.Max()}, {blue.Min()}-{blue.Max()}, {orange.Min()}-{orange.Max()}");
    }
}
