using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Labelling;

/// <summary>An image of a tree.</summary>
/// <param name="File">The file.</param>
/// <param name="LabelPath">Its path without what says nothing of the image: the archive that holds it, and the part of the set.</param>
internal sealed record SetImage(TreeFile File, string LabelPath);

/// <summary>
/// Finds the training part of a tree: where a folder holds one for training and one to judge by (<c>train</c> and <c>test</c>, <c>training</c>
/// and <c>valid</c>), whatever lies beside the first is left out. Such a folder is no class; two for training (<c>trainA</c>, <c>trainB</c>) are.
/// </summary>
internal sealed class TrainingPart
{
    private readonly SortedSet<string> taken = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> leftOut = new(StringComparer.Ordinal);
    private readonly SortedSet<string> without = new(StringComparer.Ordinal);
    private readonly List<SetImage> images = [];
    private readonly List<string> byTable = [];

    /// <summary>Chooses among the images of a tree.</summary>
    public TrainingPart(IEnumerable<TreeFile> files)
    {
        Descend([.. files.Select(file => (file, file.Within.Split('/')))], 0, "");
        images.Sort((a, b) => string.CompareOrdinal(a.File.Path, b.File.Path));
        Images = images;
    }

    /// <summary>Takes of them what tables among the images say is for training, where they do.</summary>
    public void TakeByTable(FileTree tree)
    {
        if (TableParts.Training(tree, Root, images, byTable) is { } taken)
        {
            Images = taken;
        }
    }

    /// <summary>The images that are trained on, in the order of their paths.</summary>
    public IReadOnlyList<SetImage> Images { get; private set; }

    /// <summary>These, and those beside them that a table leaves out.</summary>
    public IReadOnlyList<SetImage> Known => images;

    /// <summary>The folder that all <see cref="Known"/> images lie below, with <c>/</c> at its end; empty for the root of the tree.</summary>
    public string Root
    {
        get
        {
            string shared = images.Count > 0 ? images[0].File.Folder : "";
            foreach (SetImage image in images)
            {
                while (!image.File.Path.StartsWith(shared, StringComparison.Ordinal))
                {
                    shared = shared[..(shared.LastIndexOf('/', shared.Length - 2) + 1)];
                }
            }

            return shared;
        }
    }

    /// <summary>The folder that was descended into, relative to the tree, where there is a single one.</summary>
    public string? Folder => taken.Count == 1 ? taken.Min : null;

    /// <summary>Says what was taken and left out.</summary>
    public void Remark(List<string> remarks)
    {
        if (leftOut.Count > 0)
        {
            string others = string.Join(", ", leftOut.Take(6).Select(part => $"{part.Key} ({part.Value})")) + (leftOut.Count > 6 ? ", ..." : "");
            remarks.Add($"The training part is taken: {string.Join(", ", taken.Take(6))}{(taken.Count > 6 ? ", ..." : "")} ({Amount.Of(images.Count, "image")}); left out: {others}.");
        }

        remarks.AddRange(byTable);
        if (without.Count > 0)
        {
            remarks.Add($"The folders {string.Join(", ", without.Take(6))} are parts of a set without one for training, so the images of all are taken.");
        }
    }

    private void Descend(IReadOnlyList<(TreeFile File, string[] Parts)> items, int depth, string label)
    {
        var groups = items.Where(item => item.Parts.Length > depth + 1).GroupBy(item => item.Parts[depth]).ToList();
        IReadOnlyList<SetPart> parts = SetParts.OfFolders([.. groups.Select(group => group.Key)]);
        var training = groups.Where((_, i) => parts[i] == SetPart.Training).ToList();
        int heldOut = parts.Count(part => part == SetPart.HeldOut);
        bool isSplit = training.Count > 0 && heldOut > 0;
        bool isHidden = (isSplit && training.Count == 1) || (heldOut > 1 && heldOut == groups.Count);
        foreach (var item in items.Where(item => item.Parts.Length == depth + 1))
        {
            if (isSplit)
            {
                LeaveOut(depth == 0 ? "what lies outside of folders" : $"what lies in {Prefix(item.Parts, depth)} itself", 1);
            }
            else
            {
                images.Add(new SetImage(item.File, label + item.Parts[depth]));
            }
        }

        foreach (var group in groups)
        {
            string path = Prefix(group.First().Parts, depth) + group.Key;
            if (isSplit && !training.Contains(group))
            {
                LeaveOut(path, group.Count());
                continue;
            }

            (isSplit ? taken : isHidden ? without : []).Add(path);
            Descend([.. group], depth + 1, isHidden ? label : $"{label}{group.Key}/");
        }
    }

    private void LeaveOut(string what, int count) => leftOut[what] = leftOut.GetValueOrDefault(what) + count;

    private static string Prefix(string[] parts, int depth) => string.Concat(parts.Take(depth).Select(part => part + "/"));
}
