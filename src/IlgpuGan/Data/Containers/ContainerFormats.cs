namespace IlgpuGan.Data.Containers;

/// <summary>The formats of files that hold many images, by their first bytes and their names.</summary>
internal static class ContainerFormats
{
    private const int MostMagic = 8;

    private static readonly byte[] Npy = [0x93, .. "NUMPY"u8];
    private static readonly byte[] Zip = [.. "PK"u8];

    private static readonly Row[] Rows =
    [
        new("NumPy", [".npy"], [Npy], _ => new NumpyFormat()) { Others = [Zip] },
        // A zip of arrays; by its first bytes alone it may be one of images.
        new("NumPy", [".npz"], [], _ => new NumpyFormat()) { Others = [Npy, Zip] },
        new("Parquet", [".parquet"], [[.. "PAR1"u8], [.. "PARE"u8]], path => Package(path, "Parquet", "IlgpuGan.Parquet")),
        new("HDF5", [".h5", ".hdf5", ".hdf"], [[0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n']], path => Package(path, "HDF5", "IlgpuGan.Hdf5")) { Places = UserBlocks },
    ];

    /// <summary>What is read, for people.</summary>
    public const string Kinds = "Parquet, HDF5, npz or npy";

    /// <summary>Whether a file is a container by its name.</summary>
    public static bool IsName(string name) => Array.Exists(Rows, row => row.Has(name));

    /// <summary>Whether a file is a container by its name or, where that says nothing, by its first bytes.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static bool Is(string path) => Find(path) is not null;

    /// <summary>Opens a container.</summary>
    /// <exception cref="DataException">It cannot be read, or the package that reads it is not there.</exception>
    public static IImageContainer Open(string path)
    {
        try
        {
            Row row = Find(path) ?? throw new SourceUnsupportedException($"'{path}' is of no kind that can be read; give a file of {Kinds}.");
            return StartOf(row, path) is null ? throw OtherContent.Of(path, row.Name) : row.Format(path).Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(e, path)}; allow reading it, or name another.", e);
        }
    }

    /// <summary>Where HDF5 begins in a file: at its first byte, or behind a block that the user has to himself, of 512 bytes or that twice, four times, ... as long.</summary>
    internal static IEnumerable<long> UserBlocks(long length)
    {
        yield return 0;
        for (long place = 512; place < length; place *= 2)
        {
            yield return place;
        }
    }

    /// <summary>Where the content of a file begins; null where it is of another kind than its name says.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static long? StartOf(string path) => Find(path) is { } row ? StartOf(row, path) : null;

    private static long? StartOf(Row row, string path)
    {
        using FileStream stream = File.OpenRead(path);
        foreach (long place in row.Places(stream.Length))
        {
            byte[] start = new byte[MostMagic];
            stream.Position = place;
            int read = stream.ReadAtLeast(start, MostMagic, throwOnEndOfStream: false);
            if (row.Magic.Concat(row.Others).Any(magic => start.AsSpan(0, read).StartsWith(magic)))
            {
                return place;
            }
        }

        return null;
    }

    private static Row? Find(string path)
    {
        if (Array.Find(Rows, row => row.Has(path)) is { } named)
        {
            return named;
        }

        byte[] start = new byte[MostMagic];
        using FileStream stream = File.OpenRead(path);
        int read = stream.ReadAtLeast(start, MostMagic, throwOnEndOfStream: false);
        return Array.Find(Rows, row => Array.Exists(row.Magic, magic => start.AsSpan(0, read).StartsWith(magic)));
    }

    // Found by name: a library that is beside the program serves every command and a resumed run, and nobody has to say so anywhere.
    private static IContainerFormat Package(string path, string kind, string package)
    {
        var type = Type.GetType($"{package}.{kind[0]}{kind[1..].ToLowerInvariant()}Format, {package}");
        return type is not null && Activator.CreateInstance(type) is IContainerFormat format ? format
            : throw new SourceUnsupportedException($"'{path}' is a file of {kind}, which the package {package} reads; add it to the program.");
    }

    private sealed record Row(string Name, string[] Endings, byte[][] Magic, Func<string, IContainerFormat> Format)
    {
        /// <summary>What it may begin with, too, where its name says what it is.</summary>
        public byte[][] Others { get; init; } = [];

        /// <summary>Where it may begin in a file of a length.</summary>
        public Func<long, IEnumerable<long>> Places { get; init; } = _ => [0];

        public bool Has(string name) => Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
