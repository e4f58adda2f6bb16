using System.Formats.Tar;
using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

public sealed class TarTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("../escape.png")]
    [InlineData("a/../../escape.png")]
    [InlineData("/etc/escape.png")]
    public void An_entry_that_names_a_place_outside_is_refused_with_its_name(string name) => Loading.Refuses<UnsafeArchiveException>(
        folder.File("set.tar", TestImages.Tar(("good.png", Grey(1)), (name, [1]))), null, $"'{name}'", "set.tar");

    [Fact]
    public void Links_are_followed_inside_the_archive_and_never_out_of_it()
    {
        folder.File("secret.png", Grey(99));
        using ImageSet set = Loading.Load(folder.File("set.tar", TestImages.Tar(
            File("a/1.png", Grey(1)),
            new PaxTarEntry(TarEntryType.HardLink, "b/hard.png") { LinkName = "a/1.png" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "b/soft.png") { LinkName = "../a/1.png" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "b/chain.png") { LinkName = "soft.png" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "b/out.png") { LinkName = "../../secret.png" },
            new PaxTarEntry(TarEntryType.SymbolicLink, "b/root.png") { LinkName = Path.Combine(folder, "secret.png") },
            new PaxTarEntry(TarEntryType.SymbolicLink, "b/circle.png") { LinkName = "circle.png" })));
        Assert.Equal([1, 1, 1, 1], Enumerable.Range(0, set.Count).Select(i => (int)set.Image(i)[0]));
        Assert.Contains("3 links", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TarEntryFormat.V7)]
    [InlineData(TarEntryFormat.Ustar)]
    [InlineData(TarEntryFormat.Gnu)]
    [InlineData(TarEntryFormat.Pax)]
    public void Every_form_of_tar_is_read_by_its_content_not_by_its_name(TarEntryFormat format)
    {
        TarEntry Entry(string name) => format switch
        {
            TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, name) { DataStream = new MemoryStream(Grey(7)) },
            TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Grey(7)) },
            TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Grey(7)) },
            _ => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Grey(7)) },
        };

        byte[] tar = TestImages.Tar(Entry("./a/1.png"), Entry("./b/1.png"));
        foreach (string path in new[] { folder.File("download", tar), folder.File("download.gz", TestImages.Gzip(tar)) })
        {
            using ImageSet set = Loading.Load(path);
            Assert.Equal((2, 7), (set.Count, set.Image(1)[5]));
            Assert.Equal(["a", "b"], Assert.Single(set.Labels).ValueNames);
        }
    }

    [Fact]
    public void Names_that_are_no_UTF_8_stay_different_classes()
    {
        byte[] tar = TestImages.Tar(
            new UstarTarEntry(TarEntryType.RegularFile, "AAAA/1.png") { DataStream = new MemoryStream(Grey(1)) },
            new UstarTarEntry(TarEntryType.RegularFile, "BBBB/1.png") { DataStream = new MemoryStream(Grey(2)) });
        System.Text.Encoding gbk = System.Text.CodePagesEncodingProvider.Instance.GetEncoding(936)!;
        Rename("AAAA", "老虎");
        Rename("BBBB", "狮子");
        using ImageSet set = Loading.Load(folder.File("set.tar", tar));
        Assert.Equal(["狮子", "老虎"], Assert.Single(set.Labels).ValueNames);
        Assert.Contains("read as GBK", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);

        void Rename(string from, string to)
        {
            int at = tar.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(from));
            gbk.GetBytes(to).CopyTo(tar, at);
            // The checksum: the header's bytes with blanks for its own eight.
            Span<byte> header = tar.AsSpan(at, 512);
            header.Slice(148, 8).Fill((byte)' ');
            int sum = 0;
            foreach (byte value in header)
            {
                sum += value;
            }

            System.Text.Encoding.ASCII.GetBytes(Convert.ToString(sum, 8).PadLeft(6, '0') + "\0 ").CopyTo(header[148..]);
        }
    }

    [Fact]
    public void Files_stored_without_their_holes_pipes_and_devices_are_left_out_and_counted()
    {
        using ImageSet set = Loading.Load(folder.File("set.tar", TestImages.Tar(
            File("1.png", Grey(1)),
            File("GNUSparseFile.7/2.png", Grey(2)),
            new PaxTarEntry(TarEntryType.Fifo, "3.png"),
            new PaxTarEntry(TarEntryType.CharacterDevice, "4.png"))));
        Assert.Equal(1, set.Count);
        Assert.Contains("3 entries", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_tar_cut_anywhere_is_refused(bool zipped)
    {
        byte[] noise = new byte[3000];
        new Random(5).NextBytes(noise);
        byte[] whole = TestImages.Tar(("1.png", Grey(1)), ("2.png", noise), ("3.png", Grey(3)));
        byte[] file = zipped ? TestImages.Gzip(whole) : whole;
        int step = zipped ? 131 : 256;
        for (int length = 512; length < file.Length; length += step)
        {
            string cut = folder.File("cut.tar.gz", file[..length]);
            // Only where nothing but zeros and checksums is missing, the set is whole.
            if (zipped ? length < file.Length - 64 : length < file.Length - 512)
            {
                Loading.Refuses<SourceCorruptException>(cut, null, "cut.tar.gz", "truncated or damaged", "again");
            }
        }
    }

    [Theory]
    [InlineData("fd377a585a00", "xz")]
    [InlineData("425a6839", "bzip2")]
    [InlineData("28b52ffd", "Zstandard")]
    [InlineData("377abcaf271c", "7-Zip")]
    [InlineData("526172211a07", "RAR")]
    public void Other_archives_are_named_with_the_remedy(string magic, string name) => Loading.Refuses<SourceUnsupportedException>(
        folder.File("set.archive", [.. Convert.FromHexString(magic), .. new byte[50]]), null, "set.archive", name, "unpack it");

    [Fact]
    public void Samples_are_labelled_by_what_has_their_key()
    {
        using ImageSet set = Loading.Load(folder.File("shard.tar", TestImages.Tar(
            ("v1.0/a.left.JPG", TestImages.Jpeg(16, 16, (_, _) => new SkiaSharp.SKColor(1, 1, 1))), ("v1.0/a.cls", "3\n"u8.ToArray()), ("v1.0/a.json", "{}"u8.ToArray()),
            ("v1.0/b.jpg", TestImages.Jpeg(16, 16, (_, _) => new SkiaSharp.SKColor(9, 9, 9))), ("v1.0/b.cls", "0"u8.ToArray()), ("v1.0/b.json", "{}"u8.ToArray()),
            ("__notes__/c.cls", "7"u8.ToArray()))));
        Assert.Equal([3, 0], Assert.Single(set.Labels).Values);
        Assert.Equal("class", set.Labels[0].Name);
    }

    [Fact]
    public void Shards_are_one_set_whose_keys_may_repeat()
    {
        void Shard(string name, byte level, string label) => folder.File(name, TestImages.Tar(
            ("0.png", Grey(level)), ("0.cls", System.Text.Encoding.ASCII.GetBytes(label)), ("1.png", Grey((byte)(level + 1))), ("1.cls", "5"u8.ToArray())));
        Shard("train-000000.tar", 10, "1");
        Shard("train-000001.tar", 20, "2");
        Shard("val-000000.tar", 30, "3");
        using ImageSet set = Loading.Load(folder);
        Assert.Equal([10, 11, 20, 21], Enumerable.Range(0, set.Count).Select(i => (int)set.Image(i)[0]));
        Assert.Equal([1, 5, 2, 5], Assert.Single(set.Labels).Values);
        Assert.Contains("train-000000.tar to train-000001.tar; left out: val-000000.tar", Assert.Single(set.Summary.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_of_JSON_beside_images_are_labels_where_they_are_named_so()
    {
        using ImageSet set = Loading.Load(folder.File("shard.tar", TestImages.Tar(
            ("0.png", Grey(1)), ("0.json", """{"label": "cat", "caption": "a", "width": 5}"""u8.ToArray()),
            ("1.png", Grey(2)), ("1.json", """{"label": "dog", "caption": "b", "width": 6}"""u8.ToArray()))));
        Assert.Equal(["cat", "dog"], Assert.Single(set.Labels).ValueNames);
    }

    [Fact]
    public void Archives_of_several_names_are_not_guessed_at()
    {
        folder.File("cats.tar", TestImages.Tar(("1.png", Grey(1))));
        folder.File("dogs.tar", TestImages.Tar(("1.png", Grey(1))));
        Loading.Refuses<SourceUnsupportedException>(folder, null, "cats.tar", "dogs.tar", "name one");
    }

    private static byte[] Grey(byte level) => TestImages.Png(16, 16, level, level, level);

    private static PaxTarEntry File(string name, byte[] content) => new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) };
}
