using System.Text.Json;

namespace IlgpuGan.Bench;

/// <summary>Prints what was measured: a table, or one JSON object for each row and a last one, named <c>limits</c>, for the device's limits.</summary>
internal static class RowWriter
{
    public static void Write(TextWriter output, BenchRun run, bool isJson)
    {
        foreach (string line in isJson ? Json(run) : Table(run))
        {
            output.WriteLine(line);
        }
        output.Flush();
    }

    private static IEnumerable<string> Table(BenchRun run) =>
        [.. RowTable.Plain(run), "", $"limits of {run.Device.Id} ({run.Device.Name}): {RowTable.Limits(run.Limits)}"];

    private static IEnumerable<string> Json(BenchRun run)
    {
        var limits = run.Limits.Largest;
        foreach (var row in run.Rows)
        {
            var line = Line(row.Name, run);
            line["ms"] = Rounded(row.Timing.Median * 1e3);
            if (row.IsWork)
            {
                var roof = row.Under(limits);
                line["gflops"] = Rounded(row.Gflops);
                line["best_gflops"] = Rounded(row.BestGflops);
                line["gbs"] = Rounded(row.GigabytesPerSecond);
                line["limit"] = roof.Limit;
                line["bound"] = Rounded(roof.Bound);
                line["unit"] = roof.Unit;
                line["share"] = Rounded(roof.Share);
            }
            foreach (var (key, value) in row.Figures)
            {
                line[key] = Rounded(value);
            }
            line["runs"] = row.Timing.Runs;
            yield return JsonSerializer.Serialize(line, Options);
        }
        var last = Line("limits", run);
        last["gflops"] = Rounded(limits.Gflops);
        last["gbs"] = Rounded(limits.GigabytesPerSecond);
        if (run.Limits.Differ)
        {
            last["least_gflops"] = Rounded(run.Limits.Least.Gflops);
            last["least_gbs"] = Rounded(run.Limits.Least.GigabytesPerSecond);
        }
        yield return JsonSerializer.Serialize(last, Options);
    }

    // A row whose limits are not known has shares that are no numbers.
    private static readonly JsonSerializerOptions Options = new() { Converters = { new FiniteDoubleJson() } };

    private static Dictionary<string, object> Line(string name, BenchRun run) => new()
    {
        ["name"] = name,
        ["device"] = run.Device.Id,
        ["precision"] = run.Target.Precision.ToString().ToLowerInvariant(),
    };

    // Five digits, whatever the size: a nanosecond in milliseconds is not nought.
    private static double Rounded(double value) =>
        value == 0 ? 0 : Math.Round(value, Math.Clamp(4 - (int)Math.Floor(Math.Log10(Math.Abs(value))), 0, 15));
}
