namespace IlgpuGan.Training;

/// <summary>How long ranks wait, for the log and the page.</summary>
internal static class RankWaits
{
    // Curves of more could not be told apart.
    private const int MostNamed = 64;

    /// <summary>The shares by rank; of very many ranks the least, the middle and the largest.</summary>
    /// <param name="waits">Of each rank the share of the time that it has waited.</param>
    public static IReadOnlyDictionary<string, double> Of(IReadOnlyList<(string Rank, double Share)> waits)
    {
        double[] sorted = [.. waits.Select(wait => wait.Share).Order()];
        return (waits.Count <= MostNamed ? waits : [("least", sorted[0]), ("median", sorted[sorted.Length / 2]), ("most", sorted[^1])])
            .ToDictionary(wait => wait.Rank, wait => Math.Round(wait.Share, 4));
    }
}
