namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>What becomes of launches.</summary>
public enum Execution
{
    /// <summary>All their groups are executed.</summary>
    All,

    /// <summary>A few groups of each are executed, once for all launches that are alike: see <see cref="LaunchSampler"/>.</summary>
    Sample,

    /// <summary>They are checked and do nothing.</summary>
    None,
}
