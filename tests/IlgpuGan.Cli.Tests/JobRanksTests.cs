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
    public void The_batch_says_how_many_leaves_it_has_and_ranks_only_where_they_are_more(int batch, int ranks, int leaves) =>
        Assert.Equal(leaves, JobRanks.InLeaves(RunSettings.For("faces") with { Training = new() { Network = "mlp", Batch = batch } }, ranks).Training.Leaves);

    [Theory]
    [InlineData(7, 9, "Batch 7 has no equal parts for 9 ranks; give Batch 18, or fewer ranks.")]
    [InlineData(3, 2, "Batch 3 has no equal parts for 2 ranks but single images, which this training cannot take apart; give Batch 4, or fewer ranks.")]
    public void A_batch_without_parts_for_ranks_is_refused_by_its_own_name(int batch, int ranks, string sentence)
    {
        var settings = RunSettings.For("faces");
        Assert.Equal(sentence, Assert.Throws<OptionException>(
            () => JobRanks.InLeaves(settings with { Training = settings.Training with { Batch = batch } }, ranks)).Message);
    }
}
