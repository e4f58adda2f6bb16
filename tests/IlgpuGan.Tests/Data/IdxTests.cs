using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

public sealed class IdxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly byte[] pixels = [.. Enumerable.Range(0, 3 * 4 * 5).Select(i => (byte)(i * 4))];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte", false, false)]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", true, true)]
    [InlineData("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte", true, false)]
    [InlineData("t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte.gz", false, true)]
    [InlineData("images.idx", "labels.idx", false, false)]
    public void Images_come_bit_for_bit_with_the_labels_beside_them(string images, string labels, bool zipped, bool labelsZipped)
    {
        string path = Write(images, TestImages.Idx([3, 4, 5], pixels), zipped);
        Write(labels, TestImages.Idx([3], [2, 0, 1]), labelsZipped);
        using ImageSet set = Loading.Load(path);
        Assert.Equal((3, 4, 5, 1), (set.Count, set.Height, set.Width, set.Channels));
        Assert.Equal(pixels[20..40], set.Image(1).ToArray());
        LabelColumn column = Assert.Single(set.Labels);
        Assert.Equal(["0", "1", "2"], column.ValueNames);
        Assert.Equal([2, 0, 1], column.Values);
    }

    [Fact]
    public void Without_labels_beside_there_are_none_and_size_and_channels_can_be_asked()
    {
        string path = Write("digits.idx", TestImages.Idx([3, 4, 5], pixels));
        using ImageSet set = Loading.Load(path, o => o with { Size = new ImageSize(8, 8), Channels = 3 });
        Assert.Empty(set.Labels);
        Assert.Equal((8, 8, 3), (set.Height, set.Width, set.Channels));
        Assert.Equal(set.Image(0)[0], set.Image(0)[2]);
    }

    [Fact]
    public void Of_a_folder_with_idx_files_the_training_images_are_taken()
    {
        Write("t10k-images-idx3-ubyte", TestImages.Idx([1, 4, 5], pixels[..20]));
        Write("train-images-idx3-ubyte", TestImages.Idx([3, 4, 5], pixels));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(3, set.Count);
    }

    [Theory]
    [InlineData("emnist-letters-test-images-idx3-ubyte.gz", "emnist-letters-train-images-idx3-ubyte.gz", "emnist-letters-train-labels-idx1-ubyte.gz", true)]
    [InlineData("a-test-images.idx", "z-train-images.idx", "z-train-labels.idx", false)]
    [InlineData("kmnist-t10k-images-idx3-ubyte", "kmnist-train-images-idx3-ubyte", "kmnist-train-labels-idx1-ubyte", false)]
    public void Of_a_family_named_as_it_is_downloaded_the_training_images_are_taken(string test, string train, string labels, bool zipped)
    {
        Write(test, TestImages.Idx([1, 4, 5], pixels[..20]), zipped);
        Write(train, TestImages.Idx([3, 4, 5], pixels), zipped);
        Write(labels, TestImages.Idx([3], [2, 0, 1]), zipped);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(3, set.Count);
        Assert.Equal(train, set.Summary.Source);
        Assert.Equal([2, 0, 1], Assert.Single(set.Labels).Values);
        Assert.Contains(set.Summary.Remarks, remark => remark.Contains($"left out: {test}", StringComparison.Ordinal));
    }

    [Fact]
    public void Several_training_sets_in_one_folder_are_refused_and_listed()
    {
        foreach (string name in new[] { "balanced", "letters", "digits" })
        {
            Write($"emnist-{name}-train-images-idx3-ubyte.gz", TestImages.Idx([1, 4, 5], pixels[..20]), zipped: true);
            Write($"emnist-{name}-test-images-idx3-ubyte.gz", TestImages.Idx([1, 4, 5], pixels[..20]), zipped: true);
        }

        Loading.Refuses<SourceUnsupportedException>(
            folder, null, "3 training sets", "emnist-balanced-train", "emnist-digits-train", "emnist-letters-train-images-idx3-ubyte.gz", "name one");
    }

    [Fact]
    public void A_set_unpacked_beside_its_gzip_is_one_set()
    {
        Write("MNIST/raw/train-images-idx3-ubyte.gz", TestImages.Idx([3, 4, 5], pixels), zipped: true);
        Write("MNIST/raw/train-images-idx3-ubyte", TestImages.Idx([3, 4, 5], pixels));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(3, set.Count);
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void A_wrong_magic_is_refused()
    {
        byte[] file = TestImages.Idx([3, 4, 5], pixels);
        file[2] = 0x0D;
        Loading.Refuses<SourceUnsupportedException>(Write("x-idx3-ubyte", file), null, "x-idx3-ubyte", "00000D03", "00000803");
    }

    [Fact]
    public void A_file_of_labels_is_refused_with_the_remedy() => Loading.Refuses<SourceUnsupportedException>(
        Write("train-labels-idx1-ubyte", TestImages.Idx([3], new byte[30])), null, "file of labels", "name the file of images");

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_plain_file_of_another_length_than_it_announces_is_refused(int more)
    {
        byte[] file = TestImages.Idx([3, 4, 5], new byte[60 + more]);
        Loading.Refuses<SourceCorruptException>(Write("x.idx", file), null, "x.idx", "3 x 4 x 5 = 60 bytes", "again");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public void A_zipped_file_of_another_length_than_it_announces_is_refused(int more)
    {
        byte[] file = TestImages.Idx([3, 4, 5], new byte[60 + more]);
        Loading.Refuses<SourceCorruptException>(Write("x.idx.gz", file, zipped: true), null, "x.idx.gz", "60 bytes", "again");
    }

    [Fact]
    public void A_gzip_cut_anywhere_is_refused()
    {
        byte[] noise = new byte[3000];
        new Random(3).NextBytes(noise);
        byte[] gzip = TestImages.Gzip(TestImages.Idx([30, 10, 10], noise));
        for (int length = 2; length < gzip.Length - 8; length += 97)
        {
            Loading.Refuses<SourceCorruptException>(folder.File("x.gz", gzip[..length]), null, "x.gz", "again");
        }
    }

    [Fact]
    public void A_header_that_announces_a_bomb_is_refused_before_memory_is_taken()
    {
        string path = Write("bomb.idx.gz", TestImages.Idx([2_000_000, 1000, 1000], new byte[1000]), zipped: true);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Loading.Refuses<SourceTooLargeException>(path, null, "bomb.idx.gz", "damaged");
        path = Write("bomb.idx.gz", TestImages.Idx([1_000_000, 1000, 1000], new byte[1000]), zipped: true);
        Loading.Refuses<SourceCorruptException>(path, null, "bomb.idx.gz", "cannot hold them");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Theory]
    [InlineData(0, 4, 5)]
    [InlineData(3, 0, 5)]
    [InlineData(-3, 4, 5)]
    [InlineData(3, 5000, 5)]
    public void Impossible_lengths_are_refused(int count, int height, int width) => Loading.Refuses<SourceTooLargeException>(
        Write("x.idx", TestImages.Idx([count, height, width], pixels)), null, $"{(uint)count} x {height} x {width}");

    [Fact]
    public void Labels_of_another_count_are_refused()
    {
        string path = Write("a-images.idx", TestImages.Idx([3, 4, 5], pixels));
        Write("a-labels.idx", TestImages.Idx([2], [0, 1]));
        Loading.Refuses<SourceCorruptException>(path, null, "a-labels.idx", "2 labels", "3 images");
    }

    private string Write(string name, byte[] content, bool zipped = false) => folder.File(name, zipped ? TestImages.Gzip(content) : content);
}
