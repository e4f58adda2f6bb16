using System.Globalization;
using IlgpuGan.Data;
using IlgpuGan.Data.Containers;
using ParquetSharp;

namespace IlgpuGan.Parquet;

/// <summary>A column of a Parquet file, read onwards a few values at a time, as they lie.</summary>
internal sealed class ParquetColumn : ContainerColumn, IDisposable
{
    private const int AtOnce = 64;

    private readonly ParquetGroups groups;
    private readonly ParquetLeaf leaf;
    private readonly short[] levels = new short[AtOnce];
    private readonly short[] repetitions = new short[AtOnce];
    private readonly Dictionary<string, string> known = new(StringComparer.Ordinal);
    private readonly Lazy<(long Bytes, bool IsEncrypted)> facts;
    private RowGroupReader? group;
    private ColumnReader? values;
    private int open = -1;
    private long next;

    /// <summary>A column, of which nothing is read yet.</summary>
    public ParquetColumn(ParquetGroups groups, ParquetLeaf leaf, string name, ContainerElement element, long rows, IReadOnlyList<string>? valueNames)
        : base(name, element, [rows])
    {
        (this.groups, this.leaf, ValueNames) = (groups, leaf, valueNames);
        facts = new(ReadFacts);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string>? ValueNames { get; }

    /// <inheritdoc/>
    public override string? Refusal => leaf.IsRepeated ? "holds lists, of which none is read"
        : facts.Value.IsEncrypted ? "is encrypted, and is not read; write the file anew without encryption"
        : Element == ContainerElement.Other ? "holds what is neither image, plain number nor text" : null;

    /// <inheritdoc/>
    public override IReadOnlyList<long> Starts => groups.Starts;

    /// <inheritdoc/>
    public override long BytesPerRow => facts.Value.Bytes / Math.Max(1, Rows);

    /// <inheritdoc/>
    public override IReadOnlyList<ReadOnlyMemory<byte>?> Read(long first, int count) =>
        Rowed(first, count, value => (ReadOnlyMemory<byte>?)Bytes(value));

    /// <inheritdoc/>
    public override IReadOnlyList<string?> ReadTexts(long first, int count) => Rowed(first, count, value => Text(value));

    /// <inheritdoc/>
    public void Dispose()
    {
        values?.Dispose();
        group?.Dispose();
    }

    private (long Bytes, bool IsEncrypted) ReadFacts()
    {
        try
        {
            return groups.Facts(leaf.Index);
        }
        catch (Exception e) when (ParquetFormat.Refusal(e, groups.Path) is { } refusal)
        {
            throw refusal;
        }
    }

    private static byte[] Bytes(object value)
    {
        var bytes = (ByteArray)value;
        return bytes.Length == 0 ? [] : ToSpan(bytes).ToArray();
    }

    private static unsafe ReadOnlySpan<byte> ToSpan(ByteArray bytes) => new((void*)bytes.Pointer, bytes.Length);

    private string Text(object value)
    {
        string text = value is ByteArray bytes ? System.Text.Encoding.UTF8.GetString(ToSpan(bytes)) : Convert.ToString(value, CultureInfo.InvariantCulture)!;
        return known.TryGetValue(text, out string? same) ? same : known.Count < ushort.MaxValue ? known[text] = text : text;
    }

    private T?[] Rowed<T>(long first, int count, Func<object, T> make)
    {
        try
        {
            var rows = new T?[count];
            for (int done = 0; done < count;)
            {
                MoveTo(first + done);
                int read = values switch
                {
                    ColumnReader<bool> reader => Take(reader, rows.AsSpan(done), make),
                    ColumnReader<int> reader => Take(reader, rows.AsSpan(done), make),
                    ColumnReader<long> reader => Take(reader, rows.AsSpan(done), make),
                    ColumnReader<float> reader => Take(reader, rows.AsSpan(done), make),
                    ColumnReader<double> reader => Take(reader, rows.AsSpan(done), make),
                    ColumnReader<ByteArray> reader => Take(reader, rows.AsSpan(done), make),
                    _ => throw new NotSupportedException($"Column '{Name}' is of no kind that is read."),
                };
                if (read == 0)
                {
                    throw new SourceCorruptException($"'{Name}' of '{groups.Path}' ends at row {next} of {Rows}: the file is damaged; download or copy it again.");
                }

                done += read;
                next += read;
            }

            return rows;
        }
        catch (Exception e) when (ParquetFormat.Refusal(e, groups.Path) is { } refusal)
        {
            throw refusal;
        }
    }

    private int Take<TValue, T>(ColumnReader<TValue> reader, Span<T?> rows, Func<object, T> make)
        where TValue : unmanaged
    {
        var read = new TValue[Math.Min(AtOnce, rows.Length)];
        int count = (int)reader.ReadBatch(read.Length, levels, repetitions, read, out _);
        int present = 0;
        for (int i = 0; i < count; i++)
        {
            rows[i] = leaf.Present == 0 || levels[i] == leaf.Present ? make(read[present++]) : default;
        }

        return count;
    }

    private void MoveTo(long row)
    {
        int wanted = groups.Of(row);
        if (wanted != open || row < next)
        {
            values?.Dispose();
            group?.Dispose();
            group = groups.Open(wanted);
            values = group.Column(leaf.Index);
            (open, next) = (wanted, groups.First(wanted));
        }

        if (row > next)
        {
            values!.Skip(row - next);
            next = row;
        }
    }
}
