using ParquetSharp;

namespace IlgpuGan.Parquet;

/// <summary>The row groups of a file.</summary>
internal sealed class ParquetGroups
{
    private readonly ParquetFileReader reader;
    private readonly long[] starts;

    /// <summary>Reads their sizes.</summary>
    public ParquetGroups(ParquetFileReader reader, string path)
    {
        (this.reader, Path) = (reader, path);
        FileMetaData file = reader.FileMetaData;
        starts = new long[file.NumRowGroups + 1];
        for (int i = 0; i < file.NumRowGroups; i++)
        {
            using RowGroupReader group = reader.RowGroup(i);
            starts[i + 1] = starts[i] + group.MetaData.NumRows;
        }

        if (starts[^1] != file.NumRows)
        {
            throw new ParquetException("rows", "The row groups have other numbers of rows than the file.");
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>First rows of the groups that have any; 0 where none has.</summary>
    public IReadOnlyList<long> Starts => starts is [_] ? [0] : [.. starts[..^1].Distinct().Where(start => start < starts[^1] || start == 0)];

    /// <summary>The group of a row.</summary>
    public int Of(long row) => Array.FindLastIndex(starts, start => start <= row);

    /// <summary>The first row of a group.</summary>
    public long First(int group) => starts[group];

    /// <summary>Opens a group.</summary>
    public RowGroupReader Open(int group) => reader.RowGroup(group);

    /// <summary>Bytes that a column takes in all groups, unpacked, and whether any of it is encrypted.</summary>
    public (long Bytes, bool IsEncrypted) Facts(int column)
    {
        long bytes = 0;
        for (int i = 0; i < starts.Length - 1; i++)
        {
            using RowGroupReader group = reader.RowGroup(i);
            if (IsSecret(group, column))
            {
                return (bytes, true);
            }

            using ColumnChunkMetaData chunk = group.MetaData.GetColumnChunkMetaData(column);
            bytes += chunk.TotalUncompressedSize;
        }

        return (bytes, false);
    }

    // What a column is like may itself be a secret; the library then throws.
    private static bool IsSecret(RowGroupReader group, int column)
    {
        try
        {
            using ColumnChunkMetaData chunk = group.MetaData.GetColumnChunkMetaData(column);
            using ColumnCryptoMetaData? crypto = chunk.CryptoMetadata;
            return crypto is not null;
        }
        catch (ParquetException e) when (e.Message.Contains("crypt", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }
    }
}
