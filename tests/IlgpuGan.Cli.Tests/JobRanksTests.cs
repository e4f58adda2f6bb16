using IlgpuGan.Options;

namespace IlgpuGan.Cli.Tests;

/// <summary>What ranks choose where nobody did.</summary>
public sealed class JobRanksTests
{
    [Theory]
    [InlineData(16, 1, 8)]
    [InlineData(16, 2, 8)]
    [InlineData(16, 8, 8)]
    [InlineData(12, 2, 6)]
    [InlineData(12, 5, 6)]
    [InlineData(8, 2, 4)]
    [InlineData(8, 5, 8)]
    [InlineData(32, 9, 16)]
    [InlineData(7, 9, 1)]
    public void The_batch_says_how_many_leaves_it_has_and_ranks_only_where_they_are_more(int batch, int ranks, int leaves) =>
        Assert.Equal(leaves, JobRanks.InLeaves(RunSettings.For("faces") with { Training = new() { Batch = batch } }, ranks).Training.Leaves);
}
