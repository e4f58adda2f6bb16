using IlgpuGan.Faces;

namespace IlgpuGan.Data.Pairs;

/// <summary>The built-in pairs: drawn faces, whose true translation is known.</summary>
internal static class PairFaces
{
    // The golden ratio's bits: seeds that somebody gives lie next to one another, and these lie far from all of them.
    private const ulong FarSeed = 0x9E3779B97F4A7C15;
    private const int LeastHeldOut = 64;
    private const HairColour DefaultFrom = HairColour.Blond, DefaultTo = HairColour.Blue;

    /// <summary>The layout that a word names; null where it names none.</summary>
    public static PairLayout? LayoutOf(string source) =>
        PairLayoutRow.All.FirstOrDefault(row => row.IsBuiltIn && (source == row.Name || (row.Layout == PairLayout.FaceHair && source.StartsWith(row.Name + ":", StringComparison.Ordinal))))?.Layout;

    /// <summary>The faces that are held out of those of a seed: none that anything of that seed is trained on.</summary>
    public static ulong HeldOutSeed(ulong seed) => seed ^ FarSeed;

    /// <summary>What a held-out face looks like when it is translated rightly; null where it is translated into no coloured face.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="direction">Which side is the input.</param>
    /// <param name="data">The colours in the source's name, and the seed.</param>
    /// <param name="index">Which of those held out.</param>
    public static FaceAttributes? HeldOutTarget(PairLayout layout, PairDirection direction, ImageSetOptions data, int index)
    {
        bool isForth = direction == PairDirection.AtoB;
        if (layout is PairLayout.Faces or PairLayout.FaceLabels)
        {
            return isForth ? new FaceTraits(HeldOutSeed(data.FaceSeed), index).Attributes : null;
        }
        if (layout != PairLayout.FaceHair)
        {
            return null;
        }
        var (from, to) = Colours(data.Source);
        return new FaceTraits(HeldOutSeed(data.FaceSeed), index) { Dye = isForth ? to : from }.Attributes;
    }

    /// <summary>The two sides and which faces are trained on.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="options">Count and seed of the faces; the colours follow the source's name.</param>
    public static (PairListing Listing, FaceSide First, FaceSide Second) Of(PairLayout layout, PairOptions options)
    {
        int count = options.Data.FaceCount, heldOut = Math.Max(LeastHeldOut, count / PairListing.OneIn);
        ulong seed = options.Data.FaceSeed, measured = HeldOutSeed(seed);
        FaceSide Side(FaceMedium medium, string name, ulong training, HairColour? dye = null) => new(name, medium, count, heldOut, training, measured, dye);
        var (first, second) = layout switch
        {
            PairLayout.Faces => (Side(FaceMedium.Lines, "drawings", seed), Side(FaceMedium.Colours, "faces", seed)),
            PairLayout.FaceLabels => (Side(FaceMedium.Regions, "regions", seed), Side(FaceMedium.Colours, "faces", seed)),
            _ => Colours(options.Data.Source) is var (from, to)
                ? (Side(FaceMedium.Colours, $"{Word(from)} hair", seed, from), Side(FaceMedium.Colours, $"{Word(to)} hair", options.Pairing == Pairing.Paired ? seed : seed ^ (FarSeed >> 1), to))
                : throw new InvalidOperationException(),
        };
        bool isPaired = options.Pairing switch { Pairing.Paired => true, Pairing.Unpaired => false, _ => layout != PairLayout.FaceHair };
        List<int> training = [.. Enumerable.Range(0, count)], held = [.. Enumerable.Range(count, heldOut)];
        var listing = new PairListing(layout, [], [])
        {
            FirstName = first.Name,
            SecondName = second.Name,
            IsPaired = isPaired,
            Training = isPaired ? [.. training.Select(i => (i, i))] : [],
            HeldOut = [.. held.Select(i => (i, i))],
            FirstTraining = training,
            FirstHeldOut = held,
            SecondTraining = training,
            SecondHeldOut = held,
        };
        return (listing, first, second);
    }

    private static (HairColour From, HairColour To) Colours(string source)
    {
        string[] words = source.Split(':')[2..];
        if (words.Length == 0)
        {
            return (DefaultFrom, DefaultTo);
        }

        string[] known = [.. Enum.GetValues<HairColour>().Select(Word)];
        int[] colours = [.. words.Select(word => Array.IndexOf(known, word))];
        return colours is [>= 0, >= 0] && colours[0] != colours[1] ? ((HairColour)colours[0], (HairColour)colours[1])
            : throw new DataOptionException($"'{source}' does not name two colours of hair: give two different ones of {string.Join(", ", known)}, as in unpaired:faces:blond:blue.");
    }

    private static string Word(HairColour colour) => colour.ToString().ToLowerInvariant();
}
