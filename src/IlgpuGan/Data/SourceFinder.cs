namespace IlgpuGan.Data;

/// <summary>Tells from a path and its first bytes what kind of data it is.</summary>
internal static class SourceFinder
{
    private const string Kinds = "a folder or zip of PNG, JPEG, WebP, GIF, BMP or TIFF images, an IDX file, or CIFAR-10's binary files";

    public static ImageSource Find(ImageSetOptions options)
    {
        string source = options.Source;
        if (source == "faces")
        {
            return new FaceSource(options);
        }

        if (source.StartsWith(Stack3Source.Prefix, StringComparison.Ordinal))
        {
            string path = source[Stack3Source.Prefix.Length..];
            return new Stack3Source(path, FindPath(path), options);
        }

        return FindPath(source);
    }

    private static ImageSource FindPath(string source)
    {
        if (Directory.Exists(source))
        {
            return FindInFolder(source);
        }

        return File.Exists(source) ? FindFile(source) : throw new SourceUnavailableException(
            $"The data '{source}' does not exist; give {Kinds}, or 'faces' for the built-in drawings, or {Stack3Source.Prefix} and an IDX file for three of its images as colours.");
    }

    private static ImageSource FindInFolder(string folder)
    {
        var images = new FolderSource(folder);
        if (images.Count > 0)
        {
            return images;
        }

        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        string[] Named(string beginning, string middle) =>
        [
            .. files.Where(file => Path.GetFileName(file) is var name
                && name.StartsWith(beginning, StringComparison.OrdinalIgnoreCase) && name.Contains(middle, StringComparison.OrdinalIgnoreCase)),
        ];

        // What a folder is trained on is its training part; the test part is read when it is named.
        if (Named("train", "images").Concat(Named("", "idx3-ubyte")).FirstOrDefault() is string idx)
        {
            return new IdxSource(idx);
        }

        if (Named("data_batch", ".bin") is { Length: > 0 } batches)
        {
            return new CifarSource(batches, images.Name);
        }

        if (Named("test_batch", ".bin") is { Length: > 0 } tests)
        {
            return new CifarSource(tests, images.Name);
        }

        string content = Directory.EnumerateFileSystemEntries(folder).Any() ? "holds no images" : "is empty";
        throw new SourceUnsupportedException($"The folder '{folder}' {content}; give {Kinds}.");
    }

    private static ImageSource FindFile(string file)
    {
        byte[] start = new byte[4];
        try
        {
            using FileStream stream = File.OpenRead(file);
            stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{file}' cannot be read: {e.Message} Allow reading it, or name another.", e);
        }

        string name = Path.GetFileName(file);
        bool Ends(string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

        if (start is [(byte)'P', (byte)'K', ..] || Ends(".zip"))
        {
            return new ZipSource(file);
        }

        if (start is [0x1f, 0x8b, ..] or [0, 0, 8, _] || Ends(".idx") || Ends("ubyte") || Ends(".gz"))
        {
            return new IdxSource(file);
        }

        if (Ends(".bin"))
        {
            return new CifarSource([Path.GetFullPath(file)], name);
        }

        throw new SourceUnsupportedException(EncodedImageSource.IsImageName(name)
            ? $"'{file}' is a single image; give the folder of the images."
            : $"'{file}' is of no kind that can be read; give {Kinds}.");
    }
}
