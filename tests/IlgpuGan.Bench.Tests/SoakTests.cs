namespace IlgpuGan.Bench.Tests;

public class SoakTests
{
    private static SoakMinute[] Minutes(Func<int, SoakMinute> minute) => [.. Enumerable.Range(0, 60).Select(minute)];

    [Fact]
    public void What_stays_or_wavers_is_no_complaint() =>
        Assert.Empty(SoakBench.Complaints(Minutes(i => new(150 + i % 3, 20 + i % 2, 120 + i % 2, 15, 100 + 0.5 * (i % 5))), 0.01));

    [Theory]
    [InlineData("resident memory", 0.2, 0, 0, 0, 0)]
    [InlineData("managed heap", 0, 0.1, 0, 0, 0)]
    [InlineData("handles", 0, 0, 0.1, 0, 0)]
    [InlineData("threads", 0, 0, 0, 0.1, 0)]
    [InlineData("step time", 0, 0, 0, 0, 0.05)]
    public void What_grows_by_little_each_minute_is(string name, double resident, double heap, double handles, double threads, double step)
    {
        var complaint = Assert.Single(SoakBench.Complaints(Minutes(i => new(150 + i * resident, 20 + i * heap, 120 + i * handles, 15 + i * threads, 100 + i * step)), 0.01));
        Assert.StartsWith(name, complaint, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_few_minutes_say_nothing() => Assert.Empty(SoakBench.Complaints([new(1, 1, 1, 1, 1), new(9, 9, 9, 9, 9)], 0.01));
}
