using System.Globalization;

namespace IlgpuGan.Data.Containers;

/// <summary>The rows of one or several containers of equal columns as one list. Of the files one at a time is open, and of the rows those that were fetched are held.</summary>
internal sealed class ContainerRows : IDisposable
{
    /// <summary>Most bytes of rows that are held.</summary>
    private const long MostBytes = 64 << 20;

    private readonly Lock reading = new();
    private readonly List<ContainerFile> files = [];
    private readonly string setPart;
    private string? openPath;
    private IImageContainer? open;
    private IReadOnlyList<ReadOnlyMemory<byte>?> held = [];
    private int heldFirst;

    /// <summary>Opens the files in turn and finds their images.</summary>
    /// <param name="paths">The files in their order, at least one.</param>
    /// <param name="remarks">Hears which columns were left out.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DataException">A file cannot be read, holds no images, or others than the first.</exception>
    public ContainerRows(IReadOnlyList<string> paths, List<string> remarks, CancellationToken cancellation)
    {
        try
        {
            ContainerColumn first = ImageColumn.Of(Open(paths[0]), paths[0], remarks);
            (Image, Columns) = (first, open!.Columns);
            setPart = ImageColumn.PartOf(first);
            long rows = 0;
            foreach (string path in paths)
            {
                cancellation.ThrowIfCancellationRequested();
                ContainerColumn images = ColumnIn(path, first.Name) is { } same && same.Element == first.Element && same.Lengths.Skip(1).SequenceEqual(first.Lengths.Skip(1)) ? same
                    : throw new SourceUnsupportedException(
                        $"'{path}' holds no images in '{first.Name}' like those of '{paths[0]}', of which it is to be a part; give files that were written alike.");
                int start = (int)rows;
                rows += images.Rows;
                if (rows > int.MaxValue)
                {
                    throw new SourceTooLargeException($"'{path}' makes the set larger than {int.MaxValue} images; give fewer files.");
                }

                // A file of a set may be empty; the set may not.
                if (images.Rows > 0)
                {
                    files.Add(new ContainerFile(path, start, (int)images.Rows) { Starts = [.. images.Starts.Select(row => start + (int)row)] });
                }
            }

            Count = (int)rows;
            if (Count == 0)
            {
                throw new SourceUnsupportedException($"'{paths[0]}' holds no images: '{first.Name}' has no rows; give a file that has some.");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Number of rows, at least 1.</summary>
    public int Count { get; }

    /// <summary>The images, as the first file has them.</summary>
    public ContainerColumn Image { get; }

    /// <summary>All columns, as the first file has them.</summary>
    public IReadOnlyList<ContainerColumn> Columns { get; }

    /// <summary>The files that have rows.</summary>
    public IReadOnlyList<ContainerFile> Files => files;

    /// <summary>The most rows to be fetched at once.</summary>
    public int MostAtOnce => RowsAtOnce(Image);

    /// <summary>Columns that may label the images: no images themselves, and of the same part of the set.</summary>
    public IEnumerable<ContainerColumn> Labels => Columns.Where(column =>
        column.Name != Image.Name && column.Lengths.Count <= 2 && column.Element is not ContainerElement.File && ImageColumn.PartOf(column) == setPart);

    /// <summary>Whether a column can be a label, one way or another.</summary>
    public static bool IsText(ContainerColumn column) => column.Lengths.Skip(1).All(length => length == 1);

    /// <summary>Name of a row in messages.</summary>
    public string NameOf(int row)
    {
        ContainerFile file = FileOf(row);
        return string.Create(CultureInfo.InvariantCulture, $"row {row - file.First} of {file.Name}");
    }

    /// <summary>Holds rows, and lets go of others; called by one thread, while nobody reads.</summary>
    public void Fetch(int first, int count) => (held, heldFirst) = (Read(first, count), first);

    /// <summary>The bytes of a row; from any thread, fast for those that were fetched.</summary>
    public ReadOnlyMemory<byte>? this[int row]
    {
        get
        {
            if (row >= heldFirst && row < heldFirst + held.Count)
            {
                return held[row - heldFirst];
            }

            lock (reading)
            {
                return Read(row, 1)[0];
            }
        }
    }

    /// <summary>Calls for all rows in turn, as many at once as may be held.</summary>
    public void ForAll(Action<int, IReadOnlyList<ReadOnlyMemory<byte>?>> action, CancellationToken cancellation)
    {
        for (int first = 0; first < Count; first += MostAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            action(first, Read(first, Math.Min(MostAtOnce, Count - first)));
        }
    }

    /// <summary>The texts of a column, of all rows; null where a file has no such column of one element a row.</summary>
    public IReadOnlyList<string?>? Texts(string column) => Gather(column, IsText, (from, first, count) => from.ReadTexts(first, count));

    /// <summary>The bytes of a column, of all rows; null where a file has no such column.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>?>? Vectors(string column) => Gather(column, _ => true, (from, first, count) => from.Read(first, count));

    public void Dispose() => open?.Dispose();

    private static int RowsAtOnce(ContainerColumn column) => (int)Math.Clamp(MostBytes / Math.Max(1, column.BytesPerRow), 1, 1 << 16);

    private List<T>? Gather<T>(string name, Func<ContainerColumn, bool> fits, Func<ContainerColumn, long, int, IReadOnlyList<T>> read)
    {
        var all = new List<T>(Count);
        foreach (ContainerFile file in files)
        {
            if (ColumnIn(file.Path, name) is not { } column || column.Rows != file.Count || !fits(column))
            {
                return null;
            }

            int atOnce = RowsAtOnce(column);
            for (int first = 0; first < file.Count; first += atOnce)
            {
                all.AddRange(read(column, first, Math.Min(atOnce, file.Count - first)));
            }
        }

        return all;
    }

    private ReadOnlyMemory<byte>?[] Read(int first, int count)
    {
        var rows = new ReadOnlyMemory<byte>?[count];
        for (int done = 0; done < count;)
        {
            ContainerFile file = FileOf(first + done);
            int start = first + done - file.First;
            int part = Math.Min(count - done, file.Count - start);
            IReadOnlyList<ReadOnlyMemory<byte>?> read = ColumnIn(file.Path, Image.Name)!.Read(start, part);
            for (int i = 0; i < part; i++)
            {
                rows[done + i] = read[i];
            }

            done += part;
        }

        return rows;
    }

    private ContainerFile FileOf(int row)
    {
        int low = 0;
        for (int high = files.Count; high - low > 1;)
        {
            int middle = (low + high) / 2;
            (low, high) = files[middle].First <= row ? (middle, high) : (low, middle);
        }

        return files[low];
    }

    private ContainerColumn? ColumnIn(string path, string name) => Open(path).Columns.FirstOrDefault(column => column.Name == name);

    private IImageContainer Open(string path)
    {
        if (openPath != path)
        {
            open?.Dispose();
            (open, openPath) = (null, null);
            open = ContainerFormats.Open(path);
            openPath = path;
        }

        return open!;
    }
}
