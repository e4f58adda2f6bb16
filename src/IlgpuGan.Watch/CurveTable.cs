namespace IlgpuGan.Watch;

/// <summary>
/// Named curves over the same reports, thinned so that a long run costs a phone no more than a short one: when there are <c>limit</c> rows,
/// neighbours are merged, and from then on each row stands for twice as many reports. A row has the mean of its reports, but the last of their
/// positions.
/// </summary>
/// <param name="limit">The most rows, an even number.</param>
internal sealed class CurveTable(int limit)
{
    // A line of a log that names thousands of quantities is none of ours.
    private const int MostColumns = 512;

    private static readonly HashSet<string> Positions = ["step", "kimg", "seconds"];

    private readonly Dictionary<string, Column> columns = [];
    private int filled;

    /// <summary>Reports so far.</summary>
    public long Reports { get; private set; }

    /// <summary>Rows so far; the last may yet change.</summary>
    public int Rows { get; private set; }

    /// <summary>Reports that a row stands for.</summary>
    public int Stride { get; private set; } = 1;

    /// <summary>Rows that no further report changes.</summary>
    public int CompleteRows => filled == Stride ? Rows : Math.Max(0, Rows - 1);

    /// <summary>Grows by one with each merge, after which all rows are others.</summary>
    public int Thinnings { get; private set; }

    /// <summary>The names of the curves.</summary>
    public IReadOnlyCollection<string> Names => columns.Keys;

    /// <summary>Adds a report.</summary>
    public void Add(IEnumerable<KeyValuePair<string, double>> values)
    {
        if (Rows == 0 || filled == Stride)
        {
            if (Rows == limit)
            {
                Merge();
            }

            (Rows, filled) = (Rows + 1, 0);
            foreach (var column in columns.Values)
            {
                column.Begin();
            }
        }

        filled++;
        Reports++;
        foreach (var (name, value) in values)
        {
            if (!columns.TryGetValue(name, out var column))
            {
                if (columns.Count == MostColumns)
                {
                    continue;
                }

                columns[name] = column = new Column(Positions.Contains(name), Rows);
            }

            column.Take(value);
        }
    }

    /// <summary>The values of a curve from a row on; null where no report of the row had it.</summary>
    public double?[] Values(string name, int from) => columns[name].Values(from);

    private void Merge()
    {
        foreach (var column in columns.Values)
        {
            column.Merge();
        }

        (Rows, Stride, Thinnings) = (Rows / 2, Stride * 2, Thinnings + 1);
    }

    private sealed class Column
    {
        private readonly List<double> values;
        private readonly bool isPosition;
        private double sum;
        private int count;

        public Column(bool isPosition, int rows)
        {
            this.isPosition = isPosition;
            values = [.. Enumerable.Repeat(double.NaN, rows)];
        }

        public void Begin()
        {
            values.Add(double.NaN);
            (sum, count) = (0, 0);
        }

        public void Take(double value)
        {
            (sum, count) = (sum + value, count + 1);
            values[^1] = isPosition ? value : sum / count;
        }

        public void Merge()
        {
            for (var i = 0; i < values.Count / 2; i++)
            {
                var (a, b) = (values[2 * i], values[(2 * i) + 1]);
                values[i] = double.IsNaN(b) ? a : double.IsNaN(a) || isPosition ? b : (a + b) / 2;
            }

            values.RemoveRange(values.Count / 2, values.Count - (values.Count / 2));
        }

        public double?[] Values(int from)
        {
            var result = new double?[values.Count - from];
            for (var i = 0; i < result.Length; i++)
            {
                result[i] = double.IsFinite(values[from + i]) ? values[from + i] : null;
            }

            return result;
        }
    }
}
