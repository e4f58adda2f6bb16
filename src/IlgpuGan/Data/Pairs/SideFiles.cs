using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Pairs;

/// <summary>The files of one side.</summary>
/// <param name="Name">Name of the side.</param>
/// <param name="Training">Files to train on, in the order of their paths.</param>
/// <param name="HeldOut">Files of the part to measure by; none where there is no such part.</param>
internal sealed record SideFiles(string Name, IReadOnlyList<PairPlace> Training, IReadOnlyList<PairPlace> HeldOut)
{
    /// <summary>Finds the partners, and what is held out where no part is.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="first">Files of A.</param>
    /// <param name="second">Files of B.</param>
    /// <param name="part">The part that is held out; null for none.</param>
    /// <param name="pairing">What is asked for.</param>
    /// <param name="place">What holds the files, for messages.</param>
    /// <exception cref="SourceUnsupportedException">Pairs are wanted, and half of the files of the smaller side have no partner, or a name is there twice.</exception>
    public static PairListing Match(PairLayout layout, SideFiles first, SideFiles second, string? part, Pairing pairing, string place)
    {
        bool anyEnding = layout != PairLayout.Domains;
        PairMatch training = PairMatch.Of(first.Training, second.Training, anyEnding), held = PairMatch.Of(first.HeldOut, second.HeldOut, anyEnding);
        bool areNamed = 2 * training.Pairs.Count > Math.Min(first.Training.Count, second.Training.Count);
        if (pairing == Pairing.Unpaired || (pairing == Pairing.ByNames && layout == PairLayout.Domains && !areNamed))
        {
            // Unless most have partners those of equal names are so by chance.
            return areNamed ? Unpaired(layout, first, second, part, training, held) : Unpaired(layout, first, second, part, new([], [], []), new([], [], []));
        }

        return areNamed ? Paired(layout, first, second, part, training, held) : throw new SourceUnsupportedException(
            $"'{first.Name}' and '{second.Name}' of '{place}' have {Counts(first.Training.Count, second.Training.Count)}, and "
            + $"{(training.Pairs.Count == 0 ? "no two of one name" : $"only {training.Pairs.Count} names are in both")} ('{first.Training[0].File.Path}', '{second.Training[0].File.Path}'): "
            + "give partners equal names, or --method cyclegan, which asks for no partners.");
    }

    private static string Counts(int first, int second) => first == second ? $"as many files ({first}) each" : $"{first} and {second} files";

    private static PairListing Paired(PairLayout layout, SideFiles first, SideFiles second, string? part, PairMatch training, PairMatch held)
    {
        bool byNames = held.Pairs.Count == 0;
        IReadOnlyList<bool> chosen = byNames ? PairListing.HoldOut([.. training.Pairs.Select(pair => pair.First.Key)]) : new bool[training.Pairs.Count];
        var kept = training.Pairs.Where((_, i) => !chosen[i]).ToList();
        var measured = byNames ? training.Pairs.Where((_, i) => chosen[i]).ToList() : held.Pairs;
        PairOrphans?[] orphans =
        [
            PairOrphans.Of(first.Name, [.. training.OnlyFirst, .. held.OnlyFirst]), PairOrphans.Of(second.Name, [.. training.OnlySecond, .. held.OnlySecond]),
        ];
        return new PairListing(layout, [.. kept.Concat(measured).Select(pair => pair.First.File)], [.. kept.Concat(measured).Select(pair => pair.Second.File)])
        {
            FirstName = first.Name,
            SecondName = second.Name,
            IsPaired = true,
            Training = [.. Enumerable.Range(0, kept.Count).Select(i => (i, i))],
            HeldOut = [.. Enumerable.Range(kept.Count, measured.Count).Select(i => (i, i))],
            HeldOutPart = byNames ? null : part,
            Orphans = [.. orphans.OfType<PairOrphans>()],
        };
    }

    private static PairListing Unpaired(PairLayout layout, SideFiles first, SideFiles second, string? part, PairMatch training, PairMatch held)
    {
        // Partners are held out together.
        var keys = training.Pairs.SelectMany(pair => new[] { pair.First, pair.Second }).ToDictionary(file => file.File, file => file.Key);
        var (firstTraining, firstHeld) = first.Sort(part is null, keys);
        var (secondTraining, secondHeld) = second.Sort(part is null, keys);
        List<TreeFile> firstFiles = [.. firstTraining, .. firstHeld], secondFiles = [.. secondTraining, .. secondHeld];
        var firstPlaces = firstHeld.Index().ToDictionary(file => file.Item, file => firstTraining.Count + file.Index);
        var secondPlaces = secondHeld.Index().ToDictionary(file => file.Item, file => secondTraining.Count + file.Index);
        return new PairListing(layout, firstFiles, secondFiles)
        {
            FirstName = first.Name,
            SecondName = second.Name,
            IsPaired = false,
            HeldOutPart = part,
            FirstTraining = [.. Enumerable.Range(0, firstTraining.Count)],
            FirstHeldOut = [.. Enumerable.Range(firstTraining.Count, firstHeld.Count)],
            SecondTraining = [.. Enumerable.Range(0, secondTraining.Count)],
            SecondHeldOut = [.. Enumerable.Range(secondTraining.Count, secondHeld.Count)],
            HeldOut = [.. (part is null ? training : held).Pairs.Where(pair => firstPlaces.ContainsKey(pair.First.File) && secondPlaces.ContainsKey(pair.Second.File))
                .Select(pair => (firstPlaces[pair.First.File], secondPlaces[pair.Second.File]))],
        };
    }

    private (List<TreeFile> Training, List<TreeFile> HeldOut) Sort(bool byNames, Dictionary<TreeFile, string> keys)
    {
        IReadOnlyList<bool> chosen = byNames ? PairListing.HoldOut([.. Training.Select(file => keys.GetValueOrDefault(file.File, file.Key))]) : new bool[Training.Count];
        List<TreeFile> files = [.. Training.Select(file => file.File)];
        return ([.. files.Where((_, i) => !chosen[i])], [.. files.Where((_, i) => chosen[i]), .. HeldOut.Select(file => file.File)]);
    }
}
