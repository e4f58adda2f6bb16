namespace IlgpuGan.Data.Containers;

/// <summary>
/// A column of a container: something that each row has, such as an image or a label. One thread at a time reads, mostly onwards, so going on behind the rows that
/// were read last is cheap, and going back need not be.
/// </summary>
/// <param name="name">Its name in the file; parts of a path are divided by <c>/</c>.</param>
/// <param name="element">What it is made of.</param>
/// <param name="lengths">Its shape, [rows, ...]; a single length where a row is one element.</param>
public abstract class ContainerColumn(string name, ContainerElement element, IReadOnlyList<long> lengths)
{
    /// <summary>Its name in the file.</summary>
    public string Name { get; } = name;

    /// <summary>What it is made of.</summary>
    public ContainerElement Element { get; } = element;

    /// <summary>Its shape, [rows, ...].</summary>
    public IReadOnlyList<long> Lengths { get; } = lengths;

    /// <summary>Number of rows.</summary>
    public long Rows => Lengths[0];

    /// <summary>Names of the values 0, 1, ... of a column of whole numbers; null for none.</summary>
    public virtual IReadOnlyList<string>? ValueNames => null;

    /// <summary>Why it cannot be read, and what can be done, as the rest of a sentence that begins with the column; null where it can.</summary>
    public virtual string? Refusal => null;

    /// <summary>Rows where reading can begin without reading what is before, in rising order, the first row among them.</summary>
    public virtual IReadOnlyList<long> Starts => [0];

    /// <summary>Bytes of a row, or of a usual one where they differ.</summary>
    public virtual long BytesPerRow => Element.Bytes() * Lengths.Skip(1).Aggregate(1L, (product, length) => product * length);

    /// <summary>
    /// The bytes of rows: of a file its content, null where the row has none; of numbers all elements, the last axis running fastest. They stay
    /// valid and unchanged.
    /// </summary>
    /// <exception cref="DataException">The rows cannot be read.</exception>
    public virtual IReadOnlyList<ReadOnlyMemory<byte>?> Read(long first, int count) => throw new NotSupportedException($"Column '{Name}' is no bytes.");

    /// <summary>Rows of one element as text, numbers as they are written; null where the row has none.</summary>
    /// <exception cref="DataException">The rows cannot be read.</exception>
    public virtual IReadOnlyList<string?> ReadTexts(long first, int count) => [.. Read(first, count).Select(row => row is { } bytes ? Element.Text(bytes.Span) : null)];
}
