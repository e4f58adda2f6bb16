using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using ParquetSharp;
using PureHDF;

namespace IlgpuGan.Tests.Data;

/// <summary>What a column of numbers must be to label images is one rule, whatever file it lies in.</summary>
public sealed class RowLabelTests : IDisposable
{
    private const int Count = 4, Side = 16;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string> Kinds => ["npz", "npy", "h5", "parquet"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Whole_numbers_label_whatever_they_are_written_as(string kind)
    {
        using ImageSet set = Loading.Load(Write(kind, 2, 0, 1, 2));
        Assert.Equal([2, 0, 1, 2], Assert.Single(set.Labels).Values);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_column_with_what_is_no_number_is_no_label_and_its_first_row_is_named(string kind)
    {
        foreach (var (odd, word) in new[] { (double.NaN, "NaN"), (double.PositiveInfinity, "Infinity"), (double.NegativeInfinity, "-Infinity") })
        {
            string path = Write(kind, 0, 1, odd, odd);
            using ImageSet set = Loading.Load(path);
            Assert.Empty(set.Labels);
            string name = Path.GetFileName(path);
            string warning = $"' of '{name}' was not taken for labels: row 2 of {name} has {word} in it, which is no class; give it a whole number, or leave that row out.";
            Assert.Contains(set.Warnings, said => said.EndsWith(warning, StringComparison.Ordinal));
            var fault = Assert.Throws<OptionException>(() => LabelChoice.Of(set, kind == "npy" ? "labels" : "label"));
            Assert.EndsWith(warning, fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Measures_are_no_labels_and_that_is_said(string kind)
    {
        foreach (double measure in new[] { 0.5, -3, 1e9, 65_536 })
        {
            using ImageSet set = Loading.Load(Write(kind, 0, 1, measure, 1));
            Assert.Empty(set.Labels);
            Assert.Contains(set.Warnings, said => said.Contains("these columns are no labels", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Rows_of_zeros_and_ones_with_a_gap_are_no_labels()
    {
        byte[] hot = NumpyFiles.Bytes("<f4", 1, 0, 0, 1, double.NaN, 0, 0, 1);
        string path = folder.File("hot.npz", NumpyFiles.Npz(false, ("images", Images()), ("label", NumpyFiles.Npy("<f4", [Count, 2], hot))));
        using ImageSet set = Loading.Load(path);
        Assert.Empty(set.Labels);
        Assert.Contains(set.Warnings, said => said.Contains("row 2 of hot.npz has NaN", StringComparison.Ordinal));
    }

    [Fact]
    public void A_label_that_is_asked_for_twice_is_refused()
    {
        var choice = new LabelChoice([new("hair-colour", ["red", "blue"], [1, 1]), new("eye-colour", ["red", "green"], [1, 1])]);
        Assert.Equal([0, 1], choice.Parse("hair=red,eyes=green"));
        foreach (string twice in new[] { "hair=red,hair=blue", "hair=red,eyes=green,hair-colour=red" })
        {
            var fault = Assert.Throws<OptionException>(() => choice.Parse(twice));
            Assert.Contains($"\"{twice}\" asks for hair-colour twice, red and ", fault.Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Images() => NumpyFiles.Npy("|u1", [Count, Side, Side], NumpyFiles.Pixels(Count, Side, 1));

    private string Write(string kind, params double[] labels)
    {
        byte[] column = NumpyFiles.Npy("<f8", [Count], NumpyFiles.Bytes("<f8", labels));
        string path = Path.Combine(folder, $"images.{kind}");
        switch (kind)
        {
            case "npz":
                return folder.File("images.npz", NumpyFiles.Npz(true, ("images", Images()), ("label", column)));
            case "npy":
                folder.File("labels.npy", column);
                return folder.File("images.npy", Images());
            case "h5":
                var pixels = new byte[Count, Side, Side];
                Buffer.BlockCopy(NumpyFiles.Pixels(Count, Side, 1), 0, pixels, 0, pixels.Length);
                new H5File { ["images"] = pixels, ["label"] = labels }.Write(path);
                return path;
            default:
                using (var file = new ParquetFileWriter(path, [new Column<byte[]>("image"), new Column<double>("label")]))
                {
                    using RowGroupWriter group = file.AppendRowGroup();
                    using (var files = group.NextColumn().LogicalWriter<byte[]>())
                    {
                        files.WriteBatch([.. labels.Select((_, i) => TestImages.Png(Side, Side, (byte)i, 7, 9))]);
                    }

                    using (var numbers = group.NextColumn().LogicalWriter<double>())
                    {
                        numbers.WriteBatch(labels);
                    }

                    file.Close();
                }

                return path;
        }
    }
}
