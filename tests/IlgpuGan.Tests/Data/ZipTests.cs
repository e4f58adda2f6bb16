using System.Buffers.Binary;
using System.Text;
using IlgpuGan.Data;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Data;

// By itself: what the process allocates is counted, and other tests make gigabytes of garbage.
[Collection(nameof(TestDevice))]
public sealed class ZipTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_zip_gives_the_same_set_as_the_folder_it_was_made_of()
    {
        (string Name, byte[] Content)[] files =
        [
            ("dogs/ünï.png", TestImages.Png(16, 20, 1, 2, 3)),
            ("cats/1.png", TestImages.Png(16, 20, 4, 5, 6)),
            ("readme.txt", [1]),
            ("cats/2.jpg", TestImages.Jpeg(16, 20, (x, y) => new SkiaSharp.SKColor((byte)x, (byte)y, 9))),
        ];
        foreach (var (name, content) in files)
        {
            folder.File(Path.Combine("set", name), content);
        }

        string zip = folder.File("set.zip", TestImages.Zip([.. files, ("__MACOSX/cats/._1.png", [0]), ("cats/.2.png", [0])]));
        using ImageSet fromZip = Loading.Load(zip);
        using ImageSet fromFolder = Loading.Load(Path.Combine(folder, "set"));
        Assert.Equal(fromFolder.Fingerprint, fromZip.Fingerprint);
        Assert.Equal("set", fromZip.Name);
        Assert.Equal([0, 0, 1], Assert.Single(fromZip.Labels).Values);
    }

    [Fact]
    public void StyleGANs_dataset_json_gives_the_labels()
    {
        string zip = folder.File("set.zip", TestImages.Zip(
            ("dataset.json", """{"labels": [["00000/img00000000.png", 6], ["00001/img00000001.png", 1]]}"""u8.ToArray()),
            ("00000/img00000000.png", TestImages.Png(16, 16, 0, 0, 0)),
            ("00001/img00000001.png", TestImages.Png(16, 16, 0, 0, 0))));
        using ImageSet set = Loading.Load(zip);
        Assert.Equal([6, 1], Assert.Single(set.Labels).Values);
    }

    [Theory]
    [InlineData("../escape.png")]
    [InlineData("a/../../escape.png")]
    [InlineData("a\\..\\escape.png")]
    [InlineData("/etc/escape.png")]
    [InlineData("\\escape.png")]
    [InlineData("C:\\escape.png")]
    [InlineData("c:escape.txt")]
    public void An_entry_that_names_a_place_outside_is_refused_with_its_name(string name)
    {
        string zip = folder.File("set.zip", TestImages.Zip(("good.png", TestImages.Png(16, 16, 0, 0, 0)), (name, [1])));
        Loading.Refuses<UnsafeArchiveException>(zip, null, $"'{name}'", zip);
    }

    [Theory]
    [InlineData("..good.png")]
    [InlineData("a..b/good.png")]
    public void Two_dots_inside_a_name_are_no_harm(string name)
    {
        string zip = folder.File("set.zip", TestImages.Zip((name, TestImages.Png(16, 16, 0, 0, 0)), ("x.png", TestImages.Png(16, 16, 0, 0, 0))));
        using ImageSet set = Loading.Load(zip);
        Assert.Equal(name.StartsWith('.') ? 1 : 2, set.Count);
    }

    [Fact]
    public void A_zip_cut_anywhere_is_refused()
    {
        byte[] zip = TestImages.Zip(("1.png", TestImages.Png(16, 16, 0, 0, 0)), ("2.png", TestImages.Png(16, 16, 0, 0, 0)));
        for (int length = 0; length < zip.Length; length += 7)
        {
            string cut = folder.File("cut.zip", zip[..length]);
            Loading.Refuses<SourceCorruptException>(cut, null, "cut.zip", "not a complete zip", "again");
        }
    }

    [Fact]
    public void A_zip_without_images_is_refused() =>
        Loading.Refuses<SourceUnsupportedException>(folder.File("x.zip", TestImages.Zip(("a.txt", [1]))), null, "x.zip", "no images");

    [Fact]
    public void An_entry_that_announces_more_than_it_holds_is_a_bad_file_and_takes_no_memory()
    {
        byte[] zip = TestImages.Zip(("bomb.png", TestImages.Png(16, 16, 0, 0, 0)), ("good.png", TestImages.Png(16, 16, 0, 0, 0)));
        int central = zip.AsSpan().IndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(central + 24), 250_000_000);
        string path = folder.File("bomb.zip", zip);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        using ImageSet set = Loading.Load(path);
        Assert.Equal("bomb.png", Assert.Single(set.SkippedFiles).Path);
        Assert.Contains("250000000", set.SkippedFiles[0].Reason, StringComparison.Ordinal);
        // The bomb alone would be 250 MB.
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 200_000_000);
    }

    [Fact]
    public void An_entry_with_damaged_bytes_is_a_bad_file()
    {
        byte[] zip = TestImages.Zip(("a.png", TestImages.Png(16, 16, 0, 0, 0)), ("b.png", TestImages.Png(16, 16, 0, 0, 0)));
        zip.AsSpan(40, 30).Fill(0xFF);
        using ImageSet set = Loading.Load(folder.File("x.zip", zip));
        Assert.Equal("a.png", Assert.Single(set.SkippedFiles).Path);
    }

    [Theory]
    [InlineData(936, "GBK", "猫", "狗", "鸟")]
    [InlineData(437, "CP437", "café", "cafè", "señor")]
    [InlineData(866, "CP437", null, null, null)]
    [InlineData(932, "CP437", null, null, null)]
    public void Names_that_are_no_UTF_8_stay_different_classes(int codePage, string read, string? first, string? second, string? third)
    {
        string[] names = first is null ? codePage == 866 ? ["кот", "собака", "птица"] : ["表", "表2", "猫"] : [first, second!, third!];
        Encoding encoding = CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
        string zip = folder.File("set.zip", TestImages.RawZip(0,
            [.. names.Select((name, i) => (encoding.GetBytes($"{name}/1.png"), TestImages.Png(16, 16, (byte)i, 0, 0)))]));
        using ImageSet set = Loading.Load(zip);
        LabelColumn labels = Assert.Single(set.Labels);
        Assert.Equal(3, labels.Values.Distinct().Count());
        Assert.Contains($"read as {read}", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
        if (first is not null)
        {
            Assert.Equal(names.Order(StringComparer.Ordinal), labels.ValueNames);
        }
    }

    [Fact]
    public void UTF_8_that_is_not_declared_is_read_as_it_is()
    {
        string zip = folder.File("set.zip", TestImages.RawZip(0,
            ("été/1.png"u8.ToArray(), TestImages.Png(16, 16, 1, 0, 0)), ("猫/1.png"u8.ToArray(), TestImages.Png(16, 16, 2, 0, 0))));
        using ImageSet set = Loading.Load(zip);
        Assert.Equal(["été", "猫"], Assert.Single(set.Labels).ValueNames);
        Assert.Empty(set.Warnings);
    }

    [Theory]
    [InlineData(14, "LZMA")]
    [InlineData(93, "Zstandard")]
    [InlineData(12, "bzip2")]
    [InlineData(77, "method 77")]
    public void A_way_of_packing_that_is_not_read_is_named_with_the_remedy(int method, string name) => Loading.Refuses<SourceUnsupportedException>(
        folder.File("set.zip", TestImages.RawZip(method, ("1.png"u8.ToArray(), [1, 2, 3]))), null, "packed in a way that cannot be read", name, "Deflate");

    [Fact]
    public void Names_that_begin_with_a_dot_and_a_slash_are_read()
    {
        string zip = folder.File("set.zip", TestImages.Zip(("./", []), ("./a/1.png", TestImages.Png(16, 16, 1, 0, 0)), ("././b//1.png", TestImages.Png(16, 16, 2, 0, 0))));
        using ImageSet set = Loading.Load(zip);
        Assert.Equal(["a", "b"], Assert.Single(set.Labels).ValueNames);
    }

    [Fact]
    public void Of_two_entries_of_one_name_the_later_is_taken_and_it_is_said()
    {
        string zip = folder.File("set.zip", TestImages.Zip(("1.png", TestImages.Png(16, 16, 1, 1, 1)), ("./1.png", TestImages.Png(16, 16, 2, 2, 2))));
        using ImageSet set = Loading.Load(zip);
        Assert.Equal((1, 2), (set.Count, set.Image(0)[0]));
        Assert.Contains("1 entry", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MZ\u0090")]
    [InlineData("\u007fELF")]
    [InlineData("#!/bin/sh\n")]
    public void A_program_that_unpacks_itself_is_not_called_damaged(string start)
    {
        byte[] zip = TestImages.Zip(("1.png", TestImages.Png(16, 16, 1, 2, 3)));
        string path = folder.File("set.zip", [.. start.Select(letter => (byte)letter), .. new byte[300], .. zip]);
        string message = Assert.ThrowsAny<DataException>(() => Loading.Load(path)).Message;
        Assert.Equal($"'{path}' is a program that unpacks itself, which is not read; unpack it and give the folder.", message);
    }
}
