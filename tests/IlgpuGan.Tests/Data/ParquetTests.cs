using IlgpuGan.Data;
using ParquetSharp;
using SkiaSharp;

namespace IlgpuGan.Tests.Data;

public sealed class ParquetTests : IDisposable
{
    private const int Count = 40, Side = 16;

    private readonly TemporaryFolder folder = new();
    private readonly byte[]?[] images = [.. Enumerable.Range(0, Count).Select(i => TestImages.Png(Side, Side, (byte)(i * 5), 7, (byte)i))];
    private readonly long?[] labels = [.. Enumerable.Range(0, Count).Select(i => (long?)(i % 3))];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Compression.Snappy, true, 100)]
    [InlineData(Compression.Snappy, false, 7)]
    [InlineData(Compression.Zstd, true, 7)]
    [InlineData(Compression.Gzip, false, 1)]
    [InlineData(Compression.Lz4Hadoop, true, 9)]
    [InlineData(Compression.Brotli, true, 40)]
    [InlineData(Compression.Uncompressed, true, 3)]
    public void Images_come_in_order_with_the_names_of_their_classes_however_they_are_packed(Compression codec, bool hasDictionary, int rowsOfGroup)
    {
        using ImageSet set = Loading.Load(Write("pets.parquet", rowsOfGroup, codec, hasDictionary));
        Assert.Equal((Count, Side, Side, 3), (set.Count, set.Height, set.Width, set.Channels));
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal([(byte)(i * 5), 7, (byte)i], set.Image(i)[..3].ToArray()));
        Assert.Equal(["label", "kind"], set.Labels.Select(column => column.Name));
        Assert.Equal(["cat", "dog", "cow", "newt"], set.Labels[0].ValueNames);
        Assert.Equal(labels.Select(value => (int)value!), set.Labels[0].Values);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => i % 2), set.Labels[1].Values);
        Assert.Contains(set.Warnings, warning => warning.Contains("caption", StringComparison.Ordinal));
        Assert.Contains(set.Warnings, warning => warning.Contains("boxes", StringComparison.Ordinal) && warning.Contains("lists", StringComparison.Ordinal));
    }

    [Fact]
    public void Equal_images_are_written_once_and_read_each_time()
    {
        for (int i = 0; i < Count; i++)
        {
            images[i] = images[i % 4];
        }

        using ImageSet set = Loading.Load(Write("equal.parquet"));
        Assert.All(Enumerable.Range(0, Count), i => Assert.Equal((byte)(i % 4), set.Image(i)[2]));
    }

    [Fact]
    public void The_shards_for_training_are_one_set_and_those_to_judge_by_are_left_out()
    {
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        ParquetFiles.Write(Path.Combine(folder, "data", "train-00000-of-00002-a09b74b3ef9c3b56.parquet"), images[..15], labels[..15], footer: ParquetFiles.Footer("cat", "dog", "cow"));
        ParquetFiles.Write(Path.Combine(folder, "data", "train-00001-of-00002-0d280cf9b1823d5c.parquet"), images[15..], labels[15..], footer: ParquetFiles.Footer("cat", "dog", "cow"));
        ParquetFiles.Write(Path.Combine(folder, "data", "test-00000-of-00001.parquet"), images[..3], labels[..3]);
        folder.File("README.md", [1]);
        using ImageSet set = Loading.Load(folder);
        Assert.Equal(Count, set.Count);
        Assert.Equal(39, set.Image(39)[2]);
        Assert.Equal(labels.Select(value => (int)value!), set.Labels[0].Values);
        Assert.Contains(set.Warnings, warning => warning.Contains("test-00000", StringComparison.Ordinal));
        using ImageSet pattern = Loading.Load(Path.Combine(folder, "data", "train-*.parquet"));
        Assert.Equal(set.Fingerprint, pattern.Fingerprint);
        using ImageSet all = Loading.Load(Path.Combine(folder, "data", "*.parquet"));
        Assert.Equal(Count + 3, all.Count);
    }

    [Fact]
    public void Broken_and_missing_images_are_left_out_with_their_labels_and_named()
    {
        images[2] = images[2]![..30];
        images[30] = null;
        images[31] = [];
        using ImageSet set = Loading.Load(Write("holes.parquet", 9));
        Assert.Equal(Count - 3, set.Count);
        Assert.Equal(["row 2 of holes.parquet", "row 30 of holes.parquet", "row 31 of holes.parquet"], set.SkippedFiles.Select(file => file.Path));
        Assert.Equal([.. labels.Where((_, i) => i is not (2 or 30 or 31)).Select(value => (int)value!)], set.Labels[0].Values);
        Loading.Refuses<BadFilesException>(Path.Combine(folder, "holes.parquet"), options => options with { MaxBadFiles = 2 }, "More than 2 images", "row 2 of holes.parquet");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(null)]
    [InlineData(9)]
    public void A_column_in_which_an_image_has_no_class_is_no_label(int? odd)
    {
        labels[5] = odd;
        using ImageSet set = Loading.Load(Write("some.parquet"));
        Assert.Equal(["kind"], set.Labels.Select(column => column.Name));
        Assert.Contains(set.Warnings, warning => warning.Contains("'label'", StringComparison.Ordinal) && warning.Contains("1 of 40 images", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_without_images_is_refused_with_its_columns()
    {
        string path = Path.Combine(folder, "table.parquet");
        using (var file = new ParquetFileWriter(path, [new Column<long>("age"), new Column<string>("name")]))
        {
            using RowGroupWriter group = file.AppendRowGroup();
            using (var ages = group.NextColumn().LogicalWriter<long>())
            {
                ages.WriteBatch([1, 2]);
            }

            using (var names = group.NextColumn().LogicalWriter<string>())
            {
                names.WriteBatch(["a", "b"]);
            }

            file.Close();
        }

        Loading.Refuses<SourceUnsupportedException>(path, null, "table.parquet", "'age'", "'name'", "images");
        Loading.Refuses<SourceUnsupportedException>(ParquetFiles.Write(Path.Combine(folder, "empty.parquet"), [], []), null, "empty.parquet", "no rows");
    }

    [Fact]
    public void A_column_of_bytes_that_is_no_struct_holds_images_too()
    {
        string path = Path.Combine(folder, "plain.parquet");
        using (var file = new ParquetFileWriter(path, [new Column<byte[]>("jpg"), new Column<int>("label"), new Column<bool>("smiling")]))
        {
            using RowGroupWriter group = file.AppendRowGroup();
            using (var files = group.NextColumn().LogicalWriter<byte[]>())
            {
                files.WriteBatch([.. images.Select(image => image!)]);
            }

            using (var numbers = group.NextColumn().LogicalWriter<int>())
            {
                numbers.WriteBatch([.. labels.Select(value => (int)value!)]);
            }

            using (var answers = group.NextColumn().LogicalWriter<bool>())
            {
                answers.WriteBatch([.. labels.Select(value => value == 1)]);
            }

            file.Close();
        }

        using ImageSet set = Loading.Load(path);
        Assert.Equal(Count, set.Count);
        Assert.Equal(["label", "smiling"], set.Labels.Select(column => column.Name));
        Assert.Equal(["no", "yes"], set.Labels[1].ValueNames);
    }

    [Fact]
    public void Days_and_instants_are_no_labels_though_they_are_written_as_numbers()
    {
        string path = Path.Combine(folder, "days.parquet");
        using (var file = new ParquetFileWriter(path, [new Column<byte[]>("jpg"), new Column<Date>("day"), new Column<DateTime>("taken")]))
        {
            using RowGroupWriter group = file.AppendRowGroup();
            using (var files = group.NextColumn().LogicalWriter<byte[]>())
            {
                files.WriteBatch([.. images.Select(image => image!)]);
            }

            using (var days = group.NextColumn().LogicalWriter<Date>())
            {
                days.WriteBatch([.. labels.Select(value => new Date((int)value!))]);
            }

            using (var instants = group.NextColumn().LogicalWriter<DateTime>())
            {
                instants.WriteBatch([.. labels.Select(value => DateTime.UnixEpoch.AddTicks(10 * value!.Value))]);
            }

            file.Close();
        }

        using ImageSet set = Loading.Load(path);
        Assert.Empty(set.Labels);
        foreach (string column in new[] { "day", "taken" })
        {
            Assert.Contains($"'{column}' of 'days.parquet' was not taken for labels: it holds what is neither image, plain number nor text.", set.Warnings);
        }
    }

    [Fact]
    public void An_encrypted_file_is_refused_and_so_is_one_whose_images_alone_are()
    {
        string whole = Path.Combine(folder, "whole.parquet");
        using (var builder = new FileEncryptionPropertiesBuilder("0123456789abcdef"u8.ToArray()))
        using (FileEncryptionProperties key = builder.Build())
        {
            ParquetFiles.Write(whole, images, labels, key: key);
        }

        Loading.Refuses<SourceUnsupportedException>(whole, null, "whole.parquet", "encrypted");

        string part = Path.Combine(folder, "part.parquet");
        using (var column = new ColumnEncryptionPropertiesBuilder("image.bytes").Key("0123456789abcdef"u8.ToArray()))
        using (ColumnEncryptionProperties secret = column.Build())
        using (var builder = new FileEncryptionPropertiesBuilder("fedcba9876543210"u8.ToArray()))
        using (FileEncryptionProperties key = builder.SetPlaintextFooter().EncryptedColumns([secret]).Build())
        {
            ParquetFiles.Write(part, images, labels, key: key);
        }

        Loading.Refuses<SourceUnsupportedException>(part, null, "part.parquet", "encrypted");
    }

    [Fact]
    public void A_damaged_file_is_refused()
    {
        byte[] good = File.ReadAllBytes(Write("good.parquet"));
        Loading.Refuses<SourceCorruptException>(folder.File("short.parquet", good[..^10]), null, "short.parquet", "truncated");
        Loading.Refuses<SourceCorruptException>(folder.File("words.parquet", "no Parquet at all"u8.ToArray()), null, "words.parquet");
        byte[] broken = [.. good];
        broken.AsSpan(400, 300).Fill(0xFF);
        var fault = Assert.Throws<SourceCorruptException>(() => Loading.Load(folder.File("broken.parquet", broken)));
        Assert.EndsWith("broken.parquet' is not a complete Parquet file: it is truncated or damaged; download or copy it again.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_are_those_of_all_row_groups_and_transparency_lies_on_white()
    {
        for (int i = 0; i < Count; i++)
        {
            images[i] = TestImages.Png(i < 5 ? 32 : 20, 20, new Func<int, int, SKColor>((x, _) => new SKColor(10, 20, 30, (byte)(x % 2 * 255))));
        }

        using ImageSet set = Loading.Load(Write("clear.parquet", 5));
        Assert.Equal((20, 20), (set.Height, set.Width));
        Assert.Equal([255, 255, 255, 10, 20, 30], set.Image(39)[..6].ToArray());
    }

    private string Write(string name, int rowsOfGroup = 100, Compression codec = Compression.Snappy, bool hasDictionary = true) =>
        ParquetFiles.Write(Path.Combine(folder, name), images, labels, rowsOfGroup, ParquetFiles.Footer("cat", "dog", "cow", "newt"), codec, hasDictionary);
}
