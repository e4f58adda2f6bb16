using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// Finds the labels of images in a tree: StyleGAN's <c>dataset.json</c> where there is one; else a table (<c>file,label,...</c>) or what lies beside
/// each image (<c>KEY.cls</c>, <c>KEY.json</c>), and the folders that the images lie in.
/// </summary>
internal static class ImageLabels
{
    /// <summary>Label columns of the images that are kept.</summary>
    /// <param name="tree">Where they lie.</param>
    /// <param name="part">The images of the set.</param>
    /// <param name="kept">Those that are kept, in their order; at least one.</param>
    /// <param name="warnings">What a user should know.</param>
    public static IReadOnlyList<LabelColumn> Of(FileTree tree, TrainingPart part, IReadOnlyList<SetImage> kept, List<string> warnings)
    {
        string root = part.Root;
        if (FindDatasetJson(tree, root, warnings) is { } json)
        {
            return DatasetJson.Labels(
                tree.FullName(json), tree.ReadLabels(json), [.. kept.Select(image => image.File.Path)],
                [.. tree.Files.Where(file => FileKinds.IsImage(file.Name)).Select(file => file.Path)], [json.Folder, root], warnings);
        }

        IReadOnlyList<LabelColumn> columns = TableLabels.Of(tree, root, part.Known, kept, warnings);
        if (columns.Count == 0)
        {
            columns = SampleLabels.Of(tree, kept, warnings);
        }

        // Where others say what the images are, folders may be there for another reason.
        LabelColumn? folders = FolderLabels.Of([.. kept.Select(image => image.LabelPath)], columns.Count == 0 ? warnings : []);
        return folders is null || (columns.Count > 0 && folders.OnlyNumbers) || columns.Any(column => column.Name == folders.Name) ? columns : [.. columns, folders];
    }

    private static TreeFile? FindDatasetJson(FileTree tree, string root, List<string> warnings)
    {
        var found = tree.Files.Where(file => file.Name == DatasetJson.FileName).ToList();
        TreeFile? taken = found.Where(file => root.StartsWith(file.Folder, StringComparison.Ordinal)).MaxBy(file => file.Folder.Length);
        if (found.Count > (taken is null ? 0 : 1))
        {
            var others = found.Where(file => file != taken).Select(file => file.Path).ToList();
            warnings.Add($"Not used for labels, as {(others.Count == 1 ? "it does" : "they do")} not lie where the images of the set begin: "
                + $"{string.Join(", ", others.Take(6))}{(others.Count > 6 ? ", ..." : "")}.");
        }

        return taken;
    }
}
