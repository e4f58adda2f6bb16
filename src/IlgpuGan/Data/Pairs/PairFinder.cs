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
            _ => throw new DataOptionException($"--layout {PairLayoutRow.Of(options.Layout.Value).Name} is drawn, not read; name it as the data in place of '{options.Data.Source}'."),
        };
        return listing with { Remarks = [.. tree.Remarks, .. finder.remarks, .. listing.Remarks] };
    }

    /// <summary>What a tree looks like, in a sentence that says which layout to ask for; null where it looks like none.</summary>
    public static (PairLayout Layout, bool IsCertain)? Look(FileTree tree)
    {
        if (!tree.Files.Any(file => FileKinds.IsImage(file.Name)))
        {
            return null;
        }

        var finder = new PairFinder(tree, new PairOptions { Data = new ImageSetOptions { Source = tree.Place } });
        if (finder.Words() is { } words)
        {
            var sides = finder.files.Where(file => !file.IsHeldOut).Select(file => file.Side).ToHashSet();
            return sides.Contains(words.First) && sides.Contains(words.Second) ? (finder.LayoutOf(words), true) : null;
        }

        return !finder.AreWide() ? null : (PairLayout.SideBySide, finder.HasParts);
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
            ? $"The images of {place} are twice as wide as high: if each shows A on its left and B on its right, say --layout side-by-side; photographs that are wide would otherwise be cut in two."
            : Folders() is [var first, var second]
                ? $"{place} holds two folders, '{first}' and '{second}', and nothing says that they are pairs: if files of equal names in them belong together, say --layout folders."
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

    private PairListing SameFiles(PairLayout layout, IReadOnlyList<TreeFile> all, IReadOnlyList<PairPlace> training, string? part, string first, string second)
    {
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

        return Matched(PairLayout.Folders, first, second, Of(first), Of(second), [], [], null);
    }

    private PairListing TwoSides(PairLayout layout)
    {
        PairWords words = (Words() is { } found && (found.Layout == PairLayout.Labels) == (layout == PairLayout.Labels) ? found : null) ?? throw new SourceUnsupportedException(
            $"'{tree.Place}' has not the layout {PairLayoutRow.Of(layout).Name}, which is {PairLayoutRow.Of(layout).Recognised}.");
        List<PairPlace> Of(string side) => [.. files.Where(file => file.Side is { } name && PairWords.Plain(name) == side)];
        var (first, second) = (Of(words.First), Of(words.Second));
        int others = files.Count - first.Count - second.Count;
        if (others > 0)
        {
            string what = files.Exists(file => file.Side == PairWords.Instances) ? "maps of instances are not read, only classes; left out" : "they are in folders of neither side; left out";
            remarks.Add($"Of '{tree.Name}' {Amount.Of(others, "image")} {(others == 1 ? "is" : "are")} not taken, '{files.First(file => !first.Contains(file) && !second.Contains(file)).File.Path}' "
                + $"the first: {what}.");
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

        return Matched(layout, NameOf(firstTraining), NameOf(secondTraining), firstTraining, secondTraining, firstHeld, secondHeld, part);
    }

    private PairListing Matched(PairLayout layout, string firstName, string secondName, List<PairPlace> first, List<PairPlace> second, List<PairPlace> firstHeld, List<PairPlace> secondHeld, string? part)
    {
        bool anyEnding = layout != PairLayout.Domains;
        PairMatch training = PairMatch.Of(first, second, anyEnding), held = PairMatch.Of(firstHeld, secondHeld, anyEnding);
        int smaller = Math.Min(first.Count, second.Count);
        bool areNamed = 2 * training.Pairs.Count > smaller;
        bool isPaired = options.Pairing switch
        {
            Pairing.Paired => true,
            Pairing.Unpaired => false,
            _ => layout != PairLayout.Domains || areNamed,
        };
        if (isPaired && !areNamed)
        {
            string counts = first.Count == second.Count ? $"as many files ({first.Count}) each" : $"{first.Count} and {second.Count} files";
            throw new SourceUnsupportedException($"'{firstName}' and '{secondName}' of '{tree.Place}' have {counts}, and {(training.Pairs.Count == 0 ? "no two of one name" : $"only {training.Pairs.Count} names are in both")} "
                + $"('{first[0].File.Path}', '{second[0].File.Path}'): give partners equal names, or ask for unpaired training (--pairing unpaired).");
        }

        List<TreeFile> firstFiles = [], secondFiles = [];
        var listing = new PairListing(layout, firstFiles, secondFiles) { FirstName = firstName, SecondName = secondName, IsPaired = isPaired, HeldOutPart = part };
        if (!isPaired)
        {
            // Unless most have partners those of equal names are so by chance.
            return Unpaired(listing, first, second, firstHeld, secondHeld, areNamed ? training : new([], [], []), areNamed ? held : new([], [], []), firstFiles, secondFiles);
        }

        List<(int, int)> Add(IReadOnlyList<(PairPlace First, PairPlace Second)> pairs)
        {
            int start = firstFiles.Count;
            firstFiles.AddRange(pairs.Select(pair => pair.First.File));
            secondFiles.AddRange(pairs.Select(pair => pair.Second.File));
            return [.. Enumerable.Range(start, pairs.Count).Select(i => (i, i))];
        }

        bool byNames = part is null || held.Pairs.Count == 0;
        IReadOnlyList<bool> chosen = byNames ? PairListing.HoldOut([.. training.Pairs.Select(pair => pair.First.Key)]) : new bool[training.Pairs.Count];
        var kept = Add([.. training.Pairs.Where((_, i) => !chosen[i])]);
        return listing with
        {
            Training = kept,
            HeldOut = Add(byNames ? [.. training.Pairs.Where((_, i) => chosen[i])] : held.Pairs),
            HeldOutPart = byNames ? null : part,
            Orphans = [.. new[] { PairOrphans.Of(firstName, [.. training.OnlyFirst, .. held.OnlyFirst]), PairOrphans.Of(secondName, [.. training.OnlySecond, .. held.OnlySecond]) }.OfType<PairOrphans>()],
        };
    }

    private static PairListing Unpaired(PairListing listing, List<PairPlace> first, List<PairPlace> second, List<PairPlace> firstHeld, List<PairPlace> secondHeld, PairMatch training, PairMatch held,
        List<TreeFile> firstFiles, List<TreeFile> secondFiles)
    {
        bool byNames = listing.HeldOutPart is null;
        // Partners are held out together.
        var keys = training.Pairs.SelectMany(pair => new[] { pair.First, pair.Second }).ToDictionary(file => file.File, file => file.Key);
        var (firstTraining, firstMeasured) = Sort(first, firstHeld, firstFiles);
        var (secondTraining, secondMeasured) = Sort(second, secondHeld, secondFiles);
        var places = firstFiles.Select((file, i) => (file, i)).ToDictionary(item => item.file, item => item.i);
        var secondPlaces = secondFiles.Select((file, i) => (file, i)).ToDictionary(item => item.file, item => item.i);
        var measured = firstMeasured.ToHashSet();
        var measuredSecond = secondMeasured.ToHashSet();
        return listing with
        {
            FirstTraining = firstTraining,
            FirstHeldOut = firstMeasured,
            SecondTraining = secondTraining,
            SecondHeldOut = secondMeasured,
            HeldOut = [.. (byNames ? training : held).Pairs.Select(pair => (places[pair.First.File], secondPlaces[pair.Second.File]))
                .Where(pair => measured.Contains(pair.Item1) && measuredSecond.Contains(pair.Item2))],
        };

        (List<int> Training, List<int> HeldOut) Sort(List<PairPlace> side, List<PairPlace> apart, List<TreeFile> into)
        {
            IReadOnlyList<bool> chosen = byNames ? PairListing.HoldOut([.. side.Select(file => keys.GetValueOrDefault(file.File, file.Key))]) : new bool[side.Count];
            into.AddRange(side.Concat(apart).Select(file => file.File));
            return ([.. Enumerable.Range(0, side.Count).Where(i => !chosen[i])], [.. Enumerable.Range(0, into.Count).Where(i => i >= side.Count || chosen[i])]);
        }
    }

    private PairListing Split(PairListing listing, IReadOnlyList<(int, int)> training, IReadOnlyList<(int, int)> heldOut) => listing.IsPaired
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
        List<PairPlace> training = side.FindAll(file => !file.IsHeldOut && file.Part.Length > 0), validation = side.FindAll(file => file.IsValidation), tests = side.FindAll(file => file.IsHeldOut && !file.IsValidation);
        List<PairPlace> loose = side.FindAll(file => file.Part.Length == 0), measured = validation.Count > 0 ? validation : tests;
        List<PairPlace> rest = [.. training.Count > 0 ? loose : [], .. validation.Count > 0 ? tests : []];
        if (rest.Count > 0)
        {
            remarks.Add($"Left out of '{tree.Name}': {string.Join(", ", rest.CountBy(file => file.Folder.Length > 0 ? file.Folder : "what lies outside of folders").Select(group => $"{group.Key} ({group.Value})"))}.");
        }

        return (training.Count > 0 ? training : loose, measured, measured.Count > 0 ? measured[0].Part : null);
    }

    private void Require(List<PairPlace> training, string side, List<PairPlace> others, string other, PairLayout layout)
    {
        if (training.Count == 0)
        {
            string has = others.Count > 0 ? NameOf(others) : files[0].Folder;
            throw new SourceUnsupportedException($"'{tree.Place}' has {has} and nothing to train on of side {side.ToUpperInvariant()}: the layout that comes nearest is {PairLayoutRow.Of(layout).Name}, "
                + $"{PairLayoutRow.Of(layout).Recognised}; add the folder of side {(others.Count > 0 ? side : $"{side} and {other}").ToUpperInvariant()}.");
        }
    }

    private static string NameOf(List<PairPlace> files) => files.CountBy(file => file.Folder).OrderByDescending(folder => folder.Value).ThenBy(folder => folder.Key, StringComparer.Ordinal).First().Key;

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
        words.First == "a" && files.Exists(file => file.Part.Length > 0 && file.Folder.Length == file.Part.Length + 1) ? PairLayout.Domains : words.Layout;

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
