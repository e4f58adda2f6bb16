using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>Finds by the names of folders and files how pairs lie in a tree. What it half knows it refuses with the layout that comes nearest.</summary>
internal sealed class PairFinder
{
    // Headers that are read to see whether files are twice as wide as high.
    private const int MostMeasured = 64;
    private const double LeastWide = 1.9, MostWide = 2.1;

    private readonly FileTree tree;
    private readonly PairOptions options;
    private readonly List<string> remarks = [];
    private readonly List<PairPlace> files;
    private readonly string root;

    private PairFinder(FileTree tree, PairOptions options)
    {
        (this.tree, this.options) = (tree, options);
        List<TreeFile> images = [.. tree.Files.Where(file => FileKinds.IsImage(file.Name))];
        if (images.Count == 0)
        {
            throw new SourceUnsupportedException($"'{tree.Place}' holds no images that can be read; give a folder, zip or tar with {PairLayoutRow.Known}.");
        }

        int depth = 0;
        while (images.All(file => PairPlace.Of(file, depth) is { Side: null, Part: "" }) && Shared(images, depth) is not null)
        {
            depth++;
        }

        files = [.. images.Select(file => PairPlace.Of(file, depth))];
        root = string.Concat(images[0].Within.Split('/').Take(depth).Select(folder => folder + "/"));
    }

    /// <summary>Finds the pairs of a tree.</summary>
    /// <param name="tree">The tree, prepared.</param>
    /// <param name="options">What is asked for.</param>
    /// <exception cref="DataException">The layout is none that is known, or lacks something.</exception>
    public static PairListing Find(FileTree tree, PairOptions options)
    {
        var finder = new PairFinder(tree, options);
        PairListing listing = options.Layout switch
        {
            null => finder.Recognised(),
            PairLayout.SideBySide => finder.SideBySide(),
            PairLayout.Grey => finder.Grey(),
            PairLayout.Folders => finder.files.Exists(file => file.Side is not null) ? finder.TwoSides(PairLayout.Folders) : finder.AnyTwoFolders(),
            PairLayout.Domains or PairLayout.Labels => finder.TwoSides(options.Layout.Value),
            _ => throw new DataOptionException($"Layout {PairLayoutRow.Of(options.Layout.Value).Name} is drawn, not read; name it as the data in place of '{options.Data.Source}'."),
        };
        return listing with { Remarks = [.. tree.Remarks, .. finder.remarks, .. listing.Remarks] };
    }

    /// <summary>What a tree looks like; null where it looks like none.</summary>
    /// <exception cref="SourceUnsupportedException">Its folders are named as those of two kinds are, and one kind is missing.</exception>
    public static PairsSeen? Look(FileTree tree)
    {
        if (!tree.Files.Any(file => FileKinds.IsImage(file.Name)))
        {
            return null;
        }

        var options = new PairOptions { Data = new ImageSetOptions { Source = tree.Place } };
        var finder = new PairFinder(tree, options);
        if (finder.Words() is { } words)
        {
            // Letters are classes, too, and of them there are more than two.
            var sides = finder.files.Select(file => file.Side is { } side ? PairWords.Plain(side) : "").ToHashSet();
            var trained = finder.files.Where(file => !file.IsHeldOut && file.Side is not null).Select(file => PairWords.Plain(file.Side!)).ToHashSet();
            bool areAll = sides.IsSubsetOf([words.First, words.Second, PairWords.Instances]);
            bool areBoth = areAll && trained.Contains(words.First) && trained.Contains(words.Second);
            // trainA is the name of nothing else.
            return areBoth || (areAll && finder.files.TrueForAll(file => file.IsOneWord)) ? new(finder.Recognised(), IsCertain: true, tree.Name) : null;
        }

        return finder.AreWide() ? new(PairLayout.SideBySide, IsPaired: true, finder.HasParts, tree.Name)
            : finder.ArePartners() ? new(PairLayout.Folders, IsPaired: true, IsCertain: false, tree.Name)
            : null;
    }

    // Classes are numbered each by itself, so equal numbers say nothing.
    private bool ArePartners()
    {
        if (Folders() is not [var first, var second] || files.Exists(file => file.IsHeldOut || Path.GetFileNameWithoutExtension(file.Key).All(letter => char.IsDigit(letter))))
        {
            return false;
        }

        HashSet<string> Of(string folder) => [.. files.Where(file => file.Key.StartsWith(folder + "/", StringComparison.Ordinal)).Select(file => file.Key[folder.Length..])];
        return Of(first).SetEquals(Of(second));
    }

    /// <summary>Whether the folders are the parts of a set.</summary>
    private bool HasParts => files.TrueForAll(file => file.Part.Length > 0) && files.Exists(file => file.IsHeldOut) && files.Exists(file => !file.IsHeldOut);

