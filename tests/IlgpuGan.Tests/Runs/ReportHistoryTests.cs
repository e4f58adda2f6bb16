using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Runs;

public class ReportHistoryTests
{
    [Theory]
    [InlineData(10)]
    [InlineData(ReportHistory.Most + ReportHistory.Newest)]
    [InlineData(ReportHistory.Most + ReportHistory.Newest + 1)]
    [InlineData(100_000)]
    public void However_long_a_run_its_newest_reports_are_there_and_a_bounded_number_of_the_older_evenly(int count)
    {
        var history = new ReportHistory(Reports(count));

        Assert.InRange(history.Count, Math.Min(count, ReportHistory.Most / 2), ReportHistory.Most + ReportHistory.Newest);
        Assert.Equal(Reports(count).TakeLast(ReportHistory.Newest), history.TakeLast(ReportHistory.Newest));
        long[] older = [.. history.SkipLast(ReportHistory.Newest).Select(report => report.Step)];
        Assert.Equal(Enumerable.Range(0, older.Length).Select(number => 1 + (number * history.Every)), older);
        Assert.Equal(count <= ReportHistory.Most + ReportHistory.Newest, history.Every == 1);
    }

    [Fact]
    public void A_run_that_goes_back_forgets_what_came_after_and_goes_on()
    {
        var history = new ReportHistory(Reports(20_000));
        history.RemoveAfter(15_000);

        Assert.InRange(history[^1].Step, 15_000 - history.Every, 15_000);
        foreach (var report in Reports(30_000).Skip(15_000))
        {
            history.Add(report);
        }

        Assert.Equal(Reports(30_000).TakeLast(ReportHistory.Newest), history.TakeLast(ReportHistory.Newest));
        Assert.Equal(history.Select(report => report.Step).Order(), history.Select(report => report.Step));
        Assert.True(history.Count <= ReportHistory.Most + ReportHistory.Newest);
    }

    private static IEnumerable<TrainingReport> Reports(int count) => Enumerable.Range(1, count).Select(step => new TrainingReport(step, 0, 0, 0, 0, 0, 0, 0));
}
