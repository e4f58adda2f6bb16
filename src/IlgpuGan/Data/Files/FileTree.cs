using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Files;

/// <summary>A file of a tree.</summary>
/// <param name="Path">Path in the tree with <c>/</c> between its parts; no two files have the same.</param>
/// <param name="Length">Bytes.</param>
internal sealed record TreeFile(string Path, long Length)
{
    /// <summary>Where the tree is several archives: the one that holds the file, with <c>/</c> at its end. What is inside knows nothing of it.</summary>
    public string Shard { get; init; } = "";

    /// <summary>The path inside the archive.</summary>
    public string Within => Path[Shard.Length..];

    /// <summary>The last part of the path.</summary>
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];

    /// <summary>The path up to and with its last <c>/</c>; empty at the root.</summary>
    public string Folder => Path[..(Path.LastIndexOf('/') + 1)];
}

/// <summary>
/// A tree of named files: a folder, a zip, a tar or several of them. What a set consists of and how it is labelled is found by names alone,
/// so that it is the same however the files are packed.
/// </summary>
internal abstract class FileTree : IDisposable
{
    /// <summary>Bytes of the largest file that is read whole: room for an uncompressed picture of 64 megapixels.</summary>
    public const long MaxFileBytes = 256L << 20;

    /// <summary>Name for people.</summary>
    public abstract string Name { get; }

    /// <summary>Full path of the folder or archive, for messages.</summary>
    public abstract string Place { get; }

    /// <summary>Everything that decides the content: paths, sizes and times. Cheap: no file is opened for it.</summary>
    public abstract string Identity { get; }

    /// <summary>The files in the ordinal order of their paths, without hidden ones; known after <see cref="Prepare"/>.</summary>
    public abstract IReadOnlyList<TreeFile> Files { get; }

    /// <summary>What a user should know of the listing.</summary>
    public List<string> Remarks { get; } = [];

    /// <summary>Whether a user can name a file of the tree as it is.</summary>
    public virtual bool IsFolder => false;

    /// <summary>Opens what holds the files; called once, before they are listed.</summary>
    /// <exception cref="DataException">It is damaged, or names places outside itself.</exception>
    public virtual void Prepare(CancellationToken cancellation)
    {
    }

    /// <summary>The bytes of a file from its beginning, not seekable; one file at a time.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The archive is damaged.</exception>
    public abstract Stream Open(TreeFile file);

    /// <summary>The bytes of a file; from any thread.</summary>
    /// <exception cref="ImageDecodeException">The file is larger than <see cref="MaxFileBytes"/>, cannot be read or unpacked.</exception>
    public byte[] Read(TreeFile file)
    {
        if (file.Length > MaxFileBytes)
        {
            throw new ImageDecodeException($"is larger than {MaxFileBytes >> 20} MiB");
        }

        try
        {
            return ReadBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or NotSupportedException)
        {
            throw new ImageDecodeException(e is UnauthorizedAccessException ? "may not be read" : "cannot be read", e);
        }
    }

    /// <summary>The text of labels, which a set must not do without in silence.</summary>
    /// <exception cref="DataException">The file cannot be read.</exception>
    public byte[] ReadLabels(TreeFile file)
    {
        try
        {
            return Read(file);
        }
        catch (ImageDecodeException e)
        {
            throw new SourceUnavailableException($"'{FullName(file)}' {e.Message}; allow reading it, or take it away to go without its labels.", e);
        }
    }

    /// <summary>Name of a file in messages.</summary>
    public string FullName(TreeFile file) => $"{Place}/{file.Path}";

    /// <summary>Whether a part of a path hides what is below: dot files, and what macOS packs beside each file.</summary>
    public static bool IsHidden(string part) => part.StartsWith('.') || part == "__MACOSX";

    public virtual void Dispose()
    {
    }

    /// <summary>The bytes of a file of at most <see cref="MaxFileBytes"/>; from any thread.</summary>
    protected abstract byte[] ReadBytes(TreeFile file);
}
