namespace IlgpuGan.Ranks;

/// <summary>What the sums of a step cost, by the messages that <see cref="RankTeam.Sum"/> sends.</summary>
/// <param name="Seconds">From when all ranks have their sums until all have the whole one.</param>
/// <param name="Bytes">Bytes that the rank sends that sends most.</param>
/// <param name="Messages">Messages that it sends.</param>
internal sealed record RankCost(double Seconds, long Bytes, int Messages)
{
    /// <summary>The cost of one sum; links are taken to be alike, and each rank to have its own.</summary>
    /// <param name="tree">Which leaves the ranks have.</param>
    /// <param name="count">Numbers that are added.</param>
    /// <param name="speed">How fast they exchange.</param>
    public static RankCost OfSum(RankTree tree, int count, RankLinkSpeed speed)
    {
        if (tree.IsButterfly && count >= RankTeam.LeastHalved)
        {
            double seconds = 0;
            long bytes = 0;
            int messages = 0;
            foreach (var _ in tree.MeetingsOf(0))
            {
                long kept = (count + 1) / 2 * sizeof(float), back = count / 2 * sizeof(float);
                seconds += speed.Seconds(kept) + kept / speed.AddedBytesPerSecond + speed.Seconds(back);
                bytes += kept + back;
                messages += 2;
                count = (count + 1) / 2;
            }
            return new(seconds, bytes, messages);
        }
        long length = (long)count * sizeof(float);
        var ends = new Dictionary<(int Rank, int Depth), double>();
        var most = Enumerable.Range(0, tree.Ranks).MaxBy(rank => tree.MeetingsOf(rank).Sum(meeting => meeting.To.Length));
        int sent = tree.MeetingsOf(most).Sum(meeting => meeting.To.Length);
        return new(Enumerable.Range(0, tree.Ranks).Max(rank => End(rank, 0)), sent * length, sent);

        // When a rank has the sum of its branch at a depth of the tree, the whole one being at 0.
        double End(int rank, int depth)
        {
            if (ends.TryGetValue((rank, depth), out double end))
            {
                return end;
            }
            var meetings = tree.MeetingsOf(rank);
            if (depth == meetings.Count)
            {
                return 0;
            }
            var meeting = meetings[^(depth + 1)];
            // Those who send to several do so through one link.
            int sends = Math.Max(meeting.To.Length, tree.MeetingsOf(meeting.From)[^(depth + 1)].To.Length);
            return ends[(rank, depth)] = Math.Max(End(rank, depth + 1), End(meeting.From, depth + 1)) + speed.Seconds(sends * length) + length / speed.AddedBytesPerSecond;
        }
    }

    /// <summary>The cost of what rank 0 tells before each step.</summary>
    public static double OrderSeconds(int ranks, RankLinkSpeed speed) => Math.Ceiling(Math.Log2(ranks)) * speed.Latency;
}
