using System.Globalization;
using System.Text;

namespace IlgpuGan.Data.Files;

/// <summary>The files under a folder. Names that begin with a dot are left out; linked folders are followed unless they lead back.</summary>
internal sealed class FolderTree : FileTree
{
    private readonly Dictionary<string, FileInfo> infos = new(StringComparer.Ordinal);
    private readonly List<TreeFile> files = [];
    private readonly string folder;

    // Targets of the links on the way down: meeting one again, or a folder above it, would never end.
    private readonly HashSet<string> entered = new(StringComparer.Ordinal);
    private int special;

    // The word that named the files one by one; null where the folder was named.
    private string? list;

    private FolderTree(string folder) => this.folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public override string Name => list is not null ? SourceList.NameOf(list) : Path.GetFileName(folder) is { Length: > 0 } name ? name : folder;

    /// <summary>Whether the user named the files one by one, so that none of them is left out.</summary>
    public bool IsList => list is not null;

    public override string Place => folder;

    public override bool IsFolder => true;

    public override IReadOnlyList<TreeFile> Files => files;

    // Of files that are not read the number is enough, which is said: a log that grows beside the images makes no other set.
    public override string Identity
    {
        get
        {
            var text = new StringBuilder("folder ").Append(folder).Append('\n');
            foreach (TreeFile file in files.Where(file => FileKinds.IsRead(file.Name)))
            {
                text.Append(file.Path).Append('\0').Append(FileStamp.Of(infos[file.Path])).Append('\n');
            }

            foreach (var kind in files.Where(file => FileKinds.IsMissed(file.Name)).CountBy(file => FileKinds.Of(file.Name)))
            {
                text.Append(CultureInfo.InvariantCulture, $"{kind.Key}\0{kind.Value}\n");
            }

            return text.ToString();
        }
    }

    /// <summary>Lists a folder and those below it.</summary>
    /// <exception cref="SourceUnavailableException">A folder may not be read.</exception>
    public static FolderTree Of(string folder)
    {
        var tree = new FolderTree(folder);
        tree.List(new DirectoryInfo(tree.folder), "");
        tree.files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        if (tree.special > 0)
        {
            tree.Remarks.Add($"{tree.special} of the files in '{tree.Name}' are pipes, sockets or devices, which are not read.");
        }

        return tree;
    }

    /// <summary>Files that were named, as a tree of the folder that holds them all.</summary>
    /// <param name="list">The word that names them.</param>
    /// <param name="paths">The files, at least one.</param>
    public static FolderTree Of(string list, IReadOnlyList<string> paths)
    {
        string[] full = [.. paths.Select(Path.GetFullPath)];
        string shared = Path.GetDirectoryName(full[0])!;
        while (!full.All(path => path.StartsWith(Path.TrimEndingDirectorySeparator(shared) + Path.DirectorySeparatorChar, StringComparison.Ordinal)))
        {
            shared = Path.GetDirectoryName(shared)!;
        }

        var tree = new FolderTree(shared) { list = list };
        foreach (string path in full)
        {
            string folder = Path.GetRelativePath(shared, Path.GetDirectoryName(path)!).Replace(Path.DirectorySeparatorChar, '/');
            tree.Add(folder == "." ? "" : $"{folder}/", new FileInfo(path));
        }

        tree.files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return tree;
    }

    /// <summary>A file alone, with those beside it that may belong to it.</summary>
    public static (FolderTree Tree, TreeFile File) Beside(string path, Func<string, bool> belongs)
    {
        var file = new FileInfo(path);
        var tree = new FolderTree(file.DirectoryName!);
        try
        {
            foreach (FileInfo beside in file.Directory!.EnumerateFiles().Where(other => other.Name != file.Name && belongs(other.Name)))
            {
                tree.Add("", beside);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The file can be read where its folder cannot be listed; what may lie beside it is then unknown.
            tree.Remarks.Add($"What lies beside '{path}' cannot be seen, so labels were not looked for there.");
        }

        tree.Add("", file);
        tree.files.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return (tree, tree.files.Find(found => found.Path == file.Name)!);
    }

    /// <summary>Where a file lies.</summary>
    public string PathOf(TreeFile file) => infos[file.Path].FullName;

    public override Stream Open(TreeFile file) => File.OpenRead(PathOf(file));

    protected override byte[] ReadBytes(TreeFile file) => File.ReadAllBytes(PathOf(file));

    private void List(DirectoryInfo directory, string prefix)
    {
        try
        {
            foreach (FileSystemInfo entry in directory.EnumerateFileSystemInfos())
            {
                if (IsHidden(entry.Name) || DataCache.IsName(entry.Name))
                {
                    continue;
                }

                if (entry is FileInfo file)
                {
                    Add(prefix, file);
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

    private void Add(string prefix, FileInfo file)
    {
        FileInfo target = Target(file);
        bool leadsNowhere = target.Attributes.HasFlag(FileAttributes.ReparsePoint);
        if (!leadsNowhere && !RegularFile.Is(target))
        {
            special++;
            return;
        }

        string path = prefix + file.Name;
        infos[path] = target;
        files.Add(new TreeFile(path, leadsNowhere ? 0 : target.Length));
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
