using IlgpuGan.Data;
using IlgpuGan.Evaluation;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Data;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Tests.Training;

namespace IlgpuGan.Tests.Evaluation;

/// <summary>Readers of runs, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class ModeReaderTests(TestDevice under) : IDisposable
{
    private const int Classes = 3, Side = 8;

    private readonly Data.TemporaryFolder folder = new();
    private readonly RecordingObserver observer = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_colour_of_a_stack_is_read_with_the_classifier_of_the_grey_images()
    {
        var options = new ImageSetOptions { Source = $"stack3:{WriteDigits()}", StackCount = 40, UseCache = false };
        using var stacks = Loading.Load(options.Source, _ => options);
        using var reader = Open(options, stacks);

        Assert.True(reader.IsStacked);
        Assert.Equal(["red", "green", "blue"], reader.Columns.Columns.Select(column => column.Name));
        Assert.Equal([1.0, 1.0, 1.0], reader.Accuracy);
        int[] expected = [.. Enumerable.Range(0, stacks.Count).SelectMany(i => stacks.Labels.Select(column => column.Values[i]))];
        Assert.Equal(expected, reader.Data);
        Assert.Equal(expected, reader.Read([.. Enumerable.Range(0, stacks.Count).SelectMany(i => stacks.Image(i).ToArray())]));
    }

    [Fact]
    public void Data_that_has_changed_is_said()
    {
        var options = new ImageSetOptions { Source = WriteDigits(), UseCache = false };
        using var data = Loading.Load(options.Source);
        using var reader = Open(options, data, fingerprint: "another");

        Assert.Contains("has changed since the run", Assert.Single(observer.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_is_gone_is_named()
    {
        var options = new ImageSetOptions { Source = WriteDigits(), UseCache = false };
        using var data = Loading.Load(options.Source);
        File.Delete(options.Source);

        Assert.Contains("does not exist", Assert.Throws<SourceUnavailableException>(() => Open(options, data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_labels_and_points_are_refused()
    {
        string path = folder.File("plain.idx", TestImages.Idx([2, Side, Side], new byte[2 * Side * Side]));
        var options = new ImageSetOptions { Source = path, UseCache = false };
        using var data = Loading.Load(path);

        Assert.Contains("have none", Assert.Throws<OptionException>(() => Open(options, data)).Message, StringComparison.Ordinal);
        var points = Record(new() { Source = "ring" }, data) with { Data = new("", 1, 1, 1, 2, IsPoints: true) };
        Assert.Contains("points", Assert.Throws<OptionException>(() => ModeReader.Open(points, under.Open(), null, observer, TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    private ModeReader Open(ImageSetOptions options, ImageSet data, string? fingerprint = null)
    {
        var record = Record(options, data);
        return ModeReader.Open(
            record with { Data = record.Data with { Fingerprint = fingerprint ?? data.Fingerprint } }, under.Open(), null, observer, TestContext.Current.CancellationToken);
    }

    private static RunRecord Record(ImageSetOptions options, ImageSet data) => new(
        RunRecord.CurrentFormat,
        new RunSettings { Data = options },
        new RunData(data.Fingerprint, data.Count, data.Height, data.Width, data.Channels, IsPoints: false),
        "cpu",
        RunVersions.Current());

    /// <summary>Images of noise with a bright stripe, whose place is the class.</summary>
    private string WriteDigits()
    {
        const int count = 90;
        var random = new Random(5);
        byte[] labels = [.. Enumerable.Range(0, count).Select(i => (byte)(i % Classes))];
        byte[] pixels = [.. Enumerable.Range(0, count * Side * Side).Select(i =>
            (byte)((i / Side % Side / 3 == labels[i / (Side * Side)] ? 180 : 0) + random.Next(60)))];
        folder.File("train-labels-idx1-ubyte", TestImages.Idx([count], labels));
        return folder.File("train-images-idx3-ubyte", TestImages.Idx([count, Side, Side], pixels));
    }
}
