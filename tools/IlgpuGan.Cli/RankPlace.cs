namespace IlgpuGan.Cli;

/// <summary>Where the ranks are from when they have joined until the command has said how it ended.</summary>
internal sealed class RankPlace : IDisposable
{
    /// <summary>The ranks; null where this process trains alone.</summary>
    public JobRanks? Job { get; set; }

    public void Dispose()
    {
        Job?.Dispose();
        Job = null;
    }
}
