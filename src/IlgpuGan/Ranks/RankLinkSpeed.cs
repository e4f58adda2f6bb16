namespace IlgpuGan.Ranks;

/// <summary>How fast ranks exchange: a message of n bytes, each way at the same time, takes the latency and n over the speed.</summary>
/// <param name="Latency">Seconds of a message of no length.</param>
/// <param name="BytesPerSecond">What a link carries each way.</param>
/// <param name="AddedBytesPerSecond">Bytes of one of two arrays of floats that a rank adds.</param>
internal sealed record RankLinkSpeed(double Latency, double BytesPerSecond, double AddedBytesPerSecond)
{
    /// <summary>Adding is of the order of this where it was not measured: three times a float for each, from memory.</summary>
    public const double UsualAddedBytesPerSecond = 3e9;

    /// <summary>Seconds of an exchange.</summary>
    public double Seconds(long bytes) => Latency + bytes / BytesPerSecond;
}
