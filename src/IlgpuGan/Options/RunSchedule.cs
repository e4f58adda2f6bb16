namespace IlgpuGan.Options;

/// <summary>When a run reports, draws, saves and ends; none of it changes what is learnt.</summary>
public sealed record RunSchedule
{
    /// <summary>Steps from one report to the next.</summary>
    public int ReportEvery { get; init; } = 50;

    /// <summary>Steps from one sample picture to the next; null: after the first step, after 3 seconds, then after each third of the time so far, but at least every five minutes.</summary>
    public int? SampleEvery { get; init; }

    /// <summary>Steps from one checkpoint to the next; null: one after the first step, then after 5, 10, 20, 40 seconds, then one a minute.</summary>
    public int? CheckpointEvery { get; init; }

    /// <summary>Checkpoints to keep.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>Minutes after which a session saves and ends even if steps are left; null: no limit.</summary>
    public double? Minutes { get; init; }

    /// <summary>What is measured during the run to keep its best checkpoint, by the name of a metric; null for nothing.</summary>
    public string? Metric { get; init; }

    /// <summary>Steps from one measurement to the next.</summary>
    public int MetricEvery { get; init; } = 500;
}
