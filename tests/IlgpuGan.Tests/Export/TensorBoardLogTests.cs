using IlgpuGan.Export;
using IlgpuGan.Imaging;

namespace IlgpuGan.Tests.Export;

public sealed class TensorBoardLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Events => folder["tensorboard"];

    public void Dispose() => folder.Dispose();

    private void Session(long from, params long[] steps)
    {
        using var log = TensorBoardLog.Begin(Events, from, TimeProvider.System);
        foreach (var step in steps)
        {
            log.AddScalars(step, [new("loss/discriminator", step / 2.0), new("zero", 0)]);
        }
    }

    private List<long> Steps() => [.. TensorBoardReader.ReadFolder(Events).Where(one => one.Numbers.Count > 0).Select(one => one.Step)];

    [Fact]
    public void A_file_begins_with_its_version_and_holds_what_was_added()
    {
        Session(0, 10, 20);
        var file = Assert.Single(Directory.GetFiles(Events));
        Assert.StartsWith("events.out.tfevents.", Path.GetFileName(file), StringComparison.Ordinal);
        var events = TensorBoardReader.Read(file);
        Assert.Equal("brain.Event:2", events[0].Version);
        Assert.Equal([10, 20], Steps());
        Assert.Equal(new Dictionary<string, float> { ["loss/discriminator"] = 5, ["zero"] = 0 }, events[1].Numbers);
        Assert.InRange(events[1].WallTime, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_picture_keeps_its_bytes_and_says_its_shape(int channels)
    {
        ImageFile.SavePng(folder["a.png"], new byte[5 * 7 * channels], 5, 7, channels);
        var png = File.ReadAllBytes(folder["a.png"]);
        using (var log = TensorBoardLog.Begin(Events, 0, TimeProvider.System))
        {
            log.AddImage(3, "samples", png);
            Assert.Throws<ArgumentException>(() => log.AddImage(4, "samples", [1, 2, 3]));
        }

        var (height, width, kind, bytes) = TensorBoardReader.ReadFolder(Events)[1].Images["samples"];
        Assert.Equal((5, 7), (height, width));
        // Skia writes what is opaque without alpha.
        Assert.Equal(png[25] switch { 0 => 1, 2 => 3, _ => 4 }, kind);
        Assert.Equal(png, bytes);
    }

    [Fact]
    public void A_session_that_goes_on_appends_a_file_and_doubles_no_step()
    {
        Session(0, 10, 20, 30);
        Session(20, 30, 40);
        Assert.Equal(2, Directory.GetFiles(Events).Length);
        Assert.Equal([10, 20, 30, 40], Steps());
        Session(0, 10);
        Assert.Equal([10], Steps());
    }

    [Fact]
    public void A_viewer_that_has_read_on_is_told_from_where_the_run_goes_on()
    {
        Session(0, 10, 20, 30);
        Session(20, 30);
        Assert.Equal([21], TensorBoardReader.ReadFolder(Events).Where(one => one.IsSessionStart).Select(one => one.Step));
    }

    [Fact]
    public void What_a_crash_left_incomplete_is_cut_off()
    {
        Session(0, 10, 20);
        var file = Directory.GetFiles(Events)[0];
        using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.SetLength(stream.Length - 3);
        }

        Session(20, 30);
        Assert.Equal([10, 30], Steps());
    }

    [Theory]
    [InlineData("")]
    [InlineData("no event file at all, but long enough to hold a header")]
    public void A_file_that_is_none_is_no_obstacle(string content)
    {
        Directory.CreateDirectory(Events);
        File.WriteAllText(Path.Combine(Events, "events.out.tfevents.0000000001.x"), content);
        Session(0, 10);
        Assert.Equal([10], Steps());
    }
}