    private PairListing Recognised()
    {
        if (Words() is { } words)
        {
            return TwoSides(LayoutOf(words));
        }

        bool areWide = AreWide();
        if (areWide && HasParts)
        {
            return SideBySide();
        }

        string place = $"'{tree.Place}'";
        throw new SourceUnsupportedException(areWide
            ? $"The images of {place} are twice as wide as high: if each shows A on its left and B on its right, give --layout side-by-side; photographs that are wide would otherwise be cut in two."
            : Folders() is [var first, var second]
                ? $"{place} holds two folders, '{first}' and '{second}', and nothing says that they are pairs: if files of equal names in them belong together, give --layout folders."
                : $"{place} holds no pairs of a layout that is known; known are {PairLayoutRow.Known}.");
    }

    private PairListing SideBySide()
    {
        // Parts are sides of nothing here: what the folders train and val hold.
        var (training, heldOut, part) = Parts(files);
        IReadOnlyList<TreeFile> all = [.. training.Concat(heldOut).Select(file => file.File)];
        return SameFiles(PairLayout.SideBySide, all, training, part, "A (left half)", "B (right half)");
    }

    private PairListing Grey()
    {
        var (training, heldOut, part) = Parts(files);
        IReadOnlyList<TreeFile> all = [.. training.Concat(heldOut).Select(file => file.File)];
        return SameFiles(PairLayout.Grey, all, training, part, "grey", "colour");
    }

    private PairListing SameFiles(PairLayout layout, IReadOnlyList<TreeFile> all, List<PairPlace> training, string? part, string first, string second)
    {
        if (training.Count == 0)
        {
            throw new SourceUnsupportedException($"'{tree.Place}' holds images to measure by alone ({all.Count} in {NameOf(files)}) and none to train on; add a folder train.");
        }

        IReadOnlyList<bool> held = part is not null ? [.. all.Select((_, i) => i >= training.Count)] : PairListing.HoldOut([.. training.Select(file => file.Key)]);
        var pairs = Enumerable.Range(0, all.Count).Select(i => (i, i)).ToList();
        return Split(new PairListing(layout, all, all) { FirstName = first, SecondName = second, IsPaired = options.Pairing != Pairing.Unpaired, HeldOutPart = part },
            [.. pairs.Where((_, i) => !held[i])], [.. pairs.Where((_, i) => held[i])]);
    }

    private PairListing AnyTwoFolders()
    {
        if (Folders() is not [var first, var second])
        {
            throw new SourceUnsupportedException($"--layout folders takes two folders with equal names in them, and '{tree.Place}{(root.Length > 0 ? "/" + root.TrimEnd('/') : "")}' holds "
                + $"{Amount.Of(Folders().Count, "folder")}; give a folder that holds the two.");
        }

        List<PairPlace> Of(string folder) => [.. files.Where(file => file.Key.StartsWith(folder + "/", StringComparison.Ordinal))
            .Select(file => file with { Folder = folder, Key = file.Key[(folder.Length + 1)..] })];
        int loose = files.Count - Of(first).Count - Of(second).Count;
        if (loose > 0)
        {
            remarks.Add($"Left out of '{tree.Name}', as they are in neither '{first}' nor '{second}': {Amount.Of(loose, "image")}.");
        }

        return SideFiles.Match(PairLayout.Folders, new(first, Of(first), []), new(second, Of(second), []), null, options.Pairing, tree.Place);
    }

    private PairListing TwoSides(PairLayout layout)
    {
        PairWords words = (Words() is { } found && (found.Layout == PairLayout.Labels) == (layout == PairLayout.Labels) ? found : null) ?? throw new SourceUnsupportedException(
            $"'{tree.Place}' has not the layout {PairLayoutRow.Of(layout).Name}, which is {PairLayoutRow.Of(layout).Recognised}.");
        List<PairPlace> Of(string side) => [.. files.Where(file => file.Side is { } name && PairWords.Plain(name) == side)];
        var (first, second) = (Of(words.First), Of(words.Second));
        List<PairPlace> others = files.FindAll(file => file.Side is not { } name || (PairWords.Plain(name) != words.First && PairWords.Plain(name) != words.Second));
        if (others.Count > 0)
        {
            string what = others.Exists(file => file.Side == PairWords.Instances) ? "maps of instances are not read, only classes" : "they are in folders of neither side";
            remarks.Add($"Left out of '{tree.Name}': {Amount.Of(others.Count, "image")}, '{others[0].File.Path}' the first; {what}.");
        }

        var (firstTraining, firstHeld, firstPart) = Parts(first);
        var (secondTraining, secondHeld, secondPart) = Parts(second);
        Require(firstTraining, words.First, secondTraining, words.Second, layout);
        Require(secondTraining, words.Second, firstTraining, words.First, layout);
        string? part = firstPart == secondPart ? firstPart : null;
        if (firstPart != secondPart)
        {
            string apart = string.Join(" and ", firstHeld.Concat(secondHeld).Select(file => $"'{file.Folder}'").Distinct());
            remarks.Add($"Left out of '{tree.Name}': {apart}, without a counterpart of the other side; a part of what is trained on is held out in its place.");
            (firstHeld, secondHeld) = ([], []);
        }

        var (firstSide, secondSide) = (new SideFiles(NameOf(firstTraining), firstTraining, firstHeld), new SideFiles(NameOf(secondTraining), secondTraining, secondHeld));
        return SideFiles.Match(layout, firstSide, secondSide, part, options.Pairing, tree.Place);
    }

