using IlgpuGan.Ranks;

namespace IlgpuGan.Tests.Ranks;

public class RankTreeTests
{
    [Theory]
    [InlineData(8, 1, "8")]
    [InlineData(8, 2, "4 4")]
    [InlineData(8, 3, "2 2 4")]
    [InlineData(8, 4, "2 2 2 2")]
    [InlineData(8, 5, "1 1 2 2 2")]
    [InlineData(8, 8, "1 1 1 1 1 1 1 1")]
    [InlineData(12, 3, "4 4 4")]
    [InlineData(24, 6, "4 4 4 4 4 4")]
    [InlineData(7, 4, "2 2 2 1")]
    public void Each_rank_has_a_branch_of_the_tree_and_who_has_most_shares_first(int leaves, int ranks, string counts)
    {
        var tree = new RankTree(leaves, ranks);

        Assert.Equal(counts, string.Join(' ', tree.Shares.Select(share => share.Count)));
        Assert.Equal(tree.Shares.Max(share => share.Count), tree.MostLeaves);
        Assert.Equal(Enumerable.Range(0, leaves), tree.Shares.SelectMany(share => Enumerable.Range(share.First, share.Count)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Powers_of_two_meet_as_a_butterfly(int ranks)
    {
        var tree = new RankTree(16, ranks);
        for (int rank = 0; rank < ranks; rank++)
        {
            var meetings = tree.MeetingsOf(rank);
            Assert.Equal(Enumerable.Range(0, int.Log2(ranks)).Select(level => rank ^ (1 << level)), meetings.Select(meeting => meeting.From));
            Assert.All(meetings, meeting => Assert.Equal([meeting.From], meeting.To));
        }
    }

    [Fact]
    public void Any_number_of_ranks_adds_any_number_of_leaves_to_the_same_bits()
    {
        for (int leaves = 1; leaves <= 17; leaves++)
        {
            // Of such sizes that each order of addition has other bits.
            float[] values = [.. Enumerable.Range(0, leaves).Select(leaf => MathF.Pow(3, leaf % 7) * 0.1f + leaf * 1e-3f)];
            float expected = TreeSum(values);
            for (int ranks = 1; ranks <= leaves; ranks++)
            {
                var tree = new RankTree(leaves, ranks);
                float[][] sums = ThreadLink.Run(ranks, link =>
                {
                    using var team = new RankTeam(link, $"rank {link.Rank}");
                    var (first, count) = tree.Shares[link.Rank];
                    float own = TreeSum(values.AsSpan(first, count));
                    float[] sum = [own, own, own, own];
                    team.Sum(sum, new float[4], 2, 1, tree);
                    Assert.False(team.Asked.IsCancellationRequested);
                    return sum;
                });

                Assert.All(sums, sum => Assert.Equal([expected * (1f / leaves), 0, expected, expected], sum));
            }
        }
    }

    [Fact]
    public void A_rank_that_was_asked_to_stop_tells_all_in_the_same_sum()
    {
        var tree = new RankTree(8, 5);
        bool[] told = ThreadLink.Run(5, link =>
        {
            using var team = new RankTeam(link, "") { WantsStop = link.Rank == 3 };
            team.Sum(new float[17], new float[17], 16, 15, tree);
            return team.Asked.IsCancellationRequested;
        });

        Assert.All(told, Assert.True);
    }

    [Fact]
    public void What_rank_0_has_reaches_all_and_what_all_have_reaches_rank_0()
    {
        for (int ranks = 1; ranks <= 9; ranks++)
        {
            var heard = ThreadLink.Run(ranks, link =>
            {
                using var team = new RankTeam(link, $"host{link.Rank}");
                string text = team.Share(link.Rank == 0 ? "so be it" : "what?");
                return (text, Names: string.Join(' ', team.Status.Select(status => status.Name)), All: team.Gather([(byte)link.Rank]));
            });

            Assert.All(heard, rank => Assert.Equal("so be it", rank.text));
            Assert.Equal(string.Join(' ', Enumerable.Range(0, ranks).Select(rank => $"host{rank}")), heard[0].Names);
            Assert.Equal(Enumerable.Range(0, ranks).Select(rank => (byte)rank), heard[0].All!.SelectMany(bytes => bytes));
        }
    }

    [Theory]
    [InlineData("aaba", "Rank 2 (host2, cpu) has other weights than rank 0 (host0, cpu) at step 50: ")]
    [InlineData("baaa", "Rank 0 (host0, cpu) has other weights than rank 1 (host1, cpu) at step 50: ")]
    [InlineData("abab", "Ranks 1 (host1, cpu), 3 (host3, cpu) have other weights than rank 0 (host0, cpu) at step 50: ")]
    public void A_rank_with_other_weights_than_most_is_named(string weights, string expected)
    {
        string message = Assert.Throws<RanksException>(() => ThreadLink.Run(4, link =>
        {
            using var team = new RankTeam(link, $"host{link.Rank}");
            team.Meet(new("cpu", "processors"));
            team.Compare(50, weights[link.Rank..][..1]);
            return 0;
        })).Message;

        Assert.StartsWith(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void Long_sums_are_made_by_halves_with_the_bits_of_short_ones(int ranks)
    {
        // An odd number of odd halves.
        int count = RankTeam.LeastHalved + 8191;
        var tree = new RankTree(8, ranks);
        float[] At(int rank, int first, int length) => [.. Enumerable.Range(first, length).Select(i => MathF.Sin(i * 0.7f + rank) * MathF.Pow(3, (rank * 5 + i) % 7))];
        var sums = ThreadLink.Run(ranks, link =>
        {
            using var team = new RankTeam(link, "");
            float[] values = At(link.Rank, 0, count);
            int before = link.Messages;
            team.Sum(values, new float[count], count, 0, tree);
            Assert.Equal(2 * int.Log2(ranks), link.Messages - before);
            // The same in pieces that are too short for that.
            const int piece = 10_000;
            for (int first = 0; first < count; first += piece)
            {
                float[] part = At(link.Rank, first, Math.Min(piece, count - first));
                team.Sum(part, new float[piece], part.Length, 0, tree);
                Assert.Equal(part.AsSpan(1), values.AsSpan(first + 1, part.Length - 1));
            }
            return values;
        });

        Assert.All(sums, sum => Assert.Equal(sums[0], sum));
    }

    [Fact]
    public void A_rank_says_after_a_minute_for_whom_it_waits_and_of_what_one_does_alone_rank_1_says_so_after_ten()
    {
        var time = TimeSpan.FromMinutes(2);
        Assert.StartsWith("Rank 3 on nodea has waited 2 min for rank 2; ", RankWait.Step.Sentence(3, "nodea", 2, time), StringComparison.Ordinal);
        Assert.StartsWith("Rank 1 on nodea has waited 2 min for rank 0, which loads, measures, draws or saves; ", RankWait.Order.Sentence(1, "nodea", 0, time), StringComparison.Ordinal);
        Assert.Null(RankWait.Order.Sentence(3, "nodea", 2, time));
        Assert.Equal([1, 10, 10], new[] { RankWait.Step, RankWait.Order, RankWait.Opening }.Select(wait => wait.Patience.TotalMinutes));
    }

    // The definition: n leaves are the sum of the first p and of the rest, p being the largest power of two below n.
    private static float TreeSum(ReadOnlySpan<float> values)
    {
        if (values.Length == 1)
        {
            return values[0];
        }
        int left = 1;
        while (2 * left < values.Length)
        {
            left *= 2;
        }
        return TreeSum(values[..left]) + TreeSum(values[left..]);
    }
}
