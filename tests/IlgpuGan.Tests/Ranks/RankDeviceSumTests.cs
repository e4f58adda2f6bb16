using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Ranks;

/// <summary>Sums that stay on the card, with threads in place of cards and of NCCL.</summary>
public sealed class RankDeviceSumTests
{
    private const int Count = 100, Means = 90;

    [Theory]
    [InlineData(2, RankReduction.Strict)]
    [InlineData(3, RankReduction.Strict)]
    [InlineData(8, RankReduction.Strict)]
    [InlineData(3, RankReduction.Fast)]
    public void They_are_those_of_the_host_with_the_vote_of_each_rank(int ranks, RankReduction reduction)
    {
        var tree = new RankTree(8, ranks);
        bool[] told = ThreadLink.Run(ranks, link =>
        {
            using var team = new RankTeam(link, "") { WantsStop = link.Rank == 1 };
            using var device = ComputeDevice.OpenProcessor(workers: 1);
            using var variables = new VariableStore(device, Precision.Tf32);
            var values = new Variable("gradients", Count);
            using var sum = new RankDeviceSum(team, tree, variables, new ThreadDeviceLink(link), reduction);
            // Twice, as in a run.
            for (int time = 0; time < 2; time++)
            {
                float[] own = [.. Enumerable.Range(0, Count).Select(i => MathF.Sin(i * 0.7f + link.Rank + time) * MathF.Pow(3, (link.Rank * 5 + i) % 7))];
                variables.Upload(values, own);
                sum.Add(values, Means);
                team.Sum(own, new float[Count], Means, Means - 1, tree, inAnyOrder: reduction == RankReduction.Fast);
                Assert.Equal(own, variables.Download(values));
            }
            return team.Asked.IsCancellationRequested;
        });

        Assert.All(told, Assert.True);
    }

    /// <summary>What NCCL would do, of memory of the processor.</summary>
    private sealed unsafe class ThreadDeviceLink(ThreadLink link) : IDeviceLink
    {
        public void Exchange(ReadOnlySpan<int> to, nint sent, int from, nint received, long count, nint stream) =>
            link.Transfer(to, (void*)sent, from, (void*)received, count * sizeof(float), RankWait.Step);

        public void Reduce(nint values, long count, nint stream)
        {
            float[] sum = new float[count];
            fixed (float* all = sum)
            {
                link.Reduce((float*)values, all, (int)count);
            }
            sum.CopyTo(new Span<float>((void*)values, (int)count));
        }

        public void Dispose()
        {
        }
    }
}
