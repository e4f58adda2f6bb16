namespace IlgpuGan.Graphs;

/// <summary>
/// Equal parts of a batch that are computed one after the other, by a segment that runs once for each, so that memory need hold only one. What is drawn for a leaf is what
/// the whole batch would draw there.
/// </summary>
/// <param name="Counter">The number of the leaf at work, from 0.</param>
/// <param name="Count">Leaves of a batch, at least 2.</param>
/// <param name="Rows">Images of a leaf.</param>
internal sealed record Leaf(Counter Counter, int Count, int Rows)
{
    /// <summary>The first leaf that is computed here.</summary>
    public int First { get; init; }

    /// <summary>How many are computed here: a branch of the tree, the sum of which others may add to theirs.</summary>
    public int Own { get; init; } = Count;

    /// <summary>What sums are multiplied by to become means here: 1 where they become whole elsewhere.</summary>
    public float Share => Own == Count ? 1f / Count : 1;

    /// <summary>
    /// Sums that wait for others while leaves are added: a leaf is joined to the one before it, both to the two before them, and so on. n leaves are the sum of the first
    /// p and of the rest, p being the largest power of two below n.
    /// </summary>
    public int Levels => int.Log2(Own - 1) + 1;
}

/// <summary>Which part of a batch's numbers belongs to a leaf.</summary>
/// <param name="Leaf">The leaf.</param>
/// <param name="Runs">Runs of equal length that the batch's numbers are, of each of which the leaf has its part: 1 where images follow one another.</param>
internal sealed record LeafPart(Leaf Leaf, int Runs);
