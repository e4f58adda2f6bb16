using System.Globalization;

namespace IlgpuGan.Bench;

/// <summary>Rows as people read them.</summary>
internal static class RowTable
{
    private static readonly string[] Header = ["name", "median", "best", "GFLOP/s", "GB/s", "roofline's bound", "share", "limit", "runs", ""];

    /// <summary>Aligned columns for a terminal.</summary>
    public static IEnumerable<string> Plain(BenchRun run)
    {
        string[][] lines = [Header, .. Cells(run)];
        int[] widths = [.. Header.Select((_, column) => lines.Max(line => line[column].Length))];
        return lines.Select(line => string.Join("  ", line.Select((cell, column) => IsText(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
    }

    /// <summary>A table in Markdown.</summary>
    public static IEnumerable<string> Markdown(BenchRun run)
    {
        yield return Line(Header);
        yield return Line([.. Header.Select((_, column) => IsText(column) ? ":--" : "--:")]);
        foreach (string[] cells in Cells(run))
        {
            yield return Line(cells);
        }
    }

    /// <summary>The device's limits in one sentence; the least that was measured as well, where that is much less.</summary>
    public static string Limits(MeasuredLimits limits) => limits.Differ
        ? $"{Words(limits.Largest)}, the most of {limits.Samples.Count} samples; the machine was not quiet, the least were {Number(limits.Least.Gflops)} and {Number(limits.Least.GigabytesPerSecond)}"
        : Words(limits.Largest);

    private static string Words(DeviceLimits limits) =>
        $"{Number(limits.Gflops)} GFLOP/s in multiply-adds, {Number(limits.GigabytesPerSecond)} GB/s in a copy";

    private static bool IsText(int column) => Header[column] is "name" or "limit" or "";

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static IEnumerable<string[]> Cells(BenchRun run) => run.Rows.Select(row =>
    {
        string[] measured = [row.Name, Time(row.Timing.Median), Time(row.Timing.Best)];
        string[] ends = [row.Timing.Runs.ToString(CultureInfo.InvariantCulture), Remark(row)];
        if (!row.IsWork)
        {
            return [.. measured, "", "", "", "", "", .. ends];
        }
        var roof = row.Under(run.Limits.Largest);
        return (string[])[
            .. measured, row.Flops > 0 ? Number(row.Gflops) : "", Number(row.GigabytesPerSecond), $"{Number(roof.Bound)} {roof.Unit}",
            string.Create(CultureInfo.InvariantCulture, $"{100 * roof.Share:F1} %"), roof.Limit, .. ends];
    });

    private static string Remark(BenchRow row)
    {
        double? Figure(string key) => row.Figures.Where(figure => figure.Key == key).Select(figure => (double?)figure.Value).FirstOrDefault();
        return row.Kind switch
        {
            BenchKind.Step => string.Create(CultureInfo.InvariantCulture,
                $"{Number(Figure("images_per_second")!.Value)} images/s, {Figure("launches_per_step")} launches, the host is busy for "
                    + $"{Number(100 * Figure("host_ms_per_step")!.Value / Figure("ms_per_step")!.Value)} % of the time"),
            BenchKind.Launch when Figure("us_per_operation") is { } each => $"{Number(each)} us for each operation",
            BenchKind.Launch => "an empty plan",
            _ => "",
        };
    }

    private static string Time(double seconds) => seconds switch
    {
        >= 1 => $"{Number(seconds)} s",
        >= 1e-3 => $"{Number(seconds * 1e3)} ms",
        _ => $"{Number(seconds * 1e6)} us",
    };

    private static string Number(double value) => value.ToString(Math.Abs(value) switch
    {
        >= 100 => "F0",
        >= 10 => "F1",
        _ => "F2",
    }, CultureInfo.InvariantCulture);
}
