using IlgpuGan.Data;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;
using IlgpuGan.Options;
using IlgpuGan.Runs;

namespace IlgpuGan.Generation;

/// <summary>
/// Image files that are to be translated, and the PNG files that they become: of one image a file, of a folder, zip or tar a folder with the same names, folders within kept. All that names say
/// against it is said before anything is read.
/// </summary>
internal sealed class TranslationFiles : IDisposable
{
    private const string Extension = ".png";

    // Windows and macOS take two names for one that differ in the case of their letters.
    private static readonly StringComparer names = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly FileTree tree;
    private readonly string source, target;
    private readonly bool isOne;
    private readonly List<(TreeFile File, string Target)> files;

    private TranslationFiles(FileTree tree, string source, string target, bool isOne, List<(TreeFile File, string Target)> files) =>
        (this.tree, this.source, this.target, this.isOne, this.files) = (tree, source, target, isOne, files);

    /// <summary>How many images there are.</summary>
    public int Count => files.Count;

    /// <summary>What a user should know: files that are left out.</summary>
    public IReadOnlyList<string> Remarks => tree.Remarks;

    /// <summary>Looks at what is to be translated, and whether the results can be written.</summary>
    /// <param name="source">An image, a folder, a zip or a tar of images.</param>
    /// <param name="target">The PNG file that an image becomes, or a folder.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OptionException">The target does not suit the source, cannot be written, or would replace an image that is to be read.</exception>
    /// <exception cref="DataException">There is no such source, it has no images, or two of them would become one file.</exception>
    public static TranslationFiles Open(string source, string target, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        ArgumentException.ThrowIfNullOrEmpty(target);
        bool isFile = Path.GetExtension(target).Equals(Extension, StringComparison.OrdinalIgnoreCase) && !Directory.Exists(target);
        if (IsImage(source))
        {
            return OfOne(source, isFile ? target : Path.Combine(CheckedFolder(target), NameOf(Path.GetFileName(source))), target, isFile);
        }
        if (!Path.Exists(source) && SourceList.Expand(source) is null)
        {
            throw new SourceUnavailableException($"'{source}' does not exist; give an image, or a folder, zip or tar of images.");
        }
        if (isFile)
        {
            throw new OptionException($"--out {target} is one picture, and {source} is none; give a folder, with a slash at its end when its name has a dot.");
        }
        CheckedFolder(target);
        FileTree tree = SourceFinder.FindTree(source, "pictures to be translated");
        try
        {
            tree.Prepare(cancellation);
            return OfTree(tree, source, target);
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Translates all of them, each written as soon as it is drawn.</summary>
    /// <param name="translator">Translates.</param>
    /// <param name="wish">How.</param>
    /// <param name="maxBadFiles">Images of a folder or archive that may fail to decode.</param>
    /// <param name="progress">Hears how many are done; of a single image, how many of its tiles.</param>
    /// <param name="cancellation">Gives up after the tile at hand; what was written stays.</param>
    /// <returns>Those that could not be decoded.</returns>
    /// <exception cref="OptionException">A wish is not allowed.</exception>
    /// <exception cref="BadFilesException">More could not be decoded, or all; what was written stays.</exception>
    /// <exception cref="TooLittleMemoryException">An image is larger than memory allows.</exception>
    /// <exception cref="RunWriteException">A file cannot be written.</exception>
    public IReadOnlyList<SkippedFile> Translate(Translator translator, TranslationWish wish, int maxBadFiles, IProgress<Work>? progress, CancellationToken cancellation)
    {
        translator.Check(wish);
        OptionCheck.Between("--max-bad-files", maxBadFiles, 0, int.MaxValue);
        var skipped = new List<SkippedFile>();
        foreach (var (place, (file, path)) in files.Index())
        {
            Report(place);
            cancellation.ThrowIfCancellationRequested();
            try
            {
                TranslatedImage made = translator.TranslateFile(tree.Read(file), wish, isOne ? OfTiles : null, cancellation);
                Write(path, made);
            }
            catch (ImageDecodeException fault) when (isOne)
            {
                throw new SourceUnsupportedException($"'{source}' {fault.Message}.");
            }
            catch (ImageDecodeException fault)
            {
                skipped.Add(new(file.Path, fault.Message));
            }
            catch (TooLittleMemoryException fault) when (!isOne)
            {
                throw new TooLittleMemoryException($"'{file.Path}' of '{source}': {fault.Message}");
            }
            if (skipped.Count > maxBadFiles)
            {
                throw SourceReader.TooManyBadFiles(tree.Name, skipped, maxBadFiles);
            }
        }
        Report(files.Count);
        return skipped.Count < files.Count ? skipped
            : throw new BadFilesException($"None of the {files.Count} images in '{tree.Name}' could be decoded ({skipped[0]}); give images that can be read.", skipped);

        void OfTiles(int done, int all)
        {
            // A single one is soon done.
            if (all > 1)
            {
                progress?.Report(new(WorkKind.TranslatingTiles, done, all));
            }
        }

        void Report(int done)
        {
            if (!isOne)
            {
                progress?.Report(new(WorkKind.Translating, done, files.Count));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => tree.Dispose();

    private static bool IsImage(string path)
    {
        if (!RegularFile.Is(path))
        {
            return false;
        }
        if (FileKinds.IsImage(Path.GetFileName(path)))
        {
            return true;
        }
        byte[] start = new byte[ImageKind.SignatureBytes];
        try
        {
            using FileStream file = RegularFile.Open(path);
            return ImageKind.OfContent(start.AsSpan(0, file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false))) is not null;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{path}' cannot be read: {Excerpt.Of(fault, path)}; allow reading it, or name another.", fault);
        }
    }

    private static TranslationFiles OfOne(string source, string path, string target, bool isFile)
    {
        if (isFile)
        {
            OutputCheck.File("--out", target);
        }
        CheckIsAnother(source, path, target);
        var (tree, file) = FolderTree.Beside(source, _ => false);
        return new(tree, source, target, true, [(file, path)]);
    }

    private static TranslationFiles OfTree(FileTree tree, string source, string target)
    {
        string folder = Path.GetFullPath(target);
        // What lies where results go is of an earlier call.
        string? within = Within(tree, folder);
        List<TreeFile> images = [.. tree.Files.Where(file => FileKinds.IsImage(file.Name))];
        List<TreeFile> earlier = within is null ? [] : [.. images.Where(file => file.Path.StartsWith(within, StringComparison.Ordinal))];
        images = [.. images.Except(earlier)];
        if (earlier.Count > 0)
        {
            tree.Remarks.Add($"Left out of '{tree.Name}', as results are written there: {Amount.Of(earlier.Count, "image")} in {within}.");
        }
        string unread = FileKinds.CountUnread(tree);
        if (images.Count == 0)
        {
            string among = unread.Length > 0 ? $" among its {unread}" : "";
            throw new SourceUnsupportedException($"'{source}' holds no images that can be read{among}; give an image, or a folder, zip or tar of {ImageKind.ReadKinds} images.");
        }
        if (unread.Length > 0)
        {
            tree.Remarks.Add($"Left out of '{tree.Name}', as they cannot be read: {unread}; {FileKinds.Remedy(unread)} to take those that are images.");
        }
        var taken = new Dictionary<string, TreeFile>(names);
        var files = new List<(TreeFile File, string Target)>();
        foreach (TreeFile file in images)
        {
            string name = file.Folder + NameOf(file.Name);
            if (!taken.TryAdd(name, file))
            {
                throw new SourceUnsupportedException($"'{taken[name].Path}' and '{file.Path}' of '{source}' would both become '{name}'; rename one of them, or translate them one by one.");
            }
            string path = Path.Combine(folder, name);
            if (tree is FolderTree own)
            {
                CheckIsAnother(own.PathOf(file), path, target);
            }
            files.Add((file, path));
        }
        return new(tree, source, target, false, files);
    }

    private static string? Within(FileTree tree, string folder)
    {
        string path = Path.GetRelativePath(tree.Place, folder).Replace(Path.DirectorySeparatorChar, '/');
        return tree.IsFolder && path is not "." && path.Split('/')[0] is not ".." && !Path.IsPathRooted(path) ? $"{path}/" : null;
    }

    private static string NameOf(string name) => Path.GetFileNameWithoutExtension(name) + Extension;

    private static string CheckedFolder(string target)
    {
        if (File.Exists(target))
        {
            throw new OptionException($"--out {target} is a file; give a name that ends with {Extension}, or a folder.");
        }
        // A new folder whose name looks like that of a picture is more likely a mistake.
        if (Path.GetExtension(target).Length > 0 && !Directory.Exists(target))
        {
            throw new OptionException($"--out {target}: pictures are written as PNG; give a name that ends with {Extension}, or a folder, with a slash at its end when its name has a dot.");
        }
        OutputCheck.Folder("--out", target);
        return target;
    }

    private static void CheckIsAnother(string source, string path, string target)
    {
        if (names.Equals(Path.GetFullPath(source), Path.GetFullPath(path)))
        {
            throw new OptionException($"--out {target} would replace {source}, which is to be translated; give another --out.");
        }
    }

    private void Write(string path, TranslatedImage image) => RunWriteException.Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        if (!isOne && !RegularFile.IsInside(target, path))
        {
            throw new IOException($"a link on the way leads out of {target}");
        }
        image.SavePng(path);
    }, hint: "");
}
