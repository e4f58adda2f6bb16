namespace IlgpuGan.Watch.Tests;

public class CurveTableTests
{
    private static CurveTable Filled(int reports, int limit = 8)
    {
        var table = new CurveTable(limit);
        for (var step = 1; step <= reports; step++)
        {
            table.Add(Report(step, step));
        }

        return table;
    }

    private static Dictionary<string, double> Report(double step, double loss) => new() { ["step"] = step, ["loss"] = loss };

    [Fact]
    public void A_short_log_is_kept_as_it_is()
    {
        var table = Filled(8);
        Assert.Equal(1, table.Stride);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], table.Values("loss", 0));
    }

    [Fact]
    public void A_longer_one_is_merged_two_by_two_with_means_at_the_last_position()
    {
        var table = Filled(9);
        Assert.Equal(2, table.Stride);
        Assert.Equal([2, 4, 6, 8, 9], table.Values("step", 0));
        Assert.Equal([1.5, 3.5, 5.5, 7.5, 9], table.Values("loss", 0));
        Assert.Equal(4, table.CompleteRows);
    }

    [Theory]
    [InlineData(2001)]
    [InlineData(123_456)]
    public void However_long_the_log_the_rows_stay_few_and_the_mean_right(int reports)
    {
        var table = Filled(reports, limit: 2000);
        Assert.InRange(table.Rows, 1000, 2000);
        Assert.Equal(reports, table.Values("step", 0)[^1]);
        // The mean of 1 ... stride.
        Assert.Equal((table.Stride + 1) / 2.0, table.Values("loss", 0)[0]!.Value, 1e-9);
    }

    [Fact]
    public void A_curve_that_begins_later_has_nothing_before()
    {
        var table = Filled(2);
        table.Add([new("step", 3), new("late", 5)]);
        Assert.Equal([null, null, 5], table.Values("late", 0));
        Assert.Equal([1, 2, null], table.Values("loss", 0));
    }

    [Fact]
    public void Where_one_of_two_has_a_value_it_stays()
    {
        var table = Filled(0);
        for (var step = 1; step <= 9; step++)
        {
            table.Add(step % 2 == 0 ? [new("step", step)] : Report(step, step));
        }

        Assert.Equal([1, 3, 5, 7, 9], table.Values("loss", 0));
    }

    [Fact]
    public void A_page_hears_of_each_row_once_and_of_the_unfinished_one_again()
    {
        var (table, page) = (Filled(9), new PageMemory());
        Assert.Equal(0, page.Learns("loss", 0, table)!.From);
        Assert.Null(page.Learns("loss", 0, table));
        table.Add(Report(10, 10));
        var news = page.Learns("loss", 0, table)!;
        Assert.Equal(4, news.From);
        Assert.Equal([9.5], news.Columns["loss"]);
    }

    [Fact]
    public void After_a_merge_or_another_version_a_page_hears_all()
    {
        var (table, page) = (Filled(8), new PageMemory());
        page.Learns("loss", 0, table);
        table.Add(Report(9, 9));
        Assert.Equal(0, page.Learns("loss", 0, table)!.From);
        Assert.Equal(0, page.Learns("loss", 1, Filled(3))!.From);
    }

    [Fact]
    public void A_line_of_thousands_of_names_does_not_fill_the_memory()
    {
        var table = new CurveTable(8);
        table.Add(Enumerable.Range(0, 5000).Select(i => KeyValuePair.Create($"n{i}", 1.0)));
        Assert.InRange(table.Names.Count, 1, 1000);
    }
}
