using IlgpuGan.Data.Labelling;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Containers;

/// <summary>Images that lie as rows in containers. They are read onwards, some at a time, so that a set may be larger than the memory.</summary>
internal abstract class ContainerSource(string name, string readFrom, string identity, ContainerRows rows) : ImageSource
{
    public override string Name => name;

    public override string ReadFrom => readFrom;

    public override string Identity => identity;

    public override int Count => rows.Count;

    public override int MostAtOnce => rows.MostAtOnce;

    /// <summary>The rows of the set.</summary>
    protected ContainerRows Rows => rows;

    /// <summary>The source of a set that lies in containers: of image files, or of arrays.</summary>
    /// <param name="name">Name for people.</param>
    /// <param name="readFrom">What is read, for people.</param>
    /// <param name="identity">What decides the content.</param>
    /// <param name="paths">The files in their order.</param>
    /// <param name="remarks">What a user should know.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DataException">They cannot be read, or hold no images.</exception>
    public static ContainerSource Of(string name, string readFrom, string identity, IReadOnlyList<string> paths, List<string> remarks, CancellationToken cancellation)
    {
        var rows = new ContainerRows(paths, remarks, cancellation);
        return rows.Image.Element == ContainerElement.File ? new FileColumnSource(name, readFrom, identity, rows) : new ArrayColumnSource(name, readFrom, identity, rows);
    }

    public override void Fetch(int first, int count) => rows.Fetch(first, count);

    public override string ItemName(int index) => rows.NameOf(index);

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings) => RowLabels.Of(rows, Name, kept, warnings);

    public override void Dispose()
    {
        rows.Dispose();
        base.Dispose();
    }

    /// <summary>The bytes of a row.</summary>
    /// <exception cref="ImageDecodeException">It has none.</exception>
    protected ReadOnlyMemory<byte> RowOf(int index) => rows[index] ?? throw new ImageDecodeException("holds no image");
}
