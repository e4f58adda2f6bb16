using System.Formats.Tar;
using System.IO.Compression;
using IlgpuGan.Generation;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Training;
using IlgpuGan.Training;
using SkiaSharp;

namespace IlgpuGan.Tests.Generation;

public sealed class GeneratorPicturesTests : SessionFixture
{
    private readonly List<string> notices = [];

    private Generator Open(string name) => Generator.Load(this[name], null, Engine, notices.Add);

    [Fact]
    public void It_draws_from_the_last_good_checkpoint_without_the_data()
    {
        using (var session = TrainingSession.Start(this["run"], Settings with { Training = Settings.Training with { Steps = 30 } }, false, Engine, Observer, Engine.Clock, Token))
        {
            session.Run(Token);
        }

        Assert.Equal(["gradients.png", "losses.png", "reals.png", "samples/step-000001.png", "samples/step-000030.png"], Files("run", "*.png"));
        File.WriteAllText(this["run/checkpoints/step-000040.safetensors"], "damaged");
        using var generator = Open("run");
        Assert.Equal(30, generator.Step);
        Assert.Single(notices);
        generator.SaveGrid(this["pictures/grid.png"], new SampleWish(64, 1), null, Token);
        Assert.Equal(File.ReadAllBytes(this["run/samples/step-000030.png"]), File.ReadAllBytes(this["pictures/grid.png"]));
    }

