namespace IlgpuGan.Ranks;

/// <summary>What a rank waits for, and how long it does so before it says for whom.</summary>
/// <param name="Patience">How long; then after twice, four times, ... as long again.</param>
/// <param name="Doing">What the one that is waited for does meanwhile, as the end of a clause; empty where it ought to be doing the same as the others.</param>
internal sealed record RankWait(TimeSpan Patience, string Doing)
{
    /// <summary>What all ranks do in step with each other: who is late there is lost, or slow.</summary>
    public static RankWait Step { get; } = new(TimeSpan.FromMinutes(1), "");

    /// <summary>The next order of rank 0, which does alone what is done between steps.</summary>
    public static RankWait Order { get; } = new(TimeSpan.FromMinutes(10), ", which loads, measures, draws or saves");

    /// <summary>That a rank has what it trains with.</summary>
    public static RankWait Opening { get; } = new(TimeSpan.FromMinutes(10), ", which loads data and opens its device");

    /// <summary>What a rank says that has waited; null where another says so that knows better.</summary>
    /// <param name="rank">Who waits.</param>
    /// <param name="host">Where.</param>
    /// <param name="awaited">For whom; null for any of the others.</param>
    /// <param name="waited">How long.</param>
    public string? Sentence(int rank, string host, int? awaited, TimeSpan waited) =>
        // Orders come along a tree: most ranks wait for one that waits itself, and rank 1 always for rank 0.
        this == Order && rank != 1 ? null
            : $"Rank {rank} on {host} has waited {Math.Round(waited.TotalMinutes)} min for {(awaited is { } one ? $"rank {one}" : "another rank")}{Doing}; if that one neither works any more nor "
                + "says that it waits for another, end the job and go on from the last checkpoint.";
}
