namespace IlgpuGan.Kernels;

/// <summary>Which image a place in a batch gets: every epoch is a shuffle of its own, and a pure function of the seed.</summary>
public static class EpochShuffle
{
    private const uint Rounds = 6;

    /// <summary>The image for the position-th place since the start of training.</summary>
    /// <param name="position">step * batch + place in the batch.</param>
    /// <param name="count">Images in the data set.</param>
    /// <param name="seedLow">Low half of the seed.</param>
    /// <param name="seedHigh">High half of the seed.</param>
    public static int Pick(long position, int count, uint seedLow, uint seedHigh)
    {
        uint epoch = (uint)(position / count);
        uint place = (uint)(position - (long)epoch * count);
        int half = HalfOf(count);
        uint mask = (1u << half) - 1u;
        // A Feistel network permutes [0, 4^half); walking its cycle until it lands below count permutes [0, count).
        do
        {
            uint left = place >> half;
            uint right = place & mask;
            for (uint round = 0; round < Rounds; round++)
            {
                uint mixed = left ^ (Philox.Generate(right, round, epoch, seedLow, seedHigh).A & mask);
                left = right;
                right = mixed;
            }
            place = (left << half) | right;
        }
        while (place >= count);
        return (int)place;
    }

    /// <summary>The place of the first epoch that gets an image: the inverse of <see cref="Pick"/>.</summary>
    /// <param name="image">The image, below <paramref name="count"/>.</param>
    /// <param name="count">Images in the data set.</param>
    /// <param name="seedLow">Low half of the seed.</param>
    /// <param name="seedHigh">High half of the seed.</param>
    public static int PlaceOf(int image, int count, uint seedLow, uint seedHigh)
    {
        int half = HalfOf(count);
        uint mask = (1u << half) - 1u;
        uint place = (uint)image;
        // The same cycle walked backwards.
        do
        {
            uint left = place >> half;
            uint right = place & mask;
            for (uint round = Rounds; round > 0; round--)
            {
                uint mixed = right ^ (Philox.Generate(left, round - 1, 0u, seedLow, seedHigh).A & mask);
                right = left;
                left = mixed;
            }
            place = (left << half) | right;
        }
        while (place >= count);
        return (int)place;
    }

    private static int HalfOf(int count)
    {
        int half = 1;
        while ((1L << (2 * half)) < count)
        {
            half++;
        }
        return half;
    }
}
