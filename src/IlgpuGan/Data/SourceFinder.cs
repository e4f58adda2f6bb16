using IlgpuGan.Data.Containers;
using IlgpuGan.Data.Files;
using IlgpuGan.Devices;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Tells from a path and its first bytes what kind of data it is.</summary>
internal static class SourceFinder
{
    public static readonly string Kinds = $"a folder, zip or tar of {ImageKind.ReadKinds} images, {ContainerFormats.Kinds}, an IDX file, or CIFAR's binary files";

    private const int MostMagic = 6;

    private static readonly string Points = string.Join(" or ", ImageSetOptions.BuiltIn.Where(PointSet.IsName).Select(name => $"'{name}'"));

    private static readonly Archive[] OtherArchives =
    [
        new("xz", [0xFD, .. "7zXZ"u8]), new("bzip2", [.. "BZh"u8]), new("Zstandard", [0x28, 0xB5, 0x2F, 0xFD]), new("LZ4", [0x04, 0x22, 0x4D, 0x18]),
        new("7-Zip", [.. "7z"u8, 0xBC, 0xAF, 0x27, 0x1C]), new("RAR", [.. "Rar!"u8]),
    ];

    public static ImageSource Find(ImageSetOptions options)
    {
        if (options.Images is { } images)
        {
            return new SequenceSource(images, options, HostMemory.Free);
        }

        string source = options.Source;
        ImageSequence.CheckIsElsewhere(source);
        if (source == "faces")
        {
            return new FaceSource(options);
        }

        if (source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal))
        {
            string path = source[Stack3Source.Prefix.Length..];
            return new Stack3Source(path, FindPath(path), options);
        }

        return FindPath(source, options.OrPoints);
    }

    /// <summary>The tree of files that a path names, not yet prepared; the caller's to dispose of.</summary>
    /// <param name="source">The path.</param>
    /// <param name="purpose">What is missing in a file of another kind, for the message.</param>
    /// <exception cref="DataException">There is none, or it is a file of another kind.</exception>
    public static FileTree FindTree(string source, string purpose)
    {
        ImageSequence.CheckIsElsewhere(source);
        TreeSource found = FindPath(source);
        return !found.IsFile ? found.Tree
            : throw new SourceUnsupportedException($"'{source}' is a file of images of one kind, in which there are no {purpose}; give a folder, zip or tar of image files.");
    }

    private static TreeSource FindPath(string source, bool orPoints = false)
    {
        if (Directory.Exists(source))
        {
            return new TreeSource(FolderTree.Of(source));
        }

        var file = new FileInfo(source);
        if (!file.Exists && SourceList.Expand(source) is { } list)
        {
            return new TreeSource(FolderTree.Of(source, list));
        }

        if (!file.Exists)
        {
            throw new SourceUnavailableException(Pairs.PairOptions.BuiltIn.Contains(source)
                ? $"'{source}' holds images of two kinds, to translate one into the other, and what was asked for takes images of one kind; give 'faces', or let train translate it, without --method."
                : $"The data '{source}' does not exist; give {Kinds}, or 'faces' for the built-in drawings{(orPoints ? $", {Points} for points" : "")}, "
                    + $"or {Stack3Source.Prefix} and an IDX file for three of its images as colours.");
        }

        return RegularFile.Is(file) ? FindFile(source) : throw new SourceUnsupportedException(
            $"'{source}' is a pipe, socket or device, which cannot be read twice or by its parts; write its content to a file and name that.");
    }

    private static TreeSource FindFile(string file)
    {
        byte[] start = new byte[MostMagic];
        bool isTar;
        bool isContainer;
        try
        {
            using (FileStream stream = File.OpenRead(file))
            {
                stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            }

            isTar = TarFile.Is(file);
            isContainer = ContainerFormats.Is(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{file}' cannot be read: {Excerpt.Of(e, file)}; allow reading it, or name another.", e);
        }

        string name = Path.GetFileName(file);
        bool Ends(string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

        if (isContainer)
        {
            return Alone(NumpyFormat.LabelNames(name).Contains);
        }

        if (start is [(byte)'P', (byte)'K', ..] || Ends(".zip"))
        {
            return new TreeSource(new ZipTree(file));
        }

        if (isTar || FileKinds.IsTar(name))
        {
            return new TreeSource(new TarTree(file));
        }

        if (Array.Find(OtherArchives, archive => start.AsSpan().StartsWith(archive.Magic)) is { } other)
        {
            throw new SourceUnsupportedException($"'{file}' is packed with {other.Name}, which is not read; unpack it and give the folder, or pack the images as zip or tar.gz.");
        }

        if (start is [0x1f, 0x8b, ..] or [0, 0, 8, _, ..] || Ends(".idx") || Ends("ubyte") || Ends(".gz"))
        {
            return Alone(IdxFamily.IsName);
        }

        if (Ends(".bin"))
        {
            return Alone(other => other.EndsWith(".txt", StringComparison.OrdinalIgnoreCase));
        }

        throw new SourceUnsupportedException(FileKinds.IsImage(name)
            ? $"'{file}' is a single image; give the folder of the images."
            : $"'{file}' is of no kind that can be read; give {Kinds}.");

        TreeSource Alone(Func<string, bool> belongs)
        {
            var (tree, named) = FolderTree.Beside(file, belongs);
            return new TreeSource(tree, named);
        }
    }

    private sealed record Archive(string Name, byte[] Magic);
}
