using System.Numerics;

namespace IlgpuGan.Ranks;

/// <summary>A range of the leaves of a batch.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Count">How many there are.</param>
internal readonly record struct LeafRange(int First, int Count);

/// <summary>One meeting of ranks on the way to a sum.</summary>
/// <param name="To">Who is sent this rank's sum.</param>
/// <param name="From">Whose sum is received.</param>
/// <param name="IsLeft">Whether this rank's sum is the left one of the two.</param>
internal sealed record RankMeeting(int[] To, int From, bool IsLeft);

/// <summary>
/// Leaves spread over ranks so that the sum over all of them has the same bits whatever number of ranks there is. The sum is one binary tree: n leaves are the sum of the first p and of
/// the rest, p being the largest power of two below n. Each rank has a whole branch of it, and sums are exchanged where branches meet. Of 8 leaves 2, 4 or 8 ranks have equally many,
/// and meet as rank XOR 1, 2, 4; three have 4, 2 and 2.
/// </summary>
internal sealed class RankTree
{
    private readonly LeafRange[] shares;
    private readonly IReadOnlyList<RankMeeting>?[] meetings;

    /// <param name="leaves">Leaves of a batch.</param>
    /// <param name="ranks">Ranks, at most as many.</param>
    public RankTree(int leaves, int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(leaves, ranks);
        Leaves = leaves;
        var branches = new List<LeafRange> { new(0, leaves) };
        while (branches.Count < ranks)
        {
            // Whoever has most shares with a newcomer.
            int largest = branches.Index().MaxBy(branch => branch.Item.Count).Index;
            var (left, right) = Split(branches[largest]);
            branches.RemoveAt(largest);
            branches.InsertRange(largest, [left, right]);
        }
        shares = [.. branches];
        meetings = new IReadOnlyList<RankMeeting>?[ranks];
        IsButterfly = Enumerable.Range(0, ranks).All(rank =>
            MeetingsOf(rank).Index().All(meeting => meeting.Item.From == (rank ^ (1 << meeting.Index)) && meeting.Item.To is [var to] && to == meeting.Item.From));
    }

    /// <summary>Whether all ranks meet one other at a time, by their numbers XOR 1, 2, 4, ...</summary>
    public bool IsButterfly { get; }

    /// <summary>Leaves of a batch.</summary>
    public int Leaves { get; }

    /// <summary>How many ranks there are.</summary>
    public int Ranks => shares.Length;

    /// <summary>The leaves of each rank.</summary>
    public IReadOnlyList<LeafRange> Shares => shares;

    /// <summary>Leaves of the rank that has most: all others wait for it.</summary>
    public int MostLeaves => shares.Max(share => share.Count);

    /// <summary>The meetings of a rank, in their order.</summary>
    public IReadOnlyList<RankMeeting> MeetingsOf(int rank) => meetings[rank] ??= FindMeetingsOf(rank);

    private List<RankMeeting> FindMeetingsOf(int rank)
    {
        var found = new List<RankMeeting>();
        for (var branch = new LeafRange(0, Leaves); branch != shares[rank];)
        {
            var (left, right) = Split(branch);
            int[] lefts = RanksIn(left), rights = RanksIn(right);
            bool isLeft = lefts.Contains(rank);
            var (own, others) = isLeft ? (lefts, rights) : (rights, lefts);
            int place = Array.IndexOf(own, rank);
            // Where one side has more ranks, those of the other send to several.
            found.Add(new([.. others.Index().Where(other => other.Index % own.Length == place).Select(other => other.Item)], others[place % others.Length], isLeft));
            branch = isLeft ? left : right;
        }
        found.Reverse();
        return found;
    }

    private static (LeafRange Left, LeafRange Right) Split(LeafRange branch)
    {
        int left = 1 << BitOperations.Log2((uint)branch.Count - 1);
        return (new(branch.First, left), new(branch.First + left, branch.Count - left));
    }

    private int[] RanksIn(LeafRange branch) =>
        [.. shares.Index().Where(share => share.Item.First >= branch.First && share.Item.First < branch.First + branch.Count).Select(share => share.Index)];
}
