namespace IlgpuGan.Options;

/// <summary>What happens when a training is lost.</summary>
public enum CollapseAction
{
    /// <summary>It is said.</summary>
    Warn,

    /// <summary>The run saves and ends.</summary>
    Stop,

    /// <summary>The run goes back to the last checkpoint from before with halved learning rates; after three times it ends.</summary>
    Rollback,
}

/// <summary>Whether and how a run is watched.</summary>
public sealed record WatchdogOptions
{
    /// <summary>Whether checkups are made and findings said.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>What happens when a training is lost.</summary>
    public CollapseAction OnCollapse { get; init; } = CollapseAction.Warn;
}
