using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Data.Files;

namespace IlgpuGan.Data.Pairs;

/// <summary>Which files are of which side, which belong together, and which are held out.</summary>
/// <param name="Layout">The layout that was seen.</param>
/// <param name="First">Files of A.</param>
/// <param name="Second">Files of B; the same as of A where one file holds both.</param>
internal sealed record PairListing(PairLayout Layout, IReadOnlyList<TreeFile> First, IReadOnlyList<TreeFile> Second)
{
    /// <summary>One in so many is held out where the set has no part for it.</summary>
    public const int OneIn = 20;

    /// <summary>What A is called: <c>trainA</c>.</summary>
    public required string FirstName { get; init; }

    /// <summary>What B is called.</summary>
    public required string SecondName { get; init; }

    /// <summary>Whether images are taken in pairs; else A's and B's are two sets.</summary>
    public required bool IsPaired { get; init; }

    /// <summary>Pairs to train on, as places in <see cref="First"/> and <see cref="Second"/>; known partners of an unpaired set, too.</summary>
    public IReadOnlyList<(int First, int Second)> Training { get; init; } = [];

    /// <summary>Pairs to measure by.</summary>
    public IReadOnlyList<(int First, int Second)> HeldOut { get; init; } = [];

    /// <summary>Of an unpaired set: the images of A to train on.</summary>
    public IReadOnlyList<int> FirstTraining { get; init; } = [];

    /// <summary>Of an unpaired set: the images of A to measure by.</summary>
    public IReadOnlyList<int> FirstHeldOut { get; init; } = [];

    /// <summary>Of an unpaired set: the images of B to train on.</summary>
    public IReadOnlyList<int> SecondTraining { get; init; } = [];

    /// <summary>Of an unpaired set: the images of B to measure by.</summary>
    public IReadOnlyList<int> SecondHeldOut { get; init; } = [];

    /// <summary>The part that is held out: <c>test</c>; null where it was chosen by names.</summary>
    public string? HeldOutPart { get; init; }

    /// <summary>Files without a partner.</summary>
    public IReadOnlyList<PairOrphans> Orphans { get; init; } = [];

    /// <summary>What else a user should know, in whole sentences.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>
    /// Which of some names are held out: those whose hash says so, so that a name is held out whatever others there are; of several that none says so of, the one with the
    /// least hash.
    /// </summary>
    public static IReadOnlyList<bool> HoldOut(IReadOnlyList<string> names)
    {
        uint[] hashes = [.. names.Select(name => BitConverter.ToUInt32(SHA256.HashData(Encoding.UTF8.GetBytes(name))))];
        bool[] chosen = [.. hashes.Select(hash => hash % OneIn == 0)];
        if (names.Count > 1 && (chosen.All(held => !held) || chosen.All(held => held)))
        {
            int least = Array.IndexOf(hashes, hashes.Min());
            chosen = [.. chosen.Select((_, i) => i == least)];
        }

        return names.Count > 1 ? chosen : new bool[names.Count];
    }
}

/// <summary>Files of a side that have no partner.</summary>
/// <param name="Side">Name of the side.</param>
/// <param name="Count">How many.</param>
/// <param name="First">The first few.</param>
public sealed record PairOrphans(string Side, int Count, IReadOnlyList<string> First)
{
    private const int Listed = 3;

    internal static PairOrphans? Of(string side, IReadOnlyList<PairPlace> files) =>
        files.Count == 0 ? null : new PairOrphans(side, files.Count, [.. files.Take(Listed).Select(file => file.File.Path)]);

    /// <summary>For sentences: <c>5 of A ('A/7.png', 'A/9.png', ...)</c>.</summary>
    public override string ToString() => $"{Count} of {Side} ({string.Join(", ", First.Select(name => $"'{name}'"))}{(Count > First.Count ? ", ..." : "")})";
}
