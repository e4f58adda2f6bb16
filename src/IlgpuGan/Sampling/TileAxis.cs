namespace IlgpuGan.Sampling;

/// <summary>
/// How one side of an image is divided into tiles that overlap. Where tiles lie over each other their shares fall and rise in straight lines, and add up to 1 at every pixel, so that no
/// seam is seen.
/// </summary>
internal sealed class TileAxis
{
    private readonly int[] starts;
    private readonly float[][] shares;

    /// <summary>Divides a side: into one tile where it is no longer than one.</summary>
    /// <param name="length">Pixels, a multiple of <paramref name="factor"/>.</param>
    /// <param name="tile">Pixels of a tile at most, a multiple of the factor.</param>
    /// <param name="overlap">Pixels that neighbours have in common at least, a multiple of the factor, fewer than a tile has.</param>
    /// <param name="factor">Tiles begin at its multiples, where halvings of the whole image would begin, too.</param>
    public TileAxis(int length, int tile, int overlap, int factor)
    {
        if (length % factor != 0 || tile % factor != 0 || overlap % factor != 0 || overlap >= tile)
        {
            throw new ArgumentException($"A side of {length} pixels cannot be divided into tiles of {tile} that overlap by {overlap}, in steps of {factor}.");
        }
        Tile = Math.Min(length, tile);
        int count = length <= tile ? 1 : 1 + (length - tile + tile - overlap - 1) / (tile - overlap), room = (length - Tile) / factor;
        starts = [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)((long)room * i / (count - 1)) * factor)];
        shares = new float[count][];
        float[] sums = new float[length];
        for (int i = 0; i < count; i++)
        {
            shares[i] = [.. Enumerable.Range(0, Tile).Select(x => Height(x + 0.5f, i > 0, i < count - 1, overlap))];
            for (int x = 0; x < Tile; x++)
            {
                sums[starts[i] + x] += shares[i][x];
            }
        }
        for (int i = 0; i < count; i++)
        {
            for (int x = 0; x < Tile; x++)
            {
                shares[i][x] /= sums[starts[i] + x];
            }
        }
    }

    /// <summary>Pixels of each tile.</summary>
    public int Tile { get; }

    /// <summary>How many there are.</summary>
    public int Count => starts.Length;

    /// <summary>Where one begins; where the whole ends for the number behind the last.</summary>
    public int Start(int index) => index < starts.Length ? starts[index] : starts[^1] + Tile;

    /// <summary>The share that a tile has in each of its pixels.</summary>
    public ReadOnlySpan<float> Shares(int index) => shares[index];

    // A roof over the tile with walls where the image ends. Its slopes are half as long as the overlap and stand in the middle of it: what lies nearer to the tile's end sees a mirror image
    // where the neighbour sees how the image goes on.
    private float Height(float x, bool hasBefore, bool hasBehind, int overlap)
    {
        float height = hasBefore ? Slope(x, overlap) : 1;
        return hasBehind ? Math.Min(height, Slope(Tile - x, overlap)) : height;
    }

    private static float Slope(float x, int overlap) => x >= 0.75f * overlap ? 1 : Math.Max(0, (x - 0.25f * overlap) / (0.5f * overlap));
}
