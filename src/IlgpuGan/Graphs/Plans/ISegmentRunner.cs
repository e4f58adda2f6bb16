namespace IlgpuGan.Graphs.Plans;

/// <summary>Runs the segments of a plan on devices of one kind, again and again.</summary>
internal interface ISegmentRunner : IDisposable
{
    /// <summary>Mean time of one run of each launch so far, in seconds; empty unless times are taken.</summary>
    IEnumerable<(double Seconds, Launch Launch)> Times { get; }

    /// <summary>Runs one segment. Returns before the device has finished.</summary>
    /// <exception cref="InvalidOperationException">A kernel failed in this run or in one before.</exception>
    void Run(int segment);
}
