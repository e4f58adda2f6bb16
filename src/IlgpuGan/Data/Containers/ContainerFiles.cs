using System.Text.RegularExpressions;
using IlgpuGan.Data.Files;
using IlgpuGan.Data.Labelling;

namespace IlgpuGan.Data.Containers;

/// <summary>
/// Finds the containers of a folder that together are one set: their names differ by numbers alone (<c>data/train-00000-of-00002.parquet</c>), and of several sets
/// that for training is taken, as Hugging Face's folders have them.
/// </summary>
internal static partial class ContainerFiles
{
    private const int MostListed = 8;

    /// <summary>The set of a folder, opened; null where there is no container.</summary>
    /// <exception cref="DataException">They cannot be read, hold no images, or are several sets.</exception>
    public static ContainerSource? Of(FolderTree tree, List<string> remarks, CancellationToken cancellation)
    {
        var labels = tree.Files.SelectMany(file => NumpyFormat.LabelNames(file.Name).Select(name => file.Folder + name)).ToHashSet(StringComparer.Ordinal);
        var files = tree.Files.Where(file => ContainerFormats.IsName(file.Name) && !labels.Contains(file.Path)).ToList();
        if (files.Count == 0)
        {
            return null;
        }

        if (tree.IsList)
        {
            return Open(tree, files, remarks, cancellation);
        }

        var sets = files.GroupBy(file => Number().Replace(Hash().Replace(file.Path, ""), "#")).Select(set => set.ToList()).ToList();
        var parts = sets.ToLookup(set => PartOf(set[0]));
        SetPart part = parts.Contains(SetPart.Training) ? SetPart.Training : parts.Contains(SetPart.None) ? SetPart.None : SetPart.HeldOut;
        var candidates = parts[part].ToList();
        if (candidates.Count > 1)
        {
            candidates = [.. candidates.Where(set => HoldsImages(tree.PathOf(set[0])))];
        }

        if (candidates.Count > 1)
        {
            throw new SourceUnsupportedException($"The folder '{tree.Place}' holds several sets of images ({Listed(candidates)}); name a file of one, or several as a pattern such as "
                + $"'{candidates[0][0].Folder}{Path.GetFileNameWithoutExtension(candidates[0][0].Name)}*'.");
        }

        var taken = candidates is [var only] ? only : parts[part].First();
        if (sets.Count > 1)
        {
            remarks.Add($"{(part == SetPart.Training ? "The training part is taken" : "Taken is")}: {Describe(taken)}; left out: {Listed([.. sets.Where(set => set != taken)])}.");
        }
        else if (part == SetPart.HeldOut)
        {
            remarks.Add($"{Describe(taken)} is a part to judge by, and is taken as there is none for training beside it.");
        }

        return Open(tree, taken, remarks, cancellation);
    }

    /// <summary>The set in a file that the user named.</summary>
    /// <exception cref="DataException">It cannot be read, or holds no images.</exception>
    public static ContainerSource Of(FolderTree tree, TreeFile named, List<string> remarks, CancellationToken cancellation) =>
        ContainerSource.Of(named.Name, named.Name, $"{named.Path}\n{tree.Identity}", [tree.PathOf(named)], remarks, cancellation);

    private static ContainerSource Open(FolderTree tree, IReadOnlyList<TreeFile> files, List<string> remarks, CancellationToken cancellation) =>
        ContainerSource.Of(tree.Name, tree.IsList ? tree.Name : $"{tree.Name}/{Describe(files)}", tree.Identity, [.. files.Select(tree.PathOf)], remarks, cancellation);

    private static bool HoldsImages(string path)
    {
        try
        {
            using IImageContainer container = ContainerFormats.Open(path);
            _ = ImageColumn.Of(container, path, []);
            return true;
        }
        catch (DataException)
        {
            return false;
        }
    }

    private static SetPart PartOf(TreeFile file) => SetParts.OfFile(file.Name) is not SetPart.None and var part ? part : SetParts.OfFile(file.Folder);

    private static string Listed(List<List<TreeFile>> sets) => string.Join(", ", sets.Take(MostListed).Select(Describe)) + (sets.Count > MostListed ? ", ..." : "");

    private static string Describe(IReadOnlyList<TreeFile> set) => set is [var first, .., var last] ? $"{first.Path} to {last.Name}" : set[0].Path;

    // Hugging Face's fingerprint of a shard, behind its number.
    [GeneratedRegex("(?<=-of-[0-9]+)-[0-9a-f]{16}(?=\\.)")]
    private static partial Regex Hash();

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
