using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

public sealed class InterpolationTests(TrainedRuns runs) : IClassFixture<TrainedRuns>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Plain => runs.Train("plain", options => options);

    private string Labelled => runs.Train("labelled", options => options with { Condition = "hair,eyes" });

    [Fact]
    public void A_strip_has_a_row_for_each_way_and_the_keys_among_its_columns()
    {
        using var generator = Generator.Load(Plain);
        var told = new WorkRecorder();

        int columns = generator.SaveInterpolation(runs["strip.png"], new() { Keys = 5, Tiles = (1, 2), Seed = 7 }, told, Token);

        Assert.Equal(15, columns);
        told.AssertWhole(WorkKind.DrawingPictures);
        var layout = GridLayout.Within(1600, 15, 2, 16, 16);
        using var strip = SKBitmap.Decode(runs["strip.png"]);
        Assert.Equal((layout.Width, layout.Height), (strip.Width, strip.Height));
        for (int key = 0; key < 5; key++)
        {
            for (int way = 0; way < 2; way++)
            {
                AssertShows(strip, layout, key * 3, way, ImageBytesOf(generator.Decode(generator.Latents(1, seed: 7, first: way * 5 + key))));
            }
        }
    }

    [Theory]
    [InlineData("a.webp")]
    [InlineData("a.gif")]
    public void An_animation_has_all_frames_and_the_time_asked_for(string name)
    {
        using var generator = Generator.Load(Plain);

        Assert.Equal(50, generator.SaveInterpolation(runs[name], new() { Frames = 50, FramesPerSecond = 25, Tiles = (3, 2) }, null, Token));

        using var codec = SKCodec.Create(runs[name]);
        var layout = GridLayout.Within(640, 3, 2, 16, 16);
        Assert.Equal((50, (int)layout.Width, (int)layout.Height), (codec.FrameCount, codec.Info.Width, codec.Info.Height));
        Assert.Equal(2000, codec.FrameInfo.Sum(frame => frame.Duration));
    }

    [Fact]
    public void The_end_meets_the_beginning()
    {
        using var generator = Generator.Load(Plain);
        generator.SaveInterpolation(runs["loop.png"], new() { Keys = 2, Frames = 16, Tiles = (1, 1) }, null, Token);

        using var strip = SKBitmap.Decode(runs["loop.png"]);
        var layout = GridLayout.Within(1600, 16, 1, 16, 16);
        double[] jumps = [.. Enumerable.Range(0, 16).Select(column => Difference(strip, layout, column, (column + 1) % 16))];
        // All sixteen steps are alike, that from the last to the first as any other.
        Assert.InRange(jumps[15], jumps.Min(), jumps.Max());
        Assert.True(jumps[15] < Difference(strip, layout, 0, 8) / 2);
    }

    [Fact]
    public void A_way_keeps_its_labels()
    {
        using var generator = Generator.Load(Labelled);
        int[] asked = generator.Labels!.Draw([3, null], seed: 2, image: 1);
        string hair = generator.Labels.Columns[0].Values[3];

        generator.SaveInterpolation(runs["labels.png"], new() { Keys = 4, Tiles = (1, 2), Seed = 2, Label = $"hair={hair}" }, null, Token);

        using var strip = SKBitmap.Decode(runs["labels.png"]);
        var layout = GridLayout.Within(1600, 16, 2, 16, 16);
        for (int key = 0; key < 4; key++)
        {
            AssertShows(strip, layout, key * 4, 1, ImageBytesOf(generator.Decode(generator.Latents(1, seed: 2, first: 4 + key), asked)));
        }
        Assert.Contains("hair-colour is never \"plaid\"", Refused(generator, new() { Label = "hair=plaid" }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_drawn_is_refused_before_anything_is()
    {
        using var generator = Generator.Load(Plain);

        Assert.Contains("Keys is 1; it must be between 2 and", Refused(generator, new() { Keys = 1 }), StringComparison.Ordinal);
        Assert.Contains("Frames is 1; it must be between 2 and", Refused(generator, new() { Frames = 1 }), StringComparison.Ordinal);
        Assert.Contains("FramesPerSecond is 60; it must be between", Refused(generator, new() { FramesPerSecond = 60 }), StringComparison.Ordinal);
        Assert.Contains("Tiles is 10000; it must be between", Refused(generator, new() { Tiles = (100, 100) }), StringComparison.Ordinal);
        Assert.Contains("too large; give fewer Tiles", Refused(generator, new() { Tiles = (1000, 1) }), StringComparison.Ordinal);
        Assert.Contains("Truncation is 0; it must be above 0", Refused(generator, new() { Truncation = 0 }), StringComparison.Ordinal);
        Assert.Contains("train with Condition, or leave Label out", Refused(generator, new() { Label = "hair=red" }), StringComparison.Ordinal);
        Assert.Contains("give a name that ends with .webp or .gif",
            Assert.Throws<OptionException>(() => generator.SaveInterpolation(runs["a.mp4"], new(), null, Token)).Message, StringComparison.Ordinal);
        using var points = Generator.Load(runs.Train("points", _ => RunSettings.For("ring").Training with { Steps = 3 }, source: "ring"));
        Assert.Contains("draws points", Refused(points, new()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stop_leaves_no_file()
    {
        using var generator = Generator.Load(Plain);
        using var stop = new CancellationTokenSource();
        var told = new WorkRecorder { Then = work => Cancel(stop, work.Done > 0.3 * work.Total) };

        Assert.ThrowsAny<OperationCanceledException>(() => generator.SaveInterpolation(runs["stopped.gif"], new(), told, stop.Token));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(runs["stopped.gif"])!, "stopped.gif*"));
    }

    private static void Cancel(CancellationTokenSource stop, bool now)
    {
        if (now)
        {
            stop.Cancel();
        }
    }

    private string Refused(Generator generator, InterpolationWish wish)
    {
        string message = Assert.Throws<OptionException>(() => generator.SaveInterpolation(runs["refused.gif"], wish, null, Token)).Message;
        Assert.False(File.Exists(runs["refused.gif"]));
        return message;
    }

    private static byte[] ImageBytesOf(float[] values) => [.. values.Select(value => (byte)MathF.Round((value + 1) * 127.5f))];

    private static SKColor PixelOf(SKBitmap strip, GridLayout layout, int column, int row, int x, int y) =>
        strip.GetPixel(column * (16 * layout.Scale + GridLayout.Gap) + x * layout.Scale, row * (16 * layout.Scale + GridLayout.Gap) + y * layout.Scale);

    private static double Difference(SKBitmap strip, GridLayout layout, int column, int other) => Enumerable.Range(0, 256).Sum(i =>
        Math.Abs(PixelOf(strip, layout, column, 0, i % 16, i / 16).Green - PixelOf(strip, layout, other, 0, i % 16, i / 16).Green));

    // A batch of another size may sum in another order: a last bit, which rounding to a byte can turn into one shade.
    private static void AssertShows(SKBitmap strip, GridLayout layout, int column, int row, byte[] image)
    {
        for (int i = 0; i < 256; i++)
        {
            var color = PixelOf(strip, layout, column, row, i % 16, i / 16);
            Assert.InRange(color.Red - image[i * 3], -1, 1);
            Assert.InRange(color.Green - image[i * 3 + 1], -1, 1);
            Assert.InRange(color.Blue - image[i * 3 + 2], -1, 1);
        }
    }
}