    [Fact]
    public void Into_a_folder_it_writes_one_file_per_image()
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        var told = new WorkRecorder();
        generator.SaveFolder(this["pictures"], new SampleWish(70, 5), told, Token);
        told.AssertWhole(WorkKind.Generating);
        Assert.Equal(Enumerable.Range(0, 70).Select(i => $"seed5-{i:D6}.png"), Files("pictures"));
    }

    [Fact]
    public void Files_of_a_folder_are_numbered_and_jpeg_where_that_is_wished()
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        generator.SaveFolder(this["pictures"], new SampleWish(3, 5), new PictureFiles(PictureFormat.Jpg, IsNumbered: true), cancellation: Token);
        generator.SaveFolder(this["pictures"], new SampleWish(2, 5), new PictureFiles(IsNumbered: true), cancellation: Token);
        Assert.Equal(["1.jpg", "1.png", "2.jpg", "2.png", "3.jpg"], Files("pictures"));
        Assert.Equal(SKEncodedImageFormat.Jpeg, CodecOf(File.ReadAllBytes(this["pictures/1.jpg"])));
    }

    [Theory]
    [InlineData("tgz", true)]
    [InlineData("tar.gz", true)]
    // Files as small as these have a block of a tar each, whatever their quality.
    [InlineData("tar", false)]
    [InlineData("zip", true)]
    public void An_archive_holds_every_image_and_stays_below_its_limit(string ending, bool canShrink)
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        string path = this[$"images.{ending}"];
        var files = new PictureFiles(PictureFormat.Jpg, IsNumbered: true);
        var best = generator.SaveArchive(path, new SampleWish(70, 5), files, null, cancellation: Token);
        Assert.Equal((new FileInfo(path).Length, (int?)PictureArchive.BestQuality), (best.Bytes, best.Quality));
        var bytes = File.ReadAllBytes(path);
        generator.SaveArchive(path, new SampleWish(70, 5), files, best.Bytes + 1, cancellation: Token);
        Assert.Equal(bytes, File.ReadAllBytes(path));

        var told = new WorkRecorder();
        long limit = canShrink ? best.Bytes : best.Bytes + 1;
        var made = generator.SaveArchive(path, new SampleWish(70, 5), files, limit, told, Token);

        told.AssertWhole(WorkKind.Generating);
        Assert.InRange(made.Quality!.Value, 1, canShrink ? PictureArchive.BestQuality - 1 : PictureArchive.BestQuality);
        Assert.InRange(new FileInfo(path).Length, 1, limit - 1);
        var unpacked = Unpacked(path);
        Assert.Equal(Enumerable.Range(1, 70).Select(number => $"{number}.jpg"), unpacked.Select(file => file.Name));
        Assert.All(unpacked, file => Assert.Equal(SKEncodedImageFormat.Jpeg, CodecOf(file.Bytes)));
        using var drawn = SKBitmap.Decode(unpacked[69].Bytes);
        Assert.Equal((16, 16), (drawn.Width, drawn.Height));
        // The image is the generator's, not one of another number.
        byte[] expected = [.. generator.Draw(new SampleWish(70, 5), null, Token).SelectMany(part => part.Images).Skip(69 * 768)];
        Assert.InRange(drawn.Pixels.Zip(expected.Chunk(3), (pixel, rgb) => Math.Abs(pixel.Green - rgb[1])).Average(), 0, 16);
        Assert.Empty(Directory.GetFiles(this["."], "*.tmp"));
    }

    [Fact]
    public void An_archive_that_cannot_be_small_enough_is_refused_and_the_old_one_stays()
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        string path = this["images.zip"];
        File.WriteAllText(path, "old");
        string Refusal(PictureFiles files, long limit, int count = 70) => Assert.Throws<OptionException>(
            () => generator.SaveArchive(path, new SampleWish(count, 5), files, limit, cancellation: Token)).Message;
        Assert.Matches(@"images.zip would have 0\.\d+ MB even at the lowest quality, and is to stay below 0\.005; give a smaller Count, a larger Limit\.",
            Refusal(new(PictureFormat.Jpg), 5000));
        Assert.EndsWith("give a smaller Count, a larger Limit, or Format jpg.", Refusal(new(), 5000), StringComparison.Ordinal);
        Assert.Contains("Count 2000000000 is too many for path", Refusal(new(), 5000, 2_000_000_000), StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(path));
    }

    private static SKEncodedImageFormat CodecOf(byte[] file)
    {
        using var codec = SKCodec.Create(new MemoryStream(file));
        return codec.EncodedFormat;
    }

    private static List<(string Name, byte[] Bytes)> Unpacked(string path)
    {
        static byte[] All(Stream stream)
        {
            using var memory = new MemoryStream();
            stream.CopyTo(memory);
            return memory.ToArray();
        }

        using var file = File.OpenRead(path);
        if (path.EndsWith(".zip", StringComparison.Ordinal))
        {
            using var zip = new ZipArchive(file);
            return [.. zip.Entries.Select(entry => (entry.FullName, All(entry.Open())))];
        }
        using var tar = new TarReader(path.EndsWith(".tar", StringComparison.Ordinal) ? file : new GZipStream(file, CompressionMode.Decompress));
        var found = new List<(string, byte[])>();
        while (tar.GetNextEntry() is { } entry)
        {
            found.Add((entry.Name, All(entry.DataStream!)));
        }
        return found;
    }

    [Fact]
    public void A_count_that_no_picture_holds_is_refused_before_anything_is_drawn()
    {
        StartAndStop("run", 30);
        using var generator = Open("run");
        Assert.Contains("Count 1000000 is too many for one picture",
            Assert.Throws<OptionException>(() => generator.SaveGrid(this["grid.png"], new SampleWish(1_000_000, 1), null, Token)).Message, StringComparison.Ordinal);
        Assert.StartsWith("Count is 0; it must be between 1 and",
            Assert.Throws<OptionException>(() => generator.SaveGrid(this["grid.png"], new SampleWish(0, 1), null, Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_without_a_checkpoint_says_so()
    {
        StartAndDie("run", 3);
        Assert.Contains("has no checkpoint yet", Assert.Throws<CheckpointException>(() => Open("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_refused()
    {
        StartAndStop("run", 30);
        StartAndStop("other", 40, Settings with { Training = Settings.Training with { Width = 9 } });
        File.Copy(this["other/checkpoints/step-000040.safetensors"], this["run/checkpoints/step-000040.safetensors"]);
        Assert.Contains("belongs to another network", Assert.Throws<CheckpointException>(() => Open("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_go_into_one_plot()
    {
        var points = RunSettings.For("ring");
        Start("run", points with { Training = points.Training with { Steps = 5 } });
        using var generator = Open("run");
        generator.SaveGrid(this["points.png"], new SampleWish(500, 1), null, Token);
        Assert.True(File.Exists(this["points.png"]));
        Assert.Contains(
            "Count is 1000000000; it must be between 1 and 1000000",
            Assert.Throws<OptionException>(() => generator.SaveGrid(this["more.png"], new SampleWish(1_000_000_000, 1), null, Token)).Message, StringComparison.Ordinal);
        Assert.Contains("draws points", Assert.Throws<OptionException>(() => generator.SaveFolder(this["folder"], new SampleWish(5, 1), null, Token)).Message, StringComparison.Ordinal);
    }
}
