namespace IlgpuGan.Data.Containers;

/// <summary>The formats of files that hold many images, by their first bytes and their names.</summary>
internal static class ContainerFormats
{
    private const int MostMagic = 8;

    private static readonly Row[] Rows =
    [
        new("NumPy", [".npy"], [[0x93, .. "NUMPY"u8]], _ => new NumpyFormat()),
        // A zip of arrays; by its first bytes alone it may be one of images.
        new("NumPy", [".npz"], [], _ => new NumpyFormat()),
        new("Parquet", [".parquet"], [[.. "PAR1"u8], [.. "PARE"u8]], path => Package(path, "Parquet", "IlgpuGan.Parquet")),
        new("HDF5", [".h5", ".hdf5", ".hdf"], [[0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n']], path => Package(path, "HDF5", "IlgpuGan.Hdf5")),
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
            return row.Format(path).Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(e, path)}; allow reading it, or name another.", e);
        }
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
        public bool Has(string name) => Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }
}
