using IlgpuGan.Data;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

/// <summary>The samples of a real run, and pictures put in their place.</summary>
public sealed class TimelapseTests : IDisposable
{
    private readonly TrainedRuns runs = new();
    private readonly WorkRecorder told = new();

    private string Run => runs.Train("run", options => options);

    public void Dispose() => runs.Dispose();

    [Fact]
    public void A_run_shows_its_samples()
    {
        Assert.Equal((2, 3L), Save("a.webp"));

        using var codec = SKCodec.Create(runs["a.webp"]);
        using var sample = SKBitmap.Decode(Path.Combine(Run, "samples", "step-000003.png"));
        Assert.Equal(2, codec.FrameCount);
        Assert.Equal(sample.Width, codec.Info.Width);
        // Below the picture is room for the step.
        Assert.True(codec.Info.Height > sample.Height);
        // Two samples are not stretched over ten seconds; the last rests.
        Assert.Equal([800, 2800], codec.FrameInfo.Select(frame => frame.Duration));
    }

    [Fact]
    public void Of_many_samples_some_are_shown_and_always_the_first_and_the_last()
    {
        Put([.. Enumerable.Range(1, 60).Select(step => (step * 1000, 20, 20, (byte)step))]);

        Assert.Equal((20, 60_000L), Save("a.gif", new() { Seconds = 2, FramesPerSecond = 10 }));
        told.AssertWhole(WorkKind.JoiningSamples);

        using var codec = SKCodec.Create(runs["a.gif"]);
        Assert.Equal(4000, codec.FrameInfo.Sum(frame => frame.Duration));
        Assert.Equal((1, 60), (Pixel(codec, 0, 100, 10).Red, Pixel(codec, 19, 100, 10).Red));
    }

    [Fact]
    public void Samples_of_other_sizes_are_brought_to_the_middle_of_the_largest()
    {
        Put([(1, 120, 120, 10), (2, 400, 300, 20), (3, 130, 400, 30)]);

        Save("a.gif");

        using var codec = SKCodec.Create(runs["a.gif"]);
        Assert.Equal(400, codec.Info.Width);
        // 120 x 120 three times as large, from 20 to 380; 130 x 400 (height, width) as it is, in the middle.
        Assert.Equal((255, 10, 10, 255), (Pixel(codec, 0, 15, 200).Red, Pixel(codec, 0, 25, 200).Red, Pixel(codec, 0, 375, 200).Red, Pixel(codec, 0, 385, 200).Red));
        Assert.Equal((255, 30, 30, 255), (Pixel(codec, 2, 200, 130).Red, Pixel(codec, 2, 200, 140).Red, Pixel(codec, 2, 200, 260).Red, Pixel(codec, 2, 200, 270).Red));
    }

    [Fact]
    public void A_strip_shows_twelve_and_is_not_too_large()
    {
        Put([.. Enumerable.Range(1, 30).Select(step => (step, 1500, 1000, (byte)step))]);

        Assert.Equal((12, 30L), Save("a.png"));

        using var strip = SKBitmap.Decode(runs["a.png"]);
        // Shrunk to 1280 and 853 pixels, in three or four columns or rows.
        Assert.InRange(strip.Height, 1280 * 3, 1400 * 4);
        Assert.InRange(strip.Width, 853 * 3, 860 * 4);
    }

    [Fact]
    public void What_is_no_sample_is_passed_over_and_what_is_damaged_named()
    {
        Put([(5, 20, 20, 1), (1_234_567, 20, 20, 2)]);
        File.WriteAllText(Path.Combine(Run, "samples", "step-last.png"), "");
        Assert.Equal((2, 1_234_567L), Save("a.gif"));

        File.WriteAllText(Path.Combine(Run, "samples", "step-000007.png"), "damaged");
        Assert.Contains("step-000007.png is not a PNG", Assert.ThrowsAny<DataException>(() => Save("b.gif")).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(runs["b.gif"]));
    }

    [Fact]
    public void What_cannot_be_shown_is_refused()
    {
        Assert.Contains("FramesPerSecond is 0; it must be between", Assert.Throws<OptionException>(() => Save("a.gif", new() { FramesPerSecond = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("Seconds is NaN; it must be between", Assert.Throws<OptionException>(() => Save("a.gif", new() { Seconds = double.NaN })).Message, StringComparison.Ordinal);
        Assert.Contains("give a name that ends with", Assert.Throws<OptionException>(() => Save("a.jpg")).Message, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(Run, "samples"), recursive: true);
        Assert.Contains("has no samples yet", Assert.Throws<RunFolderException>(() => Save("a.gif")).Message, StringComparison.Ordinal);
        Assert.Throws<RunFolderException>(() => Timelapse.Save(runs["nothing"], runs["a.gif"], new(), cancellation: TestContext.Current.CancellationToken));
    }

    private (int, long) Save(string name, TimelapseWish? wish = null) => Timelapse.Save(Run, runs[name], wish ?? new(), told, TestContext.Current.CancellationToken);

    /// <summary>Grey pictures in the place of the samples.</summary>
    private void Put((int Step, int Height, int Width, byte Shade)[] samples)
    {
        string folder = Path.Combine(Run, "samples");
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
        foreach (var (step, height, width, shade) in samples)
        {
            ImageFile.SavePng(Path.Combine(folder, $"step-{step:D6}.png"), [.. Enumerable.Repeat(shade, height * width)], height, width, 1);
        }
    }

    private static SKColor Pixel(SKCodec codec, int frame, int x, int y)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        using var bitmap = new SKBitmap(info);
        Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), info.RowBytes, new SKCodecOptions(frame)));
        return bitmap.GetPixel(x, y);
    }
}
