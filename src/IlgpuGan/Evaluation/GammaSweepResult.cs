using IlgpuGan.Graphs;

namespace IlgpuGan.Evaluation;

/// <summary>One run of a sweep.</summary>
/// <param name="Factor">The share of the weight.</param>
/// <param name="Weight">The weight.</param>
/// <param name="Folder">The run folder.</param>
/// <param name="Step">Steps it has made.</param>
public sealed record SweptRun(float Factor, Schedule Weight, string Folder, long Step)
{
    /// <summary>What the runs of a sweep are judged by: the first metric that needs no network, the sliced Wasserstein distance.</summary>
    internal static Metric Judge { get; } = Metric.Table.First(metric => !metric.NeedsFeatures);

    /// <summary>Whether it was stopped before its end.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Why it cannot be judged: a number that is not finite; null where it can.</summary>
    public string? Fault { get; init; }

    /// <summary>What was measured; empty before, and where there is nothing to judge.</summary>
    public IReadOnlyList<MetricValue> Values { get; init; } = [];

    /// <summary>The sliced Wasserstein distance; null where it was not measured.</summary>
    public double? Distance => Values.FirstOrDefault(value => value.Metric == Judge.Numbers[0].Key)?.Value;
}

/// <summary>What came of a sweep.</summary>
/// <param name="Runs">The runs, by their weights; those that were not begun are missing.</param>
/// <param name="Sheet">The picture with images of all runs; null where there is none.</param>
/// <param name="IsComplete">Whether all were trained and judged.</param>
public sealed record GammaSweepResult(IReadOnlyList<SweptRun> Runs, string? Sheet, bool IsComplete)
{
    /// <summary>The run with the least sliced Wasserstein distance; null where none was judged.</summary>
    public SweptRun? Best => BestOf(Runs);

    internal static SweptRun? BestOf(IEnumerable<SweptRun> runs) => runs.Where(run => run.Distance is not null).MinBy(run => run.Distance);
}
