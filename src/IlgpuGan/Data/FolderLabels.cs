namespace IlgpuGan.Data;

/// <summary>
/// Sub-folders as labels: the label of an image is the first folder below those that all images share, so that <c>cats/1.png</c>
/// and <c>pets/cats/1.png</c> both say cats. There are labels only when every image has such a folder and there are at least two
/// of them; a set that keeps some images outside (emoji with their skin tones in sub-folders) is one set, not a classified one.
/// </summary>
internal static class FolderLabels
{
    public static LabelColumn? Of(IReadOnlyList<string> paths, List<string> warnings)
    {
        string[][] folders = [.. paths.Select(path => path.Split('/')[..^1])];
        int shared = SharedDepth(folders);
        int outside = folders.Count(parts => parts.Length == shared);
        if (outside > 0)
        {
            if (outside < folders.Length)
            {
                warnings.Add($"{outside} of {folders.Length} images lie outside the sub-folders, so the sub-folders were not taken as labels.");
            }

            return null;
        }

        string[] names = [.. folders.Select(parts => parts[shared]).Distinct().Order(StringComparer.Ordinal)];
        return new LabelColumn("folder", names, [.. folders.Select(parts => Array.BinarySearch(names, parts[shared], StringComparer.Ordinal))]);
    }

    private static int SharedDepth(string[][] folders)
    {
        int depth = folders.Min(parts => parts.Length);
        while (depth > 0 && folders.Any(parts => !parts.AsSpan(0, depth).SequenceEqual(folders[0].AsSpan(0, depth))))
        {
            depth--;
        }

        return depth;
    }
}
