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

    [Fact]
    public void A_rank_with_other_weights_is_named()
    {
        string message = Assert.Throws<RanksException>(() => ThreadLink.Run(4, link =>
        {
            using var team = new RankTeam(link, $"host{link.Rank}");
            team.Compare(50, link.Rank == 2 ? "b" : "a");
            return 0;
        })).Message;

        Assert.StartsWith("Rank 2 (host2) has other weights than rank 0 (host0) at step 50: ", message, StringComparison.Ordinal);
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
