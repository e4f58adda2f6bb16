using IlgpuGan.Imaging;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Imaging;

/// <summary>Animations, read back by Skia's decoders, which are not what wrote their containers.</summary>
public sealed class AnimationFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Kinds => ["a.webp", "a.gif"];

    public void Dispose() => folder.Dispose();

    // 37 frames are two whole groups of sixteen and a part of one.
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frames_and_times_come_back_and_it_never_ends(string name)
    {
        byte[][] frames = [.. Enumerable.Range(0, 37).Select(frame => Moving(frame, 48, 64))];
        AnimationFile.Save(folder[name], new(48, 64, 3), frames.Select(frame => new AnimationFrame(frame, TimeSpan.FromSeconds(1 / 30.0))));

        var (decoded, durations, repetitions) = Decode(folder[name]);

        Assert.Equal(37, decoded.Count);
        Assert.Equal(-1, repetitions);
        // No clock's error grows: the whole is right to one tick, and so is each frame.
        Assert.InRange(durations.Sum(), 1230, 1236);
        Assert.All(durations, duration => Assert.InRange(duration, 30, 40));
        for (int i = 0; i < 37; i++)
        {
            // Both lose some: WebP by its compression, GIF by its 256 colours. A frame of another moment is off by 20 and more.
            Assert.True(Difference(frames[i], decoded[i]) < 6, $"Frame {i} is off by {Difference(frames[i], decoded[i])}.");
        }
        Assert.True(Difference(frames[0], decoded[9]) > 20);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frames_that_are_all_alike_last_as_long_as_they_should(string name)
    {
        AnimationFile.Save(folder[name], new(8, 8, 3), Enumerable.Repeat(new AnimationFrame(Moving(0, 8, 8), TimeSpan.FromMilliseconds(50)), 20));

        Assert.Equal(1000, Decode(folder[name]).Durations.Sum());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void One_frame_is_enough(string name)
    {
        AnimationFile.Save(folder[name], new(1, 1, 1), [new([200], TimeSpan.FromSeconds(1))]);

        var (frames, _, _) = Decode(folder[name]);
        Assert.InRange(frames.Single()[0], 196, 204);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_is_transparent_lies_on_white(string name)
    {
        byte[] clear = [.. Enumerable.Repeat<byte[]>([10, 20, 30, 0], 256).SelectMany(pixel => pixel)], half = [.. Enumerable.Repeat<byte[]>([0, 0, 0, 128], 256).SelectMany(pixel => pixel)];
        AnimationFile.Save(folder[name], new(16, 16, 4), [new(half, TimeSpan.FromSeconds(1)), new(clear, TimeSpan.FromSeconds(1))]);

        var (frames, _, _) = Decode(folder[name]);
        Assert.All(frames[0], value => Assert.InRange(value, 124, 130));
        Assert.All(frames[1], value => Assert.InRange(value, 253, 255));
    }

    [Fact]
    public void Gif_keeps_up_to_256_colours_exactly_however_often_its_codes_run_out()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        foreach (var (height, width) in new[] { (1, 2), (3, 5), (61, 64), (200, 333) })
        {
            var noise = new byte[height * width];
            random.NextBytes(noise);
            AnimationFile.Save(folder["noise.gif"], new(height, width, 1),
                [new(noise, TimeSpan.FromSeconds(1)), new(new byte[noise.Length], TimeSpan.FromSeconds(1)), new(noise, TimeSpan.FromSeconds(1))]);

            var (frames, _, _) = Decode(folder["noise.gif"]);
            byte[] expected = [.. noise.SelectMany(value => new[] { value, value, value })];
            Assert.Equal([expected, new byte[expected.Length], expected], frames);
        }
    }

    [Fact]
    public void Gif_finds_good_colours_for_many()
    {
        // 16,384 colours on a plane through the cube.
        byte[] plane = [.. from y in Enumerable.Range(0, 128) from x in Enumerable.Range(0, 128) from value in (byte[])[(byte)(2 * x), (byte)(2 * y), 90] select value];
        AnimationFile.Save(folder["plane.gif"], new(128, 128, 3), [new(plane, TimeSpan.FromSeconds(1))]);

        // The best 256 squares of 16 x 16 shades leave a root mean square of 16 / sqrt(12) = 4.6 in two of three channels: 3.8 over all.
        Assert.InRange(Difference(plane, Decode(folder["plane.gif"]).Frames[0]), 3, 4.5);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_fails_midway_leaves_the_old_file(string name)
    {
        File.WriteAllText(folder[name], "old");
        static IEnumerable<AnimationFrame> Frames()
        {
            for (int i = 0; i < 40; i++)
            {
                yield return i < 30 ? new(new byte[64], TimeSpan.FromSeconds(1)) : throw new OperationCanceledException();
            }
        }

        Assert.Throws<OperationCanceledException>(() => AnimationFile.Save(folder[name], new(8, 8, 1), Frames()));
        Assert.Equal("old", File.ReadAllText(folder[name]));
        Assert.Empty(Directory.GetFiles(folder.Path, "*.tmp"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_cannot_be_written_is_refused(string name)
    {
        Assert.Throws<ArgumentException>(() => AnimationFile.Save(folder[name], new(8, 8, 1), []));
        Assert.Throws<ArgumentException>(() => AnimationFile.Save(folder[name], new(8, 8, 1), [new(new byte[63], TimeSpan.FromSeconds(1))]));
        // Refused before any frame is asked for.
        var never = Enumerable.Range(0, 1).Select<int, AnimationFrame>(_ => throw new InvalidOperationException());
        Assert.Throws<ImageTooLargeException>(() => AnimationFile.Save(folder[name], new(1, 16_384, 1), never));
        Assert.Throws<ImageTooLargeException>(() => AnimationFile.Save(folder[name], new(5000, 5000, 1), never));
        Assert.Throws<ArgumentException>(() => AnimationFile.Save(folder["a.mp4"], new(8, 8, 1), never));
        Assert.False(File.Exists(folder[name]));
    }

    /// <summary>A bright spot that goes round on a smooth ground.</summary>
    private static byte[] Moving(int frame, int height, int width)
    {
        var pixels = new byte[height * width * 3];
        double left = width * (0.5 + 0.3 * Math.Cos(frame / 3.0)), top = height * (0.5 + 0.3 * Math.Sin(frame / 3.0));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double light = Math.Exp(-(Math.Pow(x - left, 2) + Math.Pow(y - top, 2)) / (height * width / 30.0));
                int at = (y * width + x) * 3;
                (pixels[at], pixels[at + 1], pixels[at + 2]) = ((byte)(255 * light), (byte)(y * 255 / height * (1 - light)), (byte)(255 * (1 - light)));
            }
        }
        return pixels;
    }

    private static double Difference(byte[] one, byte[] other) => Math.Sqrt(one.Zip(other, (a, b) => (double)(a - b) * (a - b)).Average());

    private static (List<byte[]> Frames, int[] Durations, int Repetitions) Decode(string path)
    {
        using var codec = SKCodec.Create(path);
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var frames = new List<byte[]>();
        for (int i = 0; i < Math.Max(1, codec.FrameCount); i++)
        {
            using var bitmap = new SKBitmap(info);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(info, bitmap.GetPixels(), info.RowBytes, new SKCodecOptions(i)));
            frames.Add([.. bitmap.GetPixelSpan().ToArray().Chunk(4).SelectMany(pixel => pixel.Take(3))]);
            Assert.All(bitmap.GetPixelSpan().ToArray().Chunk(4), pixel => Assert.Equal(255, pixel[3]));
        }
        return (frames, [.. codec.FrameInfo.Select(frame => frame.Duration)], codec.RepetitionCount);
    }
}
