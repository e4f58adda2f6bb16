namespace IlgpuGan.Tests;

/// <summary>Remembers how far work was said to be, by one thread at a time.</summary>
internal sealed class WorkRecorder : IProgress<Work>
{
    public List<Work> All { get; } = [];

    /// <summary>Done when it has heard something.</summary>
    public Action<Work> Then { get; init; } = _ => { };

    public void Report(Work value)
    {
        All.Add(value);
        Then(value);
    }

    /// <summary>Asserts that it heard of these kinds of work and of no others, and of each ever more, up to the whole; then it may begin again.</summary>
    public void AssertWhole(params WorkKind[] kinds)
    {
        Assert.Equal(kinds.Order(), All.Select(work => work.Kind).Distinct().Order());
        foreach (var of in All.GroupBy(work => work.Kind))
        {
            foreach (var (before, now) in of.Zip(of.Skip(1)))
            {
                bool isMore = now.Total == before.Total && now.Done >= before.Done;
                Assert.True(isMore || before.Done == before.Total, $"{of.Key}: {now.Done} of {now.Total} after {before.Done} of {before.Total}");
            }

            Assert.All(of, work => Assert.InRange(work.Done, 0, work.Total));
            Assert.True(of.Last() is { Total: > 0 } last && last.Done == last.Total, $"{of.Key} ends at {of.Last()}");
        }
    }
}
