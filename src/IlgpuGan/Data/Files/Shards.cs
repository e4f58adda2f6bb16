using System.Text.RegularExpressions;
using IlgpuGan.Data.Labelling;

namespace IlgpuGan.Data.Files;

/// <summary>Finds the tars of a folder that together are one set: their names differ by numbers alone (<c>train-0000.tar</c>, <c>train-0001.tar</c>).</summary>
internal static partial class Shards
{
    /// <summary>The training shards of a folder as one tree, not yet opened; null where it holds no tar.</summary>
    /// <exception cref="SourceUnsupportedException">There are tars of several names.</exception>
    public static ShardTree? Of(FolderTree folder, List<string> remarks)
    {
        var sets = folder.Files.Where(file => FileKinds.IsTar(file.Name)).GroupBy(file => Number().Replace(file.Path, "#")).ToList();
        if (folder.IsList && sets.Count > 0)
        {
            return new ShardTree(folder, [.. sets.SelectMany(set => set).OrderBy(file => file.Path, StringComparer.Ordinal)]);
        }

        var training = sets.Where(set => SetParts.OfFile(set.First().Name) == SetPart.Training).ToList();
        var others = sets.Except(training).ToList();
        if (training.Count == 1 && others.All(set => SetParts.OfFile(set.First().Name) == SetPart.HeldOut) && others.Count > 0)
        {
            remarks.Add($"The training part is taken: {Describe(training[0])}; left out: {string.Join(", ", others.Select(Describe))}.");
            sets = training;
        }

        return sets switch
        {
            [] => null,
            [var set] => new ShardTree(folder, [.. set]),
            _ => throw new SourceUnsupportedException(
                $"The folder '{folder.Place}' holds several sets in archives ({string.Join(", ", sets.Take(10).Select(Describe))}); name one of them, or unpack them into folders of "
                    + "these names to make them classes."),
        };
    }

    private static string Describe(IEnumerable<TreeFile> set) => set.ToList() is [var first, .., var last] ? $"{first.Path} to {last.Name}" : set.First().Path;

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
