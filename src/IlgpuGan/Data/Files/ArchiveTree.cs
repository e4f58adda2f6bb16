namespace IlgpuGan.Data.Files;

/// <summary>An entry of an archive as it is written there.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Bytes, unpacked.</param>
/// <param name="Index">What the archive finds it by.</param>
internal sealed record ArchiveEntry(string Name, long Length, int Index)
{
    /// <summary>What it links to, as a path from the root of the archive (possibly outside); null for a file.</summary>
    public string? LinksTo { get; init; }

    /// <summary>Whether a backslash in the name is a part of it, where Windows would part folders by it.</summary>
    public bool KeepsBackslashes { get; init; }
}

/// <summary>The files of an archive. Nothing is unpacked beside other files; an archive that names places outside itself is refused whole.</summary>
internal abstract class ArchiveTree(string path) : FileTree
{
    /// <summary>More links one after the other lead in a circle.</summary>
    private const int MaxLinks = 40;

    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);
    private List<TreeFile> files = [];

    public override string Place { get; } = System.IO.Path.GetFullPath(path);

    public override IReadOnlyList<TreeFile> Files => files;

    /// <summary>What the archive finds a file by.</summary>
    protected int IndexOf(TreeFile file) => indices[file.Path];

    /// <summary>Makes the list of files: of two entries of one name the later holds, as when they are unpacked; links are followed inside the archive.</summary>
    /// <exception cref="UnsafeArchiveException">An entry names a place outside.</exception>
    protected void Take(IEnumerable<ArchiveEntry> entries)
    {
        var named = new Dictionary<string, ArchiveEntry>(StringComparer.Ordinal);
        int twice = 0;
        foreach (ArchiveEntry entry in entries)
        {
            string name = SafePath(entry);
            twice += named.ContainsKey(name) ? 1 : 0;
            named[name] = entry;
        }

        int loose = 0;
        foreach (var (name, entry) in named)
        {
            if (name.Length == 0 || name.Split('/').Any(IsHidden))
            {
                continue;
            }

            ArchiveEntry? target = entry;
            for (int links = 0; target?.LinksTo is string to && links < MaxLinks; links++)
            {
                target = Resolve(to) is string inside ? named.GetValueOrDefault(inside) : null;
            }

            if (target is not { LinksTo: null })
            {
                loose++;
                continue;
            }

            indices[name] = target.Index;
            files.Add(new TreeFile(name, target.Length));
        }

        files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)];
        if (twice > 0)
        {
            Remarks.Add($"{Amount.Of(twice, "entry")} of '{Name}' {(twice == 1 ? "has" : "have")} the name of an earlier one, and the later is taken, as when it is unpacked.");
        }

        if (loose > 0)
        {
            Remarks.Add($"{loose} links in '{Name}' lead to no file inside it and are left out.");
        }
    }

    private string SafePath(ArchiveEntry entry)
    {
        string slashed = entry.Name.Replace('\\', '/');
        bool drive = slashed.Length >= 2 && char.IsAsciiLetter(slashed[0]) && slashed[1] == ':';
        if (drive || slashed.StartsWith('/') || slashed.Split('/').Contains(".."))
        {
            throw new UnsafeArchiveException(
                $"The archive '{Place}' has an entry '{entry.Name}', which names a place outside it; "
                + "entries with '..', a leading slash or a drive are refused: pack the images anew with relative names.");
        }

        return string.Join('/', (entry.KeepsBackslashes ? entry.Name : slashed).Split('/').Where(part => part is not ("" or ".")));
    }

    // Null where the way leads outside.
    private static string? Resolve(string link)
    {
        if (link.StartsWith('/'))
        {
            return null;
        }

        var parts = new List<string>();
        foreach (string part in link.Split('/').Where(part => part is not ("" or ".")))
        {
            if (part != "..")
            {
                parts.Add(part);
            }
            else if (parts.Count == 0)
            {
                return null;
            }
            else
            {
                parts.RemoveAt(parts.Count - 1);
            }
        }

        return string.Join('/', parts);
    }
}
