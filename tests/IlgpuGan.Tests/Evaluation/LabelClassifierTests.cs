using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Tests.Training;

namespace IlgpuGan.Tests.Evaluation;

/// <summary>Classifiers of small images that a glance tells apart, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class LabelClassifierTests(TestDevice under) : IDisposable
{
    private const int Side = 8;

    private readonly Tests.TemporaryFolder folder = new();
    private readonly RecordingObserver observer = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Labels_that_a_glance_tells_apart_are_all_read_rightly()
    {
        using var data = Patches(200, seed: 1);
        using var fresh = Patches(50, seed: 2);
        using var classifier = Open(data);

        Assert.Equal(["place", "colour"], classifier.Columns);
        Assert.Equal([1.0, 1.0], classifier.Accuracy);
        observer.Works.AssertWhole(WorkKind.TrainingClassifier);
        Assert.Equal(Labels(fresh), classifier.Read(Pixels(fresh)));
    }

    [Fact]
    public void Reading_one_by_one_is_reading_all_at_once()
    {
        using var data = Patches(300, seed: 1);
        using var classifier = Open(data);
        byte[] pixels = Pixels(data);

        int[] all = classifier.Read(pixels);

        Assert.Equal(all[(2 * 270)..(2 * 271)], classifier.Read(data.Image(270)));
        Assert.Empty(classifier.Read([]));
        Assert.Throws<ArgumentException>(() => classifier.Read(pixels.AsSpan(1)));
    }

    [Fact]
    public void With_more_images_it_learns_from_those_alone()
    {
        // The labels of the data are turned round, so that learning from it would show.
        using var data = Patches(40, seed: 1, turned: true);
        using var classifier = LabelClassifier.Open(under.Open(), data, () => Patches(200, seed: 2), null, observer, TestContext.Current.CancellationToken);

        Assert.Equal([0.0, 1.0], classifier.Accuracy);
    }

    [Fact]
    public void A_classifier_is_trained_once_and_then_taken_from_its_file()
    {
        using var data = Patches(80, seed: 1);
        using var first = Open(data, folder.Path);
        using var second = Open(data, folder.Path);

        Assert.False(first.FromCache);
        Assert.True(second.FromCache);
        Assert.Equal(first.Accuracy, second.Accuracy);
        Assert.Equal(first.Read(Pixels(data)), second.Read(Pixels(data)));
        Assert.Empty(observer.Notices);
    }

    [Fact]
    public void Other_data_has_another_classifier()
    {
        using var data = Patches(80, seed: 1);
        using var other = Patches(80, seed: 2);
        Open(data, folder.Path).Dispose();
        using var classifier = Open(other, folder.Path);

        Assert.False(classifier.FromCache);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void A_damaged_file_costs_one_sentence_and_is_made_anew(double kept)
    {
        using var data = Patches(80, seed: 1);
        Open(data, folder.Path).Dispose();
        string file = Assert.Single(Directory.GetFiles(folder.Path));
        byte[] bytes = File.ReadAllBytes(file);
        File.WriteAllBytes(file, bytes[..(int)(bytes.Length * kept)]);

        using var anew = Open(data, folder.Path);
        Assert.False(anew.FromCache);
        string notice = Assert.Single(observer.Notices);
        Assert.Contains(file, notice, StringComparison.Ordinal);
        Assert.Contains("damaged and is trained anew", notice, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(file));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_costs_one_sentence()
    {
        using var data = Patches(80, seed: 1);
        File.WriteAllText(folder["taken"], "");

        using var classifier = Open(data, folder["taken"]);

        Assert.Equal([1.0, 1.0], classifier.Accuracy);
        Assert.Contains("not kept", Assert.Single(observer.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Training_can_be_given_up()
    {
        using var data = Patches(80, seed: 1);
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => LabelClassifier.Open(under.Open(), data, null, folder.Path, observer, stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Images_without_labels_are_refused()
    {
        using var data = ImageSet.FromBytes("plain", 8, 8, 1, new byte[64]);

        Assert.Contains("plain has no labels", Assert.Throws<ArgumentException>(() => Open(data)).Message, StringComparison.Ordinal);
    }

    private LabelClassifier Open(ImageSet data, string? cache = null) =>
        LabelClassifier.Open(under.Open(), data, null, cache, observer, TestContext.Current.CancellationToken);

    private static byte[] Pixels(ImageSet data) => [.. Enumerable.Range(0, data.Count).SelectMany(i => data.Image(i).ToArray())];

    private static int[] Labels(ImageSet data) => [.. Enumerable.Range(0, data.Count).SelectMany(i => data.Labels.Select(column => column.Values[i]))];

    /// <summary>A bright half, left or right, in red, green or blue on noise.</summary>
    private static ImageSet Patches(int count, int seed, bool turned = false)
    {
        var random = new Random(seed);
        var pixels = new byte[count * Side * Side * 3];
        int[] places = [.. Enumerable.Range(0, count).Select(_ => random.Next(2))], colours = [.. Enumerable.Range(0, count).Select(_ => random.Next(3))];
        for (int i = 0; i < pixels.Length; i++)
        {
            int image = i / (Side * Side * 3), x = i / 3 % Side;
            bool isBright = i % 3 == colours[image] && x / (Side / 2) == places[image];
            pixels[i] = (byte)((isBright ? 190 : 0) + random.Next(60));
        }
        return ImageSet.FromBytes("patches", Side, Side, 3, pixels,
        [
            new("place", ["left", "right"], turned ? [.. places.Select(place => 1 - place)] : places),
            new("colour", ["red", "green", "blue"], colours),
        ]);
    }
}
