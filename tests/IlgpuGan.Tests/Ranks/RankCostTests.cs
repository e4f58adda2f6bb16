using IlgpuGan.Ranks;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Ranks;

/// <summary>What sums cost, by hand.</summary>
public sealed class RankCostTests
{
    // A byte a second, so that seconds are bytes; adding costs nothing.
    private static readonly RankLinkSpeed Plain = new(0, 1, double.PositiveInfinity);

    [Fact]
    public void By_halves_each_rank_sends_twice_the_numbers_less_two_shares_of_them()
    {
        const int count = 1 << 20;
        var cost = RankCost.OfSum(new(8, 8), count, Plain);
        Assert.Equal((4L * count * 2 * 7 / 8, 6), (cost.Bytes, cost.Messages));
        Assert.Equal(cost.Bytes, cost.Seconds, 1e-6);
        Assert.Equal(6, RankCost.OfSum(new(8, 8), count, new(1, double.PositiveInfinity, double.PositiveInfinity)).Seconds, 1e-6);
    }

    [Fact]
    public void Short_sums_are_sent_whole_at_each_level() =>
        Assert.Equal(new RankCost(3 * 400, 3 * 400, 3), RankCost.OfSum(new(8, 8), 100, Plain));

    [Fact]
    public void Where_one_rank_meets_two_it_sends_to_both()
    {
        // Ranks 0 and 1 meet, then each of them rank 2, which sends to both.
        var cost = RankCost.OfSum(new(8, 3), 100, Plain);
        Assert.Equal(new RankCost(400 + 800, 800, 2), cost);
    }

    [Fact]
    public void Efficiency_is_what_one_rank_takes_beside_what_all_take()
    {
        var forecast = RankForecast.Of(new(8, 8), [(1 << 20, 1)], Plain with { BytesPerSecond = 7 << 20 }, computing: 9, alone: 72);
        Assert.Equal((1.0, 10.0, 0.9), (forecast.ExchangeSeconds, forecast.SecondsPerStep, forecast.Efficiency));
        // Of 8 leaves three ranks have 2, 2 and 4: they are no faster than two.
        Assert.Equal(8 / (3 * 4.0), RankForecast.Of(new(8, 3), [(100, 1)], Plain with { BytesPerSecond = double.PositiveInfinity }, computing: 4, alone: 8).Efficiency, 1e-9);
    }
}
