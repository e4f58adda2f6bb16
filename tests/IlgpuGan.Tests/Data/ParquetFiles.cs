using ParquetSharp;
using ParquetSharp.Schema;

namespace IlgpuGan.Tests.Data;

/// <summary>Writes Parquet as Hugging Face's library does: <c>image: struct&lt;bytes, path&gt;</c> beside labels, the features in the footer.</summary>
internal static class ParquetFiles
{
    /// <summary>What the footer says of the columns <c>label</c> (classes of these names) and <c>image</c>.</summary>
    public static Dictionary<string, string> Footer(params string[] classes)
    {
        string names = string.Join(", ", classes.Select(name => $"\"{name}\""));
        const string Features = """{"info": {"features": {"image": {"_type": "Image"}, "label": {"names": [NAMES], "_type": "ClassLabel"}}}}""";
        return new() { ["huggingface"] = Features.Replace("NAMES", names, StringComparison.Ordinal) };
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="images">File of each row; null for a row without.</param>
    /// <param name="labels">Label of each row; null for a row without.</param>
    /// <param name="rowsOfGroup">Rows of a row group.</param>
    /// <param name="footer">Texts in the footer.</param>
    /// <param name="codec">How pages are packed.</param>
    /// <param name="hasDictionary">Whether equal values are written once.</param>
    /// <param name="key">Encrypts all but the footer's mark with a key of 16 letters.</param>
    public static string Write(
        string path, byte[]?[] images, long?[] labels, int rowsOfGroup = 100, Dictionary<string, string>? footer = null, Compression codec = Compression.Snappy, bool hasDictionary = true,
        FileEncryptionProperties? key = null)
    {
        using var text = LogicalType.String();
        using var list = LogicalType.List();
        using var none = LogicalType.None();
        Node Text(string name) => new PrimitiveNode(name, Repetition.Optional, text, PhysicalType.ByteArray);
        Node Whole(string name) => new PrimitiveNode(name, Repetition.Optional, none, PhysicalType.Int64);
        using var schema = new GroupNode("schema", Repetition.Required,
        [
            new GroupNode("boxes", Repetition.Optional, [new GroupNode("list", Repetition.Repeated, [Whole("element")])], list),
            new GroupNode("image", Repetition.Optional, [new PrimitiveNode("bytes", Repetition.Optional, none, PhysicalType.ByteArray), Text("path")]),
            Whole("label"),
            Text("kind"),
            Text("caption"),
        ]);
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(codec);
        _ = hasDictionary ? builder.EnableDictionary() : builder.DisableDictionary();
        if (key is not null)
        {
            builder.Encryption(key);
        }

        using WriterProperties properties = builder.Build();
        using var file = new ParquetFileWriter(path, schema, properties, keyValueMetadata: footer);
        for (int first = 0; first < images.Length; first += rowsOfGroup)
        {
            int[] rows = [.. Enumerable.Range(first, Math.Min(rowsOfGroup, images.Length - first))];
            using RowGroupWriter group = file.AppendRowGroup();
            using (var boxes = group.NextColumn().LogicalWriter<long?[]?>())
            {
                boxes.WriteBatch([.. rows.Select(row => row % 3 == 0 ? null : Enumerable.Range(0, row % 4).Select(i => (long?)i).ToArray())]);
            }

            using (var bytes = group.NextColumn().LogicalWriter<Nested<byte[]?>?>())
            {
                bytes.WriteBatch([.. rows.Select(row => images[row] is { } image ? new Nested<byte[]?>(image) : (Nested<byte[]?>?)null)]);
            }

            using (var names = group.NextColumn().LogicalWriter<Nested<string?>?>())
            {
                names.WriteBatch([.. rows.Select(row => images[row] is not null ? new Nested<string?>(row % 2 == 0 ? null : $"{row}.png") : (Nested<string?>?)null)]);
            }

            using (var numbers = group.NextColumn().LogicalWriter<long?>())
            {
                numbers.WriteBatch([.. rows.Select(row => labels[row])]);
            }

            using (var kinds = group.NextColumn().LogicalWriter<string?>())
            {
                kinds.WriteBatch([.. rows.Select(row => row % 2 == 0 ? "even" : "odd")]);
            }

            using (var captions = group.NextColumn().LogicalWriter<string?>())
            {
                captions.WriteBatch([.. rows.Select(row => $"the picture of number {row}")]);
            }
        }

        file.Close();
        return path;
    }
}
