using System.Globalization;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>Why a session of a run ended.</summary>
public enum RunEnd
{
    /// <summary>All steps are made.</summary>
    Completed,

    /// <summary>It was asked to stop.</summary>
    Stopped,

    /// <summary>Its minutes are over.</summary>
    OutOfTime,

    /// <summary>The watchdog found it lost, and was told to end it then.</summary>
    Collapsed,
}

/// <summary>How a session of a run ended; everything is saved in its folder, where it has one.</summary>
/// <param name="End">Why.</param>
/// <param name="Step">Steps made in all.</param>
/// <param name="Seconds">Seconds the run took, earlier sessions included.</param>
/// <param name="Last">The last report, or null when there was none.</param>
public sealed record RunOutcome(RunEnd End, long Step, double Seconds, TrainingReport? Last)
{
    /// <summary>The run folder, where it lay in the end; empty for a run without.</summary>
    public string Folder { get; init; } = "";

    /// <summary>What ended it; null unless it is <see cref="RunEnd.Collapsed"/>.</summary>
    public Finding? Finding { get; init; }

    /// <summary>
    /// Whether G has learnt training images by heart, by the last report; null where that is not measured: of points, of large sets, and without a watchdog.
    /// </summary>
    public string? Copying => Last?.Nearness is not { } nearness ? null : string.Create(CultureInfo.InvariantCulture,
        $"{(nearness < Watchdog.CopiedNearness ? "It copies training images" : "It copies no training images")}: its own are {nearness:P0} as far from the nearest one as these are from each other.");

    /// <summary>In words: "Completed after 300 steps in runs/own".</summary>
    public override string ToString() => $"{End} after {Amount.Of(Step, "step")}{(Folder.Length > 0 ? $" in {Folder}" : "")}{(Finding is null ? "" : $": {Finding.Sentence}")}";
}
