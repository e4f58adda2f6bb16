using System.Globalization;
using System.Text;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>All image files under a folder. Names that begin with a dot are left out; linked folders are followed unless they lead back.</summary>
internal sealed class FolderSource : EncodedImageSource
{
    private readonly List<(string Path, FileInfo File)> files = [];
    private readonly List<string> paths;
    private readonly FileInfo datasetJson;
    private readonly string folder;

    // Targets of the links on the way down: meeting one again, or a folder above it, would never end.
    private readonly HashSet<string> entered = new(StringComparer.Ordinal);

    /// <summary>Lists the folder; finding no image is no error here.</summary>
    /// <exception cref="SourceUnavailableException">A folder may not be read.</exception>
    public FolderSource(string folder)
    {
        this.folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        datasetJson = new FileInfo(Path.Combine(this.folder, DatasetJson.FileName));
        List(new DirectoryInfo(this.folder), "");
        files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        paths = files.ConvertAll(file => file.Path);
    }

    public override string Name => Path.GetFileName(folder) is { Length: > 0 } name ? name : folder;

    public override string Identity
    {
        get
        {
            var text = new StringBuilder("folder ").Append(folder).Append('\n');
            foreach (var (path, file) in datasetJson.Exists ? [.. files, (DatasetJson.FileName, datasetJson)] : files)
            {
                text.Append(path).Append('\0').Append(FileStamp.Of(file)).Append('\n');
            }

            return text.ToString();
        }
    }

    protected override IReadOnlyList<string> Paths => paths;

    protected override byte[] ReadFile(int index)
    {
        FileInfo file = files[index].File;
        try
        {
            return file.Length <= MaxFileBytes
                ? File.ReadAllBytes(file.FullName)
                : throw new ImageDecodeException($"is larger than {MaxFileBytes >> 20} MiB");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageDecodeException(e is UnauthorizedAccessException ? "may not be read" : "cannot be read", e);
        }
    }

    protected override (string Name, byte[] Json)? ReadDatasetJson()
    {
        if (!datasetJson.Exists)
        {
            return null;
        }

        if (datasetJson.Length > MaxFileBytes)
        {
            throw new SourceTooLargeException(
                $"'{datasetJson.FullName}' is larger than {MaxFileBytes >> 20} MiB, more than labels take; delete it to go without labels.");
        }

        try
        {
            return (datasetJson.FullName, File.ReadAllBytes(datasetJson.FullName));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"'{datasetJson.FullName}' cannot be read; allow reading it, or delete it to go without labels.", e);
        }
    }

    private void List(DirectoryInfo directory, string prefix)
    {
        try
        {
            foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
            {
                if (entry.Name.StartsWith('.'))
                {
                    continue;
                }

                if (entry is FileInfo file && IsImageName(file.Name))
                {
                    files.Add((prefix + file.Name, Target(file)));
                }
                else if (entry is DirectoryInfo sub)
                {
                    ListBelow(sub, $"{prefix}{sub.Name}/");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SourceUnavailableException($"The folder '{directory.FullName}' cannot be listed; allow reading it, or name another.", e);
        }
    }

    private void ListBelow(DirectoryInfo directory, string prefix)
    {
        string? target = directory.LinkTarget is null ? null : directory.ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        if (target is null)
        {
            List(directory, prefix);
        }
        else if (!Contains(target, directory.FullName) && entered.Add(target))
        {
            List(directory, prefix);
            entered.Remove(target);
        }
    }

    // A link's own length and time say nothing of what it points to; one that points nowhere stays, to be named as a bad file.
    private static FileInfo Target(FileInfo file) =>
        file.Attributes.HasFlag(FileAttributes.ReparsePoint) && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target
            ? target
            : file;

    private static bool Contains(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}

/// <summary>What tells one state of a file from another without reading it.</summary>
internal static class FileStamp
{
    public static string Of(FileInfo file) => file.Exists
        ? string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks}")
        : "absent";
}
