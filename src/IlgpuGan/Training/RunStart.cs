using IlgpuGan.Data;
using IlgpuGan.Runs;

namespace IlgpuGan.Training;

/// <summary>What a run begins with.</summary>
/// <param name="Folder">The run folder; empty for a run without.</param>
/// <param name="DeviceName">The device.</param>
/// <param name="Step">Steps made before.</param>
/// <param name="Steps">Steps to make in all.</param>
/// <param name="Data">The data.</param>
/// <param name="Cost">Size of the networks and of the work.</param>
public sealed record RunStart(string Folder, string DeviceName, long Step, long Steps, RunData Data, TrainingCost Cost)
{
    /// <summary>What the data was taken from, and what became of it; null for points.</summary>
    public ImageSetSummary? Taken { get; init; }
}
