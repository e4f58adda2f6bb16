namespace IlgpuGan.Imaging;

/// <summary>Cuts times to whole ticks of a format's clock, carrying what is left over.</summary>
internal sealed class FrameClock(TimeSpan tick)
{
    private TimeSpan end;
    private long ticks;

    /// <summary>Ticks of the next frame.</summary>
    public int Next(TimeSpan duration)
    {
        end += duration;
        long until = (long)Math.Round(end / tick);
        int length = (int)(until - ticks);
        ticks = until;
        return length;
    }
}
