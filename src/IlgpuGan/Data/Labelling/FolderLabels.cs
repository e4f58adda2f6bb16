using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// Sub-folders as labels: the label of an image is the first folder below those that all images share, so that <c>cats/1.png</c>
/// and <c>pets/cats/1.png</c> both say cats. There are labels only when every image has such a folder and there are at least two
/// of them; a set that keeps some images outside (emoji with their skin tones in sub-folders) is one set, not a classified one.
/// </summary>
internal static partial class FolderLabels
{
    public const string Name = "folder";

    // Folders of fewer digits are written by hand: the digits of MNIST lie in 0 to 9.
    private const int FewestDigits = 3;

    // Beside folders of the first kind those of the second hold masks and the like.
    private static readonly string[] Photographs = ["images", "image", "imgs", "img", "photos", "rgb", "JPEGImages"];

    private static readonly string[] Drawn =
    [
        "masks", "mask", "labels", "label", "annotations", "annotation", "segmentations", "segmentation", "seg", "gt", "groundtruth", "ground_truth", "trimaps",
        "SegmentationClass", "SegmentationObject", "depth", "edges",
    ];

    private static readonly int[] FolderSizes = [100, 1_000, 10_000];

    public static LabelColumn? Of(IReadOnlyList<string> paths, List<string> warnings)
    {
        string[][] folders = [.. paths.Select(path => path.Split('/')[..^1])];
        int shared = SharedDepth(folders);
        int outside = folders.Count(parts => parts.Length == shared);
        if (outside > 0)
        {
            if (outside < folders.Length)
            {
                warnings.Add($"{outside} of {folders.Length} images {(outside == 1 ? "lies" : "lie")} outside the sub-folders, so the sub-folders were not taken as labels.");
            }

            return null;
        }

        string[] names = [.. folders.Select(parts => parts[shared]).Distinct().Order(StringComparer.Ordinal)];
        if (names.FirstOrDefault(name => Drawn.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } drawn
            && names.FirstOrDefault(name => Photographs.Contains(name, StringComparer.OrdinalIgnoreCase)) is { } pictures)
        {
            string place = string.Concat(folders[0].Take(shared).Select(part => part + "/"));
            warnings.Add($"The folders '{place}{pictures}' and '{place}{drawn}' look like pictures and what was drawn of them, not like classes, so folders were not taken as labels, "
                + $"and all images are trained on; name the folder '{place}{pictures}' as the data to train on those alone.");
            return null;
        }

        bool onlyNumber = OnlyNumber(paths, folders, shared, names);
        if (onlyNumber)
        {
            warnings.Add($"The {names.Length} folders {names[0]} to {names[^1]} only number the images: they are labels only where '{Name}' is asked for by name.");
        }

        return new LabelColumn(Name, names, [.. folders.Select(parts => Array.BinarySearch(names, parts[shared], StringComparer.Ordinal))]) { OnlyNumbers = onlyNumber };
    }

    // One numbering runs through all folders, each named for its first image (00000/00000.png ... 01000/01000.png, as FFHQ) or for the
    // hundreds or thousands it holds (00000/img00000000.png ... 00001/img00001000.png, as StyleGAN's tool). Folders of classes begin anew.
    private static bool OnlyNumber(IReadOnlyList<string> paths, string[][] folders, int shared, string[] names)
    {
        if (names[0].Length < FewestDigits || names.Any(name => name.Length != names[0].Length || !long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            return false;
        }

        long[] firsts = [.. names.Select(name => long.Parse(name, CultureInfo.InvariantCulture)), long.MaxValue];
        bool byFirst = true;
        bool[] bySize = [true, true, true];
        for (int i = 0; i < paths.Count; i++)
        {
            if (!long.TryParse(LastNumber().Match(Path.GetFileNameWithoutExtension(paths[i])).Value, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
            {
                return false;
            }

            int folder = Array.BinarySearch(names, folders[i][shared], StringComparer.Ordinal);
            byFirst &= number >= firsts[folder] && number < firsts[folder + 1];
            for (int size = 0; size < FolderSizes.Length; size++)
            {
                bySize[size] &= number / FolderSizes[size] == firsts[folder];
            }
        }

        return byFirst || bySize.Contains(true);
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

    [GeneratedRegex("[0-9]+$")]
    private static partial Regex LastNumber();
}
