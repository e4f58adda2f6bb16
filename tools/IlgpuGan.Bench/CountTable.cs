using System.Globalization;
using System.Text.Json;
using IlgpuGan.Devices;

namespace IlgpuGan.Bench;

/// <summary>Prints what was counted: a table, or one JSON object for each row and a last one, named <c>sum</c>.</summary>
internal static class CountTable
{
    private const string Unknown = "?";

    private static readonly string[] Header =
    [
        "kernel", "launches", "groups", "waves", "M slots", "M mma", "slots/mma", "GB once", "GB asked", "GB sectors", "of ideal",
        "M bank passes", "of ideal", "shared", "registers", "live", "us, model", "limit",
    ];

    /// <summary>Writes the rows of a step.</summary>
    public static void Write(TextWriter output, string name, Precision precision, IReadOnlyList<CountedKernel> rows, bool isJson)
    {
        foreach (string line in isJson ? Json(name, precision, rows) : Table(name, precision, rows))
        {
            output.WriteLine(line);
        }
        output.Flush();
    }

    private static IEnumerable<string> Table(string name, Precision precision, IReadOnlyList<CountedKernel> rows)
    {
        var sum = new StepSum(rows);
        string[][] lines = [Header, .. rows.Select(Cells), sum.Cells()];
        int[] widths = [.. Header.Select((_, column) => lines.Max(line => line[column].Length))];
        return
        [
            $"{name}, {Name(precision)}",
            "",
            .. lines.Select(line => string.Join("  ", line.Select((cell, column) => IsText(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd()),
            "",
            CardModel.Constants,
            "",
        ];
    }

    private static bool IsText(int column) => column == 0 || column == Header.Length - 1;

    private static string[] Cells(CountedKernel row) =>
    [
        row.Name,
        row.Launches.ToString(CultureInfo.InvariantCulture),
        Number(row.Sum(count => count.Groups), 0),
        Number(row.Waves, 1),
        Millions(row.Sum(count => count.Slots)),
        row.Sum(count => count.Products) is > 0 and var products ? Millions(products) : "",
        row.Sum(count => count.Products) > 0 ? Number(row.Sum(count => count.Slots) / row.Sum(count => count.Products), 2) : "",
        Gigabytes(row.OnceBytes),
        Gigabytes(row.Sum(count => count.LoadedBytes + count.StoredBytes)),
        Gigabytes(row.SectorBytes),
        Ratio(row.SectorBytes, row.IdealSectorBytes),
        row.Sum(count => count.BankPasses) is > 0 and var passes ? Millions(passes) : "",
        Ratio(row.Sum(count => count.BankPasses), row.Sum(count => count.IdealBankPasses)),
        row.SharedBytes > 0 ? row.SharedBytes.ToString(CultureInfo.InvariantCulture) : "",
        row.MostRegisters is { } most ? $"<={most}" : Unknown,
        row.LiveRegisters.ToString(CultureInfo.InvariantCulture),
        Number(row.Seconds * 1e6, 1),
        row.Limit,
    ];

    private static IEnumerable<string> Json(string name, Precision precision, IReadOnlyList<CountedKernel> rows)
    {
        foreach (var row in rows)
        {
            yield return JsonSerializer.Serialize(new Dictionary<string, object?>
            {
                ["name"] = row.Name,
                ["step"] = name,
                ["precision"] = Name(precision),
                ["launches"] = row.Launches,
                ["groups"] = row.Sum(count => count.Groups),
                ["groups_run"] = row.Sum(count => count.GroupsRun),
                ["waves"] = row.Waves,
                ["instructions"] = row.Sum(count => count.Instructions),
                ["slots"] = row.Sum(count => count.Slots),
                ["mma"] = row.Sum(count => count.Products),
                ["barriers"] = row.Sum(count => count.Barriers),
                ["bytes_once"] = row.OnceBytes,
                ["bytes_loaded"] = row.Sum(count => count.LoadedBytes),
                ["bytes_stored"] = row.Sum(count => count.StoredBytes),
                ["sectors"] = row.Sum(count => count.LoadedSectors + count.StoredSectors),
                ["ideal_sectors"] = row.Sum(count => count.IdealLoadedSectors + count.IdealStoredSectors),
                ["bank_passes"] = row.Sum(count => count.BankPasses),
                ["ideal_bank_passes"] = row.Sum(count => count.IdealBankPasses),
                ["shared_bytes"] = row.SharedBytes,
                ["most_registers"] = row.MostRegisters,
                ["live_registers"] = row.LiveRegisters,
                ["model_us"] = row.Seconds * 1e6,
                ["model_limit"] = row.Limit,
            });
        }
        var sum = new StepSum(rows);
        yield return JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["name"] = "sum",
            ["step"] = name,
            ["precision"] = Name(precision),
            ["launches"] = sum.Launches,
            ["gflop"] = sum.Flops / 1e9,
            ["bytes_once"] = sum.OnceBytes,
            ["sector_bytes"] = sum.SectorBytes,
            ["slots_per_mma"] = sum.SlotsPerMma,
            ["model_ms"] = sum.Seconds * 1e3,
            ["model"] = CardModel.Constants,
        });
    }

    private static string Name(Precision precision) => precision.ToString().ToLowerInvariant();

    private static string Millions(double value) => Number(value / 1e6, 3);

    private static string Gigabytes(double bytes) => Number(bytes / 1e9, 3);

    private static string Ratio(double actual, double ideal) => ideal > 0 ? Number(actual / ideal, 2) : "";

    private static string Number(double value, int digits) => value.ToString($"F{digits}", CultureInfo.InvariantCulture);

    /// <summary>The last row.</summary>
    private sealed class StepSum(IReadOnlyList<CountedKernel> rows)
    {
        public int Launches => rows.Sum(row => row.Launches);

        public double Flops => rows.Sum(row => row.Flops);

        public double OnceBytes => rows.Sum(row => row.OnceBytes);

        public double SectorBytes => rows.Sum(row => row.SectorBytes);

        public double Seconds => rows.Sum(row => row.Seconds) + (Launches * CardModel.GapSeconds);

        /// <summary>Issue slots of the kernels that have products, for each of these.</summary>
        public double SlotsPerMma => Multiplying.Sum(row => row.Sum(count => count.Slots)) / Math.Max(1, Multiplying.Sum(row => row.Sum(count => count.Products)));

        private IEnumerable<CountedKernel> Multiplying => rows.Where(row => row.Sum(count => count.Products) > 0);

        public string[] Cells() =>
        [
            string.Create(CultureInfo.InvariantCulture, $"sum of {Flops / 1e9:F0} GFLOP; time with {GapMilliseconds:F2} ms between launches"),
            Launches.ToString(CultureInfo.InvariantCulture),
            Number(rows.Sum(row => row.Sum(count => count.Groups)), 0),
            Number(rows.Sum(row => row.Waves), 1),
            Millions(rows.Sum(row => row.Sum(count => count.Slots))),
            Millions(rows.Sum(row => row.Sum(count => count.Products))),
            Number(SlotsPerMma, 2),
            Gigabytes(OnceBytes),
            Gigabytes(rows.Sum(row => row.Sum(count => count.LoadedBytes + count.StoredBytes))),
            Gigabytes(SectorBytes),
            Ratio(SectorBytes, rows.Sum(row => row.IdealSectorBytes)),
            Millions(rows.Sum(row => row.Sum(count => count.BankPasses))),
            Ratio(rows.Sum(row => row.Sum(count => count.BankPasses)), rows.Sum(row => row.Sum(count => count.IdealBankPasses))),
            "",
            "",
            "",
            Number(Seconds * 1e6, 1),
            "",
        ];

        private double GapMilliseconds => Launches * CardModel.GapSeconds * 1e3;
    }
}
