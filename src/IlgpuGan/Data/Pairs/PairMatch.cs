namespace IlgpuGan.Data.Pairs;

/// <summary>Finds the partners of files by their names.</summary>
/// <param name="Pairs">The files of A and B that belong together, in the order of their names; their keys are what the names have in common.</param>
/// <param name="OnlyFirst">Files of A without a partner.</param>
/// <param name="OnlySecond">Files of B without a partner.</param>
internal sealed record PairMatch(IReadOnlyList<(PairPlace First, PairPlace Second)> Pairs, IReadOnlyList<PairPlace> OnlyFirst, IReadOnlyList<PairPlace> OnlySecond)
{
    private static readonly char[] Dividers = ['_', '-', '.', ' '];

    /// <summary>Matches equal names; where none is equal, names that are so without what all of a side end with (<c>1_A</c>, <c>1_B</c>).</summary>
    /// <param name="first">Files of A.</param>
    /// <param name="second">Files of B.</param>
    /// <param name="anyEnding">Whether any ending may be taken off, or only those that name the side.</param>
    /// <exception cref="SourceUnsupportedException">Two files of a side have the same name.</exception>
    public static PairMatch Of(IReadOnlyList<PairPlace> first, IReadOnlyList<PairPlace> second, bool anyEnding)
    {
        PairMatch exact = Of(Named(first, ""), Named(second, ""));
        if (exact.Pairs.Count > 0 || first.Count == 0 || second.Count == 0)
        {
            return exact;
        }

        string firstEnding = Ending(first, anyEnding), secondEnding = Ending(second, anyEnding);
        return firstEnding.Length + secondEnding.Length == 0 ? exact : Of(Named(first, firstEnding), Named(second, secondEnding));
    }

    private static PairMatch Of(SortedDictionary<string, PairPlace> first, SortedDictionary<string, PairPlace> second) => new(
        [.. first.Where(file => second.ContainsKey(file.Key)).Select(file => (file.Value, second[file.Key]))],
        [.. first.Where(file => !second.ContainsKey(file.Key)).Select(file => file.Value)],
        [.. second.Where(file => !first.ContainsKey(file.Key)).Select(file => file.Value)]);

    private static SortedDictionary<string, PairPlace> Named(IReadOnlyList<PairPlace> files, string ending)
    {
        var named = new SortedDictionary<string, PairPlace>(StringComparer.Ordinal);
        foreach (PairPlace file in files)
        {
            string key = file.Key[..^ending.Length];
            if (!named.TryAdd(key, file with { Key = key }))
            {
                throw new SourceUnsupportedException(
                    $"'{named[key].File.Path}' and '{file.File.Path}' have the same name but for its ending, so which of them its partner belongs to is open; take one of them away.");
            }
        }

        return named;
    }

    /// <summary>What all names of a side end with, from one of the <see cref="Dividers"/> on, if something is left of each.</summary>
    private static string Ending(IReadOnlyList<PairPlace> files, bool any)
    {
        string shared = files[0].Key;
        foreach (PairPlace file in files)
        {
            int same = 0;
            while (same < Math.Min(shared.Length, file.Key.Length) && shared[^(same + 1)] == file.Key[^(same + 1)])
            {
                same++;
            }

            shared = shared[^same..];
        }

        int start = shared.IndexOfAny(Dividers);
        string ending = start < 0 || files.Any(file => file.Key.Length == shared.Length - start) ? "" : shared[start..];
        return any || ending.TrimStart(Dividers).Equals(files[0].Side, StringComparison.OrdinalIgnoreCase) ? ending : "";
    }
}
