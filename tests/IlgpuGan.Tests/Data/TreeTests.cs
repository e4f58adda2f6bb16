using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

/// <summary>What a set consists of does not depend on how its files are packed.</summary>
public sealed class TreeTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<Packing> Packings => [Packing.Folder, Packing.Zip, Packing.Tar, Packing.TarGz];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Packings))]
    public void Folders_are_classes(Packing packing)
    {
        using ImageSet set = Load(packing, ("pets/dogs/1.png", Grey(1)), ("pets/cats/1.png", Grey(2)), ("pets/cats/2.png", Grey(3)));
        Assert.Equal(["cats", "dogs"], Assert.Single(set.Labels).ValueNames);
        Assert.Equal([0, 0, 1], set.Labels[0].Values);
        Assert.Equal([2, 3, 1], Levels(set));
        Assert.Empty(set.Warnings);
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void The_training_part_is_taken_and_it_is_said(Packing packing)
    {
        using ImageSet set = Load(packing,
            ("afhq/train/cat/1.png", Grey(1)), ("afhq/train/dog/1.png", Grey(2)), ("afhq/test/cat/1.png", Grey(3)), ("afhq/test/wild/1.png", Grey(4)));
        Assert.Equal([1, 2], Levels(set));
        Assert.Equal(["cat", "dog"], Assert.Single(set.Labels).ValueNames);
        Assert.Equal("set/afhq/train", set.Summary.Source);
        Assert.Contains("afhq/train (2 images); left out: afhq/test (2)", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("training", "valid")]
    [InlineData("Train", "Val")]
    [InlineData("train2017", "val2017")]
    [InlineData("imagenet_train", "imagenet_val")]
    [InlineData("train", "testing")]
    public void Parts_are_known_by_their_usual_names(string training, string heldOut)
    {
        using ImageSet set = Load(Packing.Folder, ($"{training}/a/1.png", Grey(1)), ($"{training}/b/1.png", Grey(2)), ($"{heldOut}/a/1.png", Grey(3)));
        Assert.Equal([1, 2], Levels(set));
        Assert.Equal(["a", "b"], Assert.Single(set.Labels).ValueNames);
    }

    [Theory]
    [InlineData("DIV2K_train_HR", "DIV2K_valid_HR")]
    [InlineData("lsun train cats", "lsun test cats")]
    public void Folders_whose_names_differ_in_the_part_alone_are_parts(string training, string heldOut)
    {
        using ImageSet set = Load(Packing.Folder, ($"{training}/1.png", Grey(1)), ($"{heldOut}/1.png", Grey(2)));
        Assert.Equal([1], Levels(set));
        Assert.Empty(set.Labels);
        Assert.Contains($"left out: {heldOut} (1)", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Parts_inside_classes_are_found_too()
    {
        using ImageSet set = Load(Packing.Zip, ("cat/train/1.png", Grey(1)), ("cat/test/1.png", Grey(2)), ("dog/train/1.png", Grey(3)), ("dog/test/1.png", Grey(4)));
        Assert.Equal([1, 3], Levels(set));
        Assert.Equal(["cat", "dog"], Assert.Single(set.Labels).ValueNames);
    }

    [Theory]
    [InlineData("train", "bus")]
    [InlineData("train station", "bus station")]
    [InlineData("test tube", "train station")]
    public void Trains_are_a_class_among_others(string one, string other)
    {
        using ImageSet set = Load(Packing.Folder, ($"{one}/1.png", Grey(1)), ($"{other}/1.png", Grey(2)));
        Assert.Equal(2, set.Count);
        Assert.Equal(2, Assert.Single(set.Labels).ValueNames.Count);
    }

    [Fact]
    public void Two_domains_to_train_on_are_two_classes()
    {
        using ImageSet set = Load(Packing.Folder, ("trainA/1.png", Grey(1)), ("trainB/1.png", Grey(2)), ("testA/1.png", Grey(3)), ("testB/1.png", Grey(4)));
        Assert.Equal([1, 2], Levels(set));
        Assert.Equal(["trainA", "trainB"], Assert.Single(set.Labels).ValueNames);
    }

    [Fact]
    public void Parts_without_one_for_training_are_no_classes()
    {
        using ImageSet set = Load(Packing.Folder, ("val/a/1.png", Grey(1)), ("val/b/1.png", Grey(2)), ("test/a/1.png", Grey(3)));
        Assert.Equal(3, set.Count);
        Assert.Equal(["a", "b"], Assert.Single(set.Labels).ValueNames);
        Assert.Contains("without one for training", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void What_cannot_be_read_is_counted_by_kind_in_one_line(Packing packing)
    {
        using ImageSet set = Load(packing,
            ("1.png", Grey(1)), ("2.avif", [1]), ("3.avif", [1]), ("b/4.psd", [1]), ("5", Grey(5)), ("README", [1]), ("notes.txt", [1]), ("Thumbs.db", [1]));
        Assert.Equal(1, set.Count);
        Assert.Equal("Left out of 'set', as they cannot be read: 2 .avif, 1 .psd, 1 image without ending; convert them to PNG or JPEG, or give them their ending (.png, .jpg) to take "
            + "those that are images.", Assert.Single(set.Summary.Remarks));
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void Packed_sets_come_before_a_preview_beside_them(Packing packing)
    {
        using ImageSet set = Load(packing,
            ("mnist/preview.png", Grey(9)), ("mnist/train-images.idx3-ubyte", TestImages.Idx([1, 16, 16], new byte[256])), ("mnist/train-labels.idx1-ubyte", TestImages.Idx([1], [3])),
            ("mnist/t10k-images.idx3-ubyte", TestImages.Idx([2, 16, 16], new byte[512])));
        Assert.Equal((1, 0), (set.Count, set.Image(0)[0]));
        Assert.Equal([3], Assert.Single(set.Labels).Values);
        Assert.Contains(set.Summary.Remarks, remark => remark.Contains("1 .png", StringComparison.Ordinal));
        Assert.Contains(set.Summary.Remarks, remark => remark.Contains("left out: mnist/t10k-images.idx3-ubyte", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packings))]
    public void CIFAR_is_read_however_it_is_packed(Packing packing)
    {
        byte[] record = [7, .. Enumerable.Repeat((byte)5, 3072)];
        using ImageSet set = Load(packing,
            ("cifar-10-batches-bin/data_batch_2.bin", record), ("cifar-10-batches-bin/data_batch_1.bin", [.. record, .. record]),
            ("cifar-10-batches-bin/test_batch.bin", record), ("cifar-10-batches-bin/batches.meta.txt", "airplane"u8.ToArray()));
        Assert.Equal((3, 32, 3), (set.Count, set.Width, set.Channels));
        Assert.Equal([7, 7, 7], Assert.Single(set.Labels).Values);
        Assert.Contains("test_batch.bin", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void CIFAR_in_Pythons_form_is_refused_with_the_remedy()
    {
        string tar = folder.File("cifar-10-python.tar.gz", TestImages.Gzip(TestImages.Tar(("cifar-10-batches-py/data_batch_1", [1]))));
        Loading.Refuses<SourceUnsupportedException>(tar, null, "Python's form", "cifar-10-binary.tar.gz");
    }

    [Fact]
    public void Packing_changes_nothing_of_the_set()
    {
        (string, byte[])[] files =
        [
            ("./data/dataset.json", """{"labels": [["0/ünï.png", 1], ["0/b.png", 0], ["1/c.jpg", 1]]}"""u8.ToArray()),
            ("./data/0/ünï.png", Grey(1)), ("./data/0/b.png", Grey(2)), ("./data/1/c.jpg", TestImages.Jpeg(16, 16, (x, y) => new SkiaSharp.SKColor((byte)x, (byte)y, 9))),
        ];
        string[] prints = [.. Packings.Select(packing =>
        {
            using ImageSet set = Load(packing.Data, files);
            Assert.Equal([0, 1, 1], Assert.Single(set.Labels).Values);
            return set.Fingerprint;
        })];
        Assert.Single(prints.Distinct());
    }

    [Fact]
    public void Pipes_are_no_data()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix has pipes as files");
        string pipe = Path.Combine(folder, "pipe.png");
        MakePipe(pipe);
        Loading.Refuses<SourceUnsupportedException>(pipe, null, "pipe.png", "pipe, socket or device");
        File.CreateSymbolicLink(Path.Combine(folder, "link.png"), pipe);
        Loading.Refuses<SourceUnsupportedException>(Path.Combine(folder, "link.png"), null, "pipe, socket or device");
        Loading.Refuses<SourceUnsupportedException>("/dev/null", null, "pipe, socket or device");
        folder.File("1.png", Grey(1));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(1, set.Count);
        Assert.Contains("2 of the files", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    private static void MakePipe(string path)
    {
        using var process = System.Diagnostics.Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private static byte[] Grey(byte level) => TestImages.Png(16, 16, level, level, level);

    private static IEnumerable<int> Levels(ImageSet set) => Enumerable.Range(0, set.Count).Select(i => (int)set.Image(i)[0]);

    private ImageSet Load(Packing packing, params (string Name, byte[] Content)[] files)
    {
        switch (packing)
        {
            case Packing.Zip:
                return Loading.Load(folder.File("set.zip", TestImages.Zip(files)));
            case Packing.Tar:
                return Loading.Load(folder.File("set.tar", TestImages.Tar(files)));
            case Packing.TarGz:
                return Loading.Load(folder.File("set.tar.gz", TestImages.Gzip(TestImages.Tar(files))));
            default:
                foreach (var (name, content) in files)
                {
                    folder.File(Path.Combine("set", name), content);
                }

                return Loading.Load(Path.Combine(folder, "set"));
        }
    }

    /// <summary>How files lie together.</summary>
    public enum Packing
    {
        /// <summary>On the disk.</summary>
        Folder,

        /// <summary>In a zip.</summary>
        Zip,

        /// <summary>In a plain tar.</summary>
        Tar,

        /// <summary>In a tar that gzip packed.</summary>
        TarGz,
    }
}