    private static PairListing Split(PairListing listing, IReadOnlyList<(int, int)> training, IReadOnlyList<(int, int)> heldOut) => listing.IsPaired
        ? listing with { Training = training, HeldOut = heldOut }
        : listing with
        {
            HeldOut = heldOut,
            FirstTraining = [.. training.Select(pair => pair.Item1)],
            FirstHeldOut = [.. heldOut.Select(pair => pair.Item1)],
            SecondTraining = [.. training.Select(pair => pair.Item2)],
            SecondHeldOut = [.. heldOut.Select(pair => pair.Item2)],
        };

    /// <summary>The training part of files, and the one to measure by: that to choose by where there is one, else tests.</summary>
    private (List<PairPlace> Training, List<PairPlace> HeldOut, string? Part) Parts(List<PairPlace> side)
    {
        List<PairPlace> training = side.FindAll(file => !file.IsHeldOut && file.Part.Length > 0), loose = side.FindAll(file => file.Part.Length == 0);
        List<PairPlace> validation = side.FindAll(file => file.IsValidation), tests = side.FindAll(file => file.IsHeldOut && !file.IsValidation);
        List<PairPlace> measured = validation.Count > 0 ? validation : tests;
        List<PairPlace> rest = [.. training.Count > 0 ? loose : [], .. validation.Count > 0 ? tests : []];
        if (rest.Count > 0)
        {
            var folders = rest.CountBy(file => file.Folder.Length > 0 ? file.Folder : "what lies outside of folders").Select(folder => $"{folder.Key} ({folder.Value})");
            remarks.Add($"Left out of '{tree.Name}': {string.Join(", ", folders)}.");
        }

        return (training.Count > 0 ? training : loose, measured, measured.Count > 0 ? measured[0].Part : null);
    }

    private void Require(List<PairPlace> training, string side, List<PairPlace> others, string other, PairLayout layout)
    {
        if (training.Count == 0)
        {
            string has = others.Count > 0 ? NameOf(others) : files[0].Folder;
            PairLayoutRow row = PairLayoutRow.Of(layout);
            throw new SourceUnsupportedException($"'{tree.Place}' has {has} and nothing to train on of side {side.ToUpperInvariant()}: the layout that comes nearest is {row.Name}, "
                + $"{row.Recognised}; add the folder of side {(others.Count > 0 ? side : $"{side} and {other}").ToUpperInvariant()}.");
        }
    }

    private static string NameOf(List<PairPlace> files) =>
        files.CountBy(file => file.Folder).OrderByDescending(folder => folder.Value).ThenBy(folder => folder.Key, StringComparer.Ordinal).First().Key;

    /// <summary>The words for the sides that the folders have; null where they have none.</summary>
    /// <exception cref="SourceUnsupportedException">They have those of several layouts.</exception>
    private PairWords? Words()
    {
        var sides = files.Select(file => file.Side).OfType<string>().Select(PairWords.Plain).Where(side => side != PairWords.Instances).ToHashSet();
        if (sides.Count == 0)
        {
            return null;
        }

        var whole = PairWords.All.Where(words => sides.Contains(words.First) && sides.Contains(words.Second)).ToList();
        return whole.Count > 1
            ? throw new SourceUnsupportedException($"The folders of '{tree.Place}' are of several layouts ({string.Join(", ", sides.Order(StringComparer.Ordinal))}); give a folder with two of them.")
            : whole.Count == 1 ? whole[0] : PairWords.All.First(words => sides.Contains(words.First) || sides.Contains(words.Second));
    }

    private PairLayout LayoutOf(PairWords words) =>
        words.First == "a" && files.Exists(file => file.IsOneWord) ? PairLayout.Domains : words.Layout;

    private bool AreWide()
    {
        int measured = Math.Min(files.Count, MostMeasured), wide = 0, bad = 0;
        foreach (int i in Enumerable.Range(0, measured).Select(i => (int)((long)i * files.Count / measured)))
        {
            try
            {
                var (height, width) = ImageDecoder.ReadSize(tree.Read(files[i].File));
                wide += (double)width / height is >= LeastWide and <= MostWide ? 1 : 0;
            }
            catch (ImageDecodeException)
            {
                bad++;
            }
        }

        return wide > 0 && wide + bad == measured;
    }

    private List<string> Folders() => [.. files.Where(file => file.Folder.Length == 0).Select(file => file.Key.Split('/')).Where(parts => parts.Length > 1).Select(parts => parts[0])
        .Distinct().Order(StringComparer.Ordinal)];

    private static string? Shared(List<TreeFile> images, int depth)
    {
        string? Folder(TreeFile file) => file.Within.Split('/') is var parts && parts.Length > depth + 1 ? parts[depth] : null;
        return Folder(images[0]) is { } first && images.TrueForAll(file => Folder(file) == first) ? first : null;
    }
}
