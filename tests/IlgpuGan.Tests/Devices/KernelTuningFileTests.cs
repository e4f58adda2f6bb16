using System.Collections.Concurrent;
using IlgpuGan.Devices;

namespace IlgpuGan.Tests.Devices;

public sealed class KernelTuningFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private KernelTuning Open(Action<string> notice) => KernelTuning.Open(TuningMode.Quick, "device", "kernels", TimeSpan.FromMinutes(1), folder.Path, notice);

    [Fact]
    public void Processes_that_start_together_keep_their_timings_without_a_word()
    {
        var notices = new ConcurrentBag<string>();
        Parallel.For(0, 100, new ParallelOptions { CancellationToken = TestContext.Current.CancellationToken, MaxDegreeOfParallelism = 8 }, i =>
        {
            var tuning = Open(notices.Add);
            tuning.Measure($"shape {i}", () => "kernel");
            tuning.Save();
        });
        Assert.Empty(notices);
        Assert.Single(Directory.GetFiles(folder.Path));
        Open(notices.Add);
        Assert.Empty(notices);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"Kernels":"kernels","Choices":{"a":"\ud800"}}""")]
    [InlineData("""{"Kernels":"kernels","Choices":{"\ud800":"a"}}""")]
    [InlineData("""{"Kernels":"kernels","Choices":{"a":null}}""")]
    [InlineData("""{"Kernels":7,"Choices":{}}""")]
    public void A_file_that_is_damaged_costs_one_notice(string text)
    {
        var first = Open(Assert.Fail);
        first.Measure("shape", () => "kernel");
        first.Save();
        var file = Assert.Single(Directory.GetFiles(folder.Path));
        File.WriteAllText(file, text);

        var notices = new List<string>();
        var second = Open(notices.Add);
        Assert.Contains("cannot be used and are made anew", Assert.Single(notices), StringComparison.Ordinal);
        Assert.Null(second.Find("shape"));
        second.Measure("shape", () => "kernel");
        second.Save();
        Assert.Equal("kernel", Open(Assert.Fail).Find("shape"));
    }
}
