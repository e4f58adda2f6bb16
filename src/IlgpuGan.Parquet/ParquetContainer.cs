using IlgpuGan.Data.Containers;
using ParquetSharp;

namespace IlgpuGan.Parquet;

/// <summary>An open Parquet file.</summary>
internal sealed class ParquetContainer : IImageContainer
{
    private readonly ReaderProperties properties = ReaderProperties.GetDefaultReaderProperties();
    private readonly ParquetFileReader reader;
    private readonly List<ParquetColumn> columns = [];

    /// <summary>Opens a file and reads its footer.</summary>
    /// <exception cref="ParquetException">It is damaged.</exception>
    public ParquetContainer(string path)
    {
        // Without it a column of a whole row group is read at once, which may be all images of the file.
        properties.EnableBufferedStream();
        try
        {
            reader = new ParquetFileReader(path, properties);
            FindColumns(path);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<ContainerColumn> Columns => columns;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ParquetColumn column in columns)
        {
            column.Dispose();
        }

        reader?.Dispose();
        properties.Dispose();
    }

    private void FindColumns(string path)
    {
        FileMetaData file = reader.FileMetaData;
        var groups = new ParquetGroups(reader, path);
        var features = HuggingFaceFeatures.Of(file.KeyValueMetadata ?? new Dictionary<string, string>());
        int count = file.Schema.NumColumns;
        string[] leaves = [.. Enumerable.Range(0, count).Select(i => file.Schema.Column(i).Path.ToDotString())];
        bool hasStructs = leaves.Any(leaf => IsImageBytes(leaf, leaves));
        for (int i = 0; i < count; i++)
        {
            string leaf = leaves[i];
            if (IsImagePath(leaf, leaves))
            {
                continue;
            }

            string name = IsImageBytes(leaf, leaves) ? leaf[..leaf.LastIndexOf('.')] : leaf;
            string root = leaf.Split('.')[0];
            using var type = file.Schema.Column(i).LogicalType;
            var facts = new ParquetLeaf(i, file.Schema.Column(i), type);
            ContainerElement element = facts.IsRepeated ? ContainerElement.Other
                : facts.IsBytes && !facts.IsText ? IsImageBytes(leaf, leaves) || !hasStructs ? ContainerElement.File : ContainerElement.Other
                : facts.Element;
            // Of a list inside a struct the place in it says nothing to people; the column does.
            if (!facts.IsRepeated || columns.TrueForAll(column => column.Name != root))
            {
                columns.Add(new ParquetColumn(groups, facts, facts.IsRepeated ? root : name, element, file.NumRows, features.GetValueOrDefault(name)));
            }
        }
    }

    private static bool IsImageBytes(string leaf, string[] leaves) =>
        leaf.EndsWith(".bytes", StringComparison.Ordinal) && leaves.Contains(leaf[..^"bytes".Length] + "path") && leaf.Count(sign => sign == '.') == 1;

    private static bool IsImagePath(string leaf, string[] leaves) => leaf.EndsWith(".path", StringComparison.Ordinal) && IsImageBytes(leaf[..^"path".Length] + "bytes", leaves)
        && leaves.Contains(leaf[..^"path".Length] + "bytes");
}
