using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

public sealed class Stack3Tests : IDisposable
{
    private const int Digits = 7;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_colour_is_an_image_with_its_label()
    {
        // All pixels of image i are 10 i, and its label is i modulo 4.
        using ImageSet set = Load(WriteDigits(), count: 50);

        Assert.Equal((50, 4, 5, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal(["red", "green", "blue"], set.Labels.Select(column => column.Name));
        Assert.All(set.Labels, column => Assert.Equal(["0", "1", "2", "3"], column.ValueNames));
        for (int i = 0; i < set.Count; i++)
        {
            byte[] image = set.Image(i).ToArray();
            for (int colour = 0; colour < 3; colour++)
            {
                byte[] channel = [.. image.Where((_, at) => at % 3 == colour)];
                Assert.Single(channel.Distinct());
                Assert.Equal(channel[0] / 10 % 4, set.Labels[colour].Values[i]);
            }
        }
    }

    [Fact]
    public void Images_are_picked_evenly_and_each_colour_for_itself()
    {
        const int count = 4900;
        using ImageSet set = Load(WriteDigits(), count);

        var pairs = Enumerable.Range(0, count).GroupBy(i => (set.Image(i)[0], set.Image(i)[1])).ToList();

        // 49 pairs of red and green, 100 of each expected with a deviation of 10; 4.5 deviations.
        Assert.Equal(Digits * Digits, pairs.Count);
        Assert.All(pairs, pair => Assert.InRange(pair.Count(), 55, 145));
    }

    [Fact]
    public void A_stack_is_a_function_of_seed_and_number()
    {
        string path = WriteDigits();
        using ImageSet one = Load(path, 20), more = Load(path, 30);
        using ImageSet other = Loading.Load($"stack3:{path}", o => o with { StackCount = 20, StackSeed = 2 });

        Assert.All(Enumerable.Range(0, 20), i => Assert.Equal(one.Image(i).ToArray(), more.Image(i).ToArray()));
        Assert.NotEqual(one.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public void Images_are_scaled_as_those_of_other_sources()
    {
        string path = WriteDigits();
        using ImageSet plain = Loading.Load(path, o => o with { Size = new ImageSize(8, 8) });
        using ImageSet set = Loading.Load($"stack3:{path}", o => o with { Size = new ImageSize(8, 8), StackCount = 3 });

        Assert.Equal((8, 8, 3), (set.Height, set.Width, set.Channels));
        byte[] red = [.. set.Image(1).ToArray().Where((_, at) => at % 3 == 0)];
        Assert.Contains(Enumerable.Range(0, Digits), i => plain.Image(i).SequenceEqual(red));
    }

    [Fact]
    public void A_folder_with_idx_files_is_taken_and_the_stacks_are_cached()
    {
        WriteDigits();
        ImageSet Cached() => ImageSetLoader.Load(
            new ImageSetOptions { Source = $"stack3:{folder}", StackCount = 9, CacheFolder = Path.Combine(folder, "cache") }, null, TestContext.Current.CancellationToken);
        using ImageSet first = Cached(), second = Cached();

        Assert.False(first.FromCache);
        Assert.True(second.FromCache);
        Assert.Equal(first.Fingerprint, second.Fingerprint);
    }

    [Fact]
    public void Images_without_labels_are_refused_with_the_remedy()
    {
        string path = folder.File("train-images-idx3-ubyte", TestImages.Idx([2, 4, 5], new byte[40]));

        Loading.Refuses<SourceUnsupportedException>($"stack3:{path}", null, path, "no labels", "train-labels-idx1-ubyte");
    }

    [Fact]
    public void Colour_images_are_refused_with_the_remedy()
    {
        folder.File("a.png", TestImages.Png(16, 16, 1, 2, 3));

        Loading.Refuses<SourceUnsupportedException>($"stack3:{folder}", null, "grey", "IDX");
    }

    [Fact]
    public void Other_channels_than_three_are_refused() =>
        Loading.Refuses<DataOptionException>($"stack3:{WriteDigits()}", o => o with { Channels = 1 }, "Channels 1", "leave it out");

    [Fact]
    public void Less_than_one_stack_is_refused() =>
        Loading.Refuses<DataOptionException>($"stack3:{WriteDigits()}", o => o with { StackCount = 0 }, "0 stacks", "at least 1");

    [Fact]
    public void A_path_that_does_not_exist_is_named() =>
        Loading.Refuses<SourceUnavailableException>("stack3:/nowhere/digits", null, "'/nowhere/digits' does not exist");

    private static ImageSet Load(string path, int count) => Loading.Load($"stack3:{path}", o => o with { StackCount = count });

    private string WriteDigits()
    {
        folder.File("train-labels-idx1-ubyte", TestImages.Idx([Digits], [.. Enumerable.Range(0, Digits).Select(i => (byte)(i % 4))]));
        return folder.File("train-images-idx3-ubyte", TestImages.Idx([Digits, 4, 5], [.. Enumerable.Range(0, Digits * 20).Select(i => (byte)(i / 20 * 10))]));
    }
}
