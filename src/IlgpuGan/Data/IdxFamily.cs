using IlgpuGan.Data.Files;
using IlgpuGan.Data.Labelling;

namespace IlgpuGan.Data;

/// <summary>
/// Finds the files of the MNIST family by their names as they are downloaded, whatever stands before them: <c>train-images-idx3-ubyte</c>,
/// <c>emnist-letters-train-images-idx3-ubyte.gz</c>, <c>t10k-images.idx3-ubyte</c>; labels lie beside, gzip or not.
/// </summary>
internal static class IdxFamily
{
    private const string Gzip = ".gz";
    private const int MostListed = 12;

    /// <summary>Whether a file can be one of images or labels.</summary>
    public static bool IsName(string name) => name.Contains("label", StringComparison.OrdinalIgnoreCase) && Kind(Plain(name));

    /// <summary>A file that was named, with the labels beside it.</summary>
    public static IdxSource Of(FileTree tree, TreeFile images, List<string> remarks)
    {
        TreeFile? labels = FindLabels(tree, images, remarks);
        if (images.Name.StartsWith("emnist-", StringComparison.OrdinalIgnoreCase))
        {
            remarks.Add("EMNIST stores its letters lying, with rows for columns; they are taken as they are.");
        }

        return new IdxSource(tree, images, labels);
    }

    /// <summary>The training images of a tree; null where it has none of the family.</summary>
    /// <exception cref="SourceUnsupportedException">There are several sets, none of which is the one to train on.</exception>
    public static IdxSource? Find(FileTree tree, List<string> remarks)
    {
        // Unpacked beside what it was unpacked from it is one set.
        var sets = tree.Files.Where(file => IsImages(file.Name)).GroupBy(file => Plain(file.Path), StringComparer.OrdinalIgnoreCase)
            .Select(same => same.MinBy(file => file.Path.Length)!).ToList();
        if (sets.Count == 0)
        {
            return null;
        }

        var training = sets.Where(set => SetParts.OfFile(set.Name) == SetPart.Training).ToList();
        var whole = sets.Where(set => SetParts.OfFile(set.Name) == SetPart.None).ToList();
        var candidates = training.Count > 0 ? training : whole.Count > 0 ? whole : sets;
        if (candidates.Count > 1)
        {
            string list = string.Join(", ", candidates.Take(MostListed).Select(set => set.Path)) + (candidates.Count > MostListed ? ", ..." : "");
            throw new SourceUnsupportedException(
                $"'{tree.Place}' holds {candidates.Count} {(training.Count > 0 ? "training sets" : "sets")} of IDX images ({list}); "
                    + $"{(tree.IsFolder ? "name one of these files" : "unpack it and name one of these files")}.");
        }

        TreeFile taken = candidates[0];
        if (sets.Count > 1)
        {
            var others = sets.Where(set => set != taken).Select(set => set.Path).ToList();
            remarks.Add($"'{taken.Path}' is taken; left out: {string.Join(", ", others.Take(MostListed))}{(others.Count > MostListed ? ", ..." : "")}.");
        }
        else if (SetParts.OfFile(taken.Name) == SetPart.HeldOut)
        {
            remarks.Add($"'{taken.Path}' is a part to judge by, and is taken as there is none for training beside it.");
        }

        return Of(tree, taken, remarks);
    }

    private static bool IsImages(string name)
    {
        string plain = Plain(name);
        return plain.Contains("idx3", StringComparison.OrdinalIgnoreCase) ? Kind(plain)
            : plain.Contains("images", StringComparison.OrdinalIgnoreCase) && Kind(plain);
    }

    private static bool Kind(string plain) => plain.EndsWith("ubyte", StringComparison.OrdinalIgnoreCase)
        || Path.GetExtension(plain) is "" || Path.GetExtension(plain).StartsWith(".idx", StringComparison.OrdinalIgnoreCase);

    private static string Plain(string name) => name.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) ? name[..^Gzip.Length] : name;

    private static TreeFile? FindLabels(FileTree tree, TreeFile images, List<string> remarks)
    {
        string wanted = Plain(images.Name).Replace("images", "labels", StringComparison.OrdinalIgnoreCase).Replace("idx3", "idx1", StringComparison.OrdinalIgnoreCase);
        var beside = tree.Files.Where(file => file.Folder == images.Folder && file != images).ToList();
        bool isNamed = Plain(images.Name).Contains("images", StringComparison.OrdinalIgnoreCase);
        TreeFile? labels = !isNamed ? null : beside.Where(file => Plain(file.Name).Equals(wanted, StringComparison.OrdinalIgnoreCase))
            .MaxBy(file => file.Name.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase) == images.Name.EndsWith(Gzip, StringComparison.OrdinalIgnoreCase));
        if (labels is null && isNamed && beside.Any(file => IsName(file.Name)))
        {
            remarks.Add($"'{images.Name}' goes without labels, as no '{wanted}' lies beside it.");
        }

        return labels;
    }
}
