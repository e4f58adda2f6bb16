namespace IlgpuGan.Training;

/// <summary>When the next picture is due, by the clock: often at first, when much changes, then after a third of the time so far.</summary>
internal sealed class SampleClock
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private TimeSpan next = Shortest;

    public bool IsDue(TimeSpan elapsed) => elapsed >= next;

    public void Drawn(TimeSpan elapsed)
    {
        if (IsDue(elapsed))
        {
            next = elapsed + TimeSpan.FromTicks(Math.Clamp(elapsed.Ticks / 3, Shortest.Ticks, Longest.Ticks));
        }
    }
}
