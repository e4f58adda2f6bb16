using System.Text;
using IlgpuGan.Ranks;

namespace IlgpuGan.Training;

/// <summary>A number that was not finite.</summary>
/// <param name="Run">Which run of a segment of the step made it; the leaves of a batch are one.</param>
/// <param name="Id">Which tensor it is in.</param>
/// <param name="Words">Where that is.</param>
internal sealed record NonFinite(int Run, int Id, string Words)
{
    private const int LongestWords = 1024;

    /// <summary>Whether it was made before another.</summary>
    public bool IsBefore(NonFinite other) => (Run, Id).CompareTo((other.Run, other.Id)) < 0;

    /// <summary>The first of what all ranks found, in words that name the rank where others were finite still; null where nothing was found. Known to rank 0 alone.</summary>
    public static string? FirstOf(RankTeam team, NonFinite? own)
    {
        var bytes = new byte[2 * sizeof(int) + LongestWords];
        BitConverter.TryWriteBytes(bytes, own?.Run ?? int.MaxValue);
        BitConverter.TryWriteBytes(bytes.AsSpan(sizeof(int)), own?.Id ?? int.MaxValue);
        string words = own?.Words ?? "";
        Encoding.UTF8.TryGetBytes(words.AsSpan(0, Math.Min(words.Length, LongestWords / 4)), bytes.AsSpan(2 * sizeof(int)), out _);
        var found = (team.Gather(bytes) ?? []).Select(Read).Index().Where(rank => rank.Item.Words.Length > 0).ToList();
        if (found.Count == 0)
        {
            return null;
        }
        var (rank, first) = found.Aggregate((one, other) => other.Item.IsBefore(one.Item) ? other : one);
        return found.Count(other => !first.IsBefore(other.Item)) == team.Ranks ? first.Words : $"{first.Words} on rank {rank}";

        static NonFinite Read(byte[] bytes) =>
            new(BitConverter.ToInt32(bytes), BitConverter.ToInt32(bytes, sizeof(int)), Encoding.UTF8.GetString(bytes, 2 * sizeof(int), LongestWords).TrimEnd('\0'));
    }
}
