using IlgpuGan.Data;
using SkiaSharp;

namespace IlgpuGan.Tests.Data;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_kind_of_image_is_found_in_all_sub_folders_in_the_order_of_the_paths()
    {
        folder.File("b/2.JPG", TestImages.Jpeg(16, 16, (_, _) => new SKColor(30, 30, 30)));
        folder.File("b/1.png", TestImages.Png(16, 16, 20, 20, 20));
        folder.File("Z.bmp", TestImages.Bmp(16, 16, 10, 10, 10));
        folder.File("a.gif", TestImages.AnimatedGif());
        folder.File("c/d/ünï 猫.webp", TestImages.LosslessWebp(16, 16, (_, _) => new SKColor(40, 40, 40)));
        folder.File("readme.txt", [1, 2, 3]);
        folder.File(".hidden.png", [1, 2, 3]);
        folder.File("c/.thumbs/x.png", [1, 2, 3]);
        using ImageSet set = Loading.Load(folder, o => o with { Channels = 1 });
        Assert.Equal((5, 16, 16), (set.Count, set.Height, set.Width));
        Assert.Equal([10, 76, 20, 30, 40], Enumerable.Range(0, 5).Select(i => set.Image(i)[0]));
        Assert.Empty(set.SkippedFiles);
        Assert.Equal(Path.GetFileName(folder.FullName), set.Name);
    }

    [Fact]
    public void Tiff_is_read_among_the_others()
    {
        folder.File("a.png", TestImages.Png(16, 16, 10, 10, 10));
        folder.File("b.tif", TestImages.Tiff(16, 16, [.. Enumerable.Repeat((byte)20, 256)]));
        folder.File("c.TIFF", TestImages.Tiff(16, 16, [.. Enumerable.Repeat((byte)30, 768)], bigEndian: true));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal([10, 20, 30], Enumerable.Range(0, 3).Select(i => set.Image(i)[0]));
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void A_folder_of_pictures_of_a_kind_that_is_not_read_is_refused_with_the_remedy()
    {
        folder.File("s1/1.pgm", [.. "P5 1 1 255 "u8, 7]);
        Loading.Refuses<SourceUnsupportedException>(folder.FullName, null, "among its 1 .pgm; convert them to PNG or JPEG, or give a folder");
    }

    [Fact]
    public void Eight_bits_in_sixteen_are_told_though_nothing_of_them_is_left()
    {
        folder.File("a.png", TestImages.RawPng(16, 16, 16, 0, [.. Enumerable.Range(0, 256).SelectMany(value => (byte[])[0, (byte)value])]));
        using ImageSet set = Loading.Load(folder);
        string warning = Assert.Single(set.Warnings);
        Assert.Contains("below 256 of 65535", warning, StringComparison.Ordinal);
        Assert.Contains("multiplied by 256", warning, StringComparison.Ordinal);
    }

    [Fact]
    public void Twelve_bits_in_sixteen_are_told_and_a_set_that_uses_its_range_is_not()
    {
        byte[] Deep(ushort value) =>
            TestImages.RawPng(16, 16, 16, 0, [.. Enumerable.Range(0, 256).SelectMany(_ => (byte[])[(byte)(value >> 8), (byte)value])]);
        folder.File("a.png", Deep(4080));
        folder.File("b.png", Deep(100));
        using (ImageSet set = Loading.Load(folder))
        {
            string warning = Assert.Single(set.Warnings);
            Assert.Contains("below 4096 of 65535", warning, StringComparison.Ordinal);
            Assert.Contains("multiplied by 16", warning, StringComparison.Ordinal);
        }

        folder.File("c.png", Deep(0x4000));
        using ImageSet wide = Loading.Load(folder);
        Assert.Empty(wide.Warnings);
    }

    [Fact]
    public void Of_several_pages_and_frames_the_first_is_taken_and_that_is_told()
    {
        folder.File("a.tif", TestImages.Tiff(16, 16, [.. Enumerable.Repeat((byte)20, 256)], nextPage: true));
        folder.File("b.gif", TestImages.AnimatedGif());
        folder.File("c.png", TestImages.Png(16, 16, 10, 10, 10));
        using ImageSet set = Loading.Load(folder, o => o with { Size = new ImageSize(16, 16) });
        Assert.Contains("'a.tif' and 1 more in", Assert.Single(set.Warnings), StringComparison.Ordinal);
        Assert.Equal(20, set.Image(0)[0]);
    }

    [Fact]
    public void The_order_and_the_bytes_are_the_same_every_time()
    {
        for (int i = 0; i < 100; i++)
        {
            folder.File($"{i}.png", TestImages.Png(20, 20, (byte)i, 0, 0));
        }

        using ImageSet set = Loading.Load(folder);
        string[] order = [.. Enumerable.Range(0, 100).Select(i => $"{i}.png").Order(StringComparer.Ordinal)];
        Assert.Equal(order, Enumerable.Range(0, 100).Select(i => $"{set.Image(i)[0]}.png"));
        using ImageSet again = Loading.Load(folder);
        Assert.Equal(set.Fingerprint, again.Fingerprint);
    }

    [Fact]
    public void Sub_folders_are_labels_when_every_image_lies_in_one()
    {
        folder.File("pets/dogs/1.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("pets/cats/1.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("pets/cats/old/1.png", TestImages.Png(16, 16, 0, 0, 0));
        using ImageSet set = Loading.Load(folder);
        LabelColumn labels = Assert.Single(set.Labels);
        Assert.Equal(["cats", "dogs"], labels.ValueNames);
        Assert.Equal([0, 0, 1], labels.Values);
        Assert.Empty(set.Warnings);
    }

    [Fact]
    public void Images_outside_the_sub_folders_mean_no_labels_and_a_warning()
    {
        folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("cats/1.png", TestImages.Png(16, 16, 0, 0, 0));
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Contains("1 of 2 images", Assert.Single(set.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void StyleGANs_dataset_json_gives_the_labels()
    {
        folder.File("00000/img00000000.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("00000/img00000001.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("dataset.json", """{"labels": [["00000/img00000001.png", 2], ["00000/img00000000.png", 0]]}"""u8.ToArray());
        using ImageSet set = Loading.Load(folder);
        LabelColumn labels = Assert.Single(set.Labels);
        Assert.Equal("class", labels.Name);
        Assert.Equal(["0", "1", "2"], labels.ValueNames);
        Assert.Equal([0, 2], labels.Values);
    }

    [Theory]
    [InlineData("""{"labels": null}""", 0)]
    [InlineData("""{"labels": [["other.png", 1]]}""", 1)]
    [InlineData("""{"labels": [["1.png", [0.5, 0.5]]]}""", 1)]
    [InlineData("""{"labels": [["1.png", -1]]}""", 1)]
    [InlineData("""{"labels": [["1.png", 2000000000]]}""", 1)]
    public void A_dataset_json_without_usable_classes_gives_no_labels_and_says_so(string json, int warnings)
    {
        folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("dataset.json", System.Text.Encoding.UTF8.GetBytes(json));
        using ImageSet set = Loading.Load(folder);
        Assert.Empty(set.Labels);
        Assert.Equal(warnings, set.Warnings.Count);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"labels": 5}""")]
    [InlineData("""{"labels": [1]}""")]
    [InlineData("""{"labels": [[1, 1]]}""")]
    public void A_dataset_json_of_another_form_is_refused(string json)
    {
        folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("dataset.json", System.Text.Encoding.UTF8.GetBytes(json));
        Loading.Refuses<SourceCorruptException>(folder, null, "dataset.json", "delete it");
    }

    [Fact]
    public void Images_of_other_sizes_are_brought_to_the_most_common_one()
    {
        folder.File("1.png", TestImages.Png(24, 20, 1, 1, 1));
        folder.File("2.png", TestImages.Png(24, 20, 2, 2, 2));
        folder.File("3.png", TestImages.Png(75, 300, 3, 3, 3));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal((20, 24), (set.Height, set.Width));
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(i => set.Image(i)[0]));
    }

    [Fact]
    public void Images_of_one_pixel_are_refused_until_a_size_is_given()
    {
        folder.File("1.png", TestImages.Png(1, 1, 9, 8, 7));
        Loading.Refuses<ImagesTooSmallException>(folder, null, "1 x 1", "Size");
        using ImageSet set = Loading.Load(folder, o => o with { Size = new ImageSize(16, 20) });
        Assert.Equal((16, 20), (set.Height, set.Width));
        Assert.Equal([9, 8, 7], set.Image(0)[^3..].ToArray());
    }

    [Fact]
    public void A_missing_path_is_refused() =>
        Loading.Refuses<SourceUnavailableException>(Path.Combine(folder, "nowhere"), null, "nowhere", "does not exist", "faces");

    [Fact]
    public void An_empty_folder_is_refused() => Loading.Refuses<SourceUnsupportedException>(folder, null, folder, "is empty");

    [Fact]
    public void A_folder_without_images_is_refused()
    {
        folder.File("readme.txt", [1]);
        Loading.Refuses<SourceUnsupportedException>(folder, null, folder, "holds no images");
    }

    [Fact]
    public void A_single_image_is_refused_with_the_remedy() =>
        Loading.Refuses<SourceUnsupportedException>(folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0)), null, "1.png", "give the folder");

    [Fact]
    public void A_file_of_no_known_kind_is_refused() =>
        Loading.Refuses<SourceUnsupportedException>(folder.File("notes.txt", "hello"u8.ToArray()), null, "notes.txt", "no kind");

    [Fact]
    public void Bad_files_up_to_the_limit_are_named_counted_and_left_out()
    {
        byte[] whole = TestImages.Png(16, 16, (x, y) => new SKColor((byte)(x * y), (byte)x, (byte)y));
        folder.File("good/1.png", whole);
        folder.File("bad/cut.png", whole[..(whole.Length / 2)]);
        folder.File("bad/empty.jpg", []);
        folder.File("bad/text.webp", "no picture"u8.ToArray());
        folder.File("good/2.png", whole);
        using ImageSet set = Loading.Load(folder, o => o with { MaxBadFiles = 3 });
        Assert.Equal(2, set.Count);
        Assert.Equal(["bad/cut.png", "bad/empty.jpg", "bad/text.webp"], set.SkippedFiles.Select(file => file.Path));
        Assert.Equal("is truncated", set.SkippedFiles[0].Reason);
        Assert.Empty(set.Labels);
    }

    [Fact]
    public void One_bad_file_more_stops_the_load_with_the_list()
    {
        folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0));
        folder.File("a.png", [1]);
        folder.File("b.png", [2]);
        Loading.Refuses<BadFilesException>(folder, o => o with { MaxBadFiles = 1 }, "More than 1", "a.png (", "b.png (", "MaxBadFiles");
    }

    [Fact]
    public void A_folder_of_bad_files_alone_is_refused_with_the_list()
    {
        folder.File("a.png", [1]);
        Loading.Refuses<BadFilesException>(folder, null, "The only image in ", " could not be decoded: a.png (", "; give images that can be read");
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_a_bad_file()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights on Windows");
        folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0));
        File.CreateSymbolicLink(Path.Combine(folder, "gone.png"), Path.Combine(folder, "nowhere.png"));
        using ImageSet set = Loading.Load(folder);
        Assert.Equal("gone.png (cannot be read)", Assert.Single(set.SkippedFiles).ToString());
    }

    [Fact]
    public void A_file_that_may_not_be_read_is_a_bad_file()
    {
        Assert.SkipWhen(Environment.IsPrivilegedProcess, "a privileged user may read everything");
        folder.File("1.png", TestImages.Png(16, 16, 0, 0, 0));
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix file modes are meant");
            return;
        }

        File.SetUnixFileMode(folder.File("2.png", TestImages.Png(16, 16, 0, 0, 0)), UnixFileMode.None);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal("2.png (may not be read)", Assert.Single(set.SkippedFiles).ToString());
    }

    [Fact]
    public void Linked_folders_are_followed_and_those_that_lead_back_are_read_once()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "links need rights on Windows");
        folder.File("a/1.png", TestImages.Png(16, 16, 0, 0, 0));
        Directory.CreateSymbolicLink(Path.Combine(folder, "a", "up"), folder);
        using var elsewhere = new TemporaryFolder();
        elsewhere.File("2.png", TestImages.Png(16, 16, 0, 0, 0));
        Directory.CreateSymbolicLink(Path.Combine(elsewhere, "self"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(folder, "linked"), elsewhere);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(2, set.Count);
    }

    [Fact]
    public void Cancelling_ends_the_load()
    {
        for (int i = 0; i < 200; i++)
        {
            folder.File($"{i}.png", TestImages.Png(16, 16, 0, 0, 0));
        }

        using var cancellation = new CancellationTokenSource();
        var progress = new WorkRecorder
        {
            Then = work =>
            {
                if (work.Kind == WorkKind.Decoding)
                {
                    cancellation.Cancel();
                }
            },
        };
        using var cache = new TemporaryFolder();
        var options = new ImageSetOptions { Source = folder, CacheFolder = cache };
        Assert.ThrowsAny<OperationCanceledException>(() => ImageSetLoader.Load(options, progress, cancellation.Token));
        Assert.Empty(Directory.GetFileSystemEntries(cache));
    }

    [Fact]
    public void Progress_counts_up_to_the_whole()
    {
        for (int i = 0; i < 200; i++)
        {
            folder.File($"{i}.png", TestImages.Png(16, 16, 0, 0, 0));
        }

        var told = new WorkRecorder();
        using ImageSet set = ImageSetLoader.Load(
            new ImageSetOptions { Source = folder, UseCache = false }, told, TestContext.Current.CancellationToken);
        Assert.Equal(new Work(WorkKind.Decoding, 200, 200), told.All[^1]);
        Assert.Equal(told.All.OrderBy(work => work.Kind).ThenBy(work => work.Done), told.All);
    }

    [Theory]
    [InlineData("Size")]
    [InlineData("Channels")]
    [InlineData("FaceCount")]
    [InlineData("MaxBadFiles")]
    [InlineData("Source")]
    public void Options_that_no_data_satisfies_are_refused(string option)
    {
        Loading.Refuses<DataOptionException>(option == "Source" ? " " : "faces", o => option switch
        {
            "Size" => o with { Size = new ImageSize(0, 5) },
            "Channels" => o with { Channels = 5 },
            "FaceCount" => o with { FaceCount = 0 },
            "MaxBadFiles" => o with { MaxBadFiles = -1 },
            _ => o,
        }, "give");
    }
}
