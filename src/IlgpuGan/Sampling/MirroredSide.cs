namespace IlgpuGan.Sampling;

/// <summary>Which pixel of a side stands at each place of a longer one, in whose middle it lies: beyond its ends it is mirrored, again and again where it is short.</summary>
internal static class MirroredSide
{
    /// <summary>The sources of all places, and where the side itself begins.</summary>
    /// <param name="length">Pixels of the side.</param>
    /// <param name="padded">Pixels of the longer one.</param>
    public static (int[] Sources, int First) Of(int length, int padded)
    {
        int first = (padded - length) / 2, period = Math.Max(1, 2 * (length - 1));
        var sources = new int[padded];
        for (int i = 0; i < padded; i++)
        {
            int at = ((i - first) % period + period) % period;
            sources[i] = Math.Min(at, period - at);
        }
        return (sources, first);
    }
}
