namespace IlgpuGan.Distances;

/// <summary>The nearest rows of each query so far, nearest first; of equally near ones that with the smaller number.</summary>
internal sealed class NearestRows
{
    private readonly int[] places;
    private readonly double[] distances;

    /// <summary>Nothing found yet.</summary>
    /// <param name="queries">Number of queries.</param>
    /// <param name="kept">Rows to keep of each.</param>
    /// <param name="own">The row that each query itself is, which is no neighbour of it; null where queries are other rows.</param>
    public NearestRows(int queries, int kept, IReadOnlyList<int>? own = null)
    {
        (Queries, Kept, Own) = (queries, kept, own);
        (places, distances) = (new int[queries * kept], new double[queries * kept]);
        Array.Fill(places, -1);
        Array.Fill(distances, double.PositiveInfinity);
    }

    /// <summary>Number of queries.</summary>
    public int Queries { get; }

    /// <summary>Rows that are kept of each.</summary>
    public int Kept { get; }

    /// <summary>The row that each query itself is; null where they are other rows.</summary>
    public IReadOnlyList<int>? Own { get; }

    /// <summary>Number of the rank-th nearest row of a query; -1 where fewer were found.</summary>
    /// <param name="query">The query.</param>
    /// <param name="rank">0 for the nearest.</param>
    public int Index(int query, int rank = 0) => places[query * Kept + rank];

    /// <summary>Squared distance to it; infinite where fewer were found.</summary>
    /// <param name="query">The query.</param>
    /// <param name="rank">0 for the nearest.</param>
    public double Squared(int query, int rank = 0) => distances[query * Kept + rank];

    /// <summary>Squared distances of all queries to their rank-th nearest row.</summary>
    /// <param name="rank">0 for the nearest.</param>
    public double[] Squares(int rank = 0) => [.. Enumerable.Range(0, Queries).Select(query => Squared(query, rank))];

    /// <summary>Keeps a row, unless as many are nearer; not for one query from several threads.</summary>
    public void Offer(int query, int row, double squared)
    {
        int first = query * Kept, at = first + Kept;
        while (at > first && IsBefore(squared, row, at - 1))
        {
            at--;
        }
        if (at == first + Kept)
        {
            return;
        }
        Array.Copy(places, at, places, at + 1, first + Kept - 1 - at);
        Array.Copy(distances, at, distances, at + 1, first + Kept - 1 - at);
        (places[at], distances[at]) = (row, squared);
    }

    private bool IsBefore(double squared, int row, int at) => squared < distances[at] || (squared == distances[at] && (uint)row < (uint)places[at]);
}
