using System.Collections;

namespace IlgpuGan.Runs;

/// <summary>
/// The reports of a run in an amount of memory that does not grow with its length: the newest all, of the older ones at most a few thousand, evenly over the
/// run, which is more than a plot can show. The log has them all.
/// </summary>
internal sealed class ReportHistory : IReadOnlyList<TrainingReport>
{
    /// <summary>Number of the newest reports that are all there.</summary>
    internal const int Newest = 64;

    /// <summary>Most reports that are kept of the older ones.</summary>
    internal const int Most = 4096;

    private readonly List<(long Number, TrainingReport Report)> kept = [];
    private long made;

    /// <param name="reports">The run's so far, in the order of their steps.</param>
    public ReportHistory(IEnumerable<TrainingReport> reports)
    {
        foreach (var report in reports)
        {
            Add(report);
        }
    }

    /// <inheritdoc/>
    public int Count => kept.Count;

    /// <summary>Of how many older reports one is kept: 1, or a power of two.</summary>
    public long Every { get; private set; } = 1;

    /// <inheritdoc/>
    public TrainingReport this[int index] => kept[index].Report;

    /// <summary>Adds the next report.</summary>
    public void Add(TrainingReport report)
    {
        kept.Add((made++, report));
        // The one that is now among the older.
        if (kept.Count > Newest && kept[^(Newest + 1)].Number % Every != 0)
        {
            kept.RemoveAt(kept.Count - Newest - 1);
        }

        if (kept.Count > Most + Newest)
        {
            Every *= 2;
            var firstOfNewest = kept[^Newest].Number;
            kept.RemoveAll(one => one.Number < firstOfNewest && one.Number % Every != 0);
        }
    }

    /// <summary>Forgets what came after a step, as the run has gone back to it.</summary>
    public void RemoveAfter(long step) => kept.RemoveAll(one => one.Report.Step > step);

    /// <inheritdoc/>
    public IEnumerator<TrainingReport> GetEnumerator() => kept.Select(one => one.Report).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
