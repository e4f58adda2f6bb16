using IlgpuGan.Devices;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>
/// Runs a segment on a GPU again and again: launch by launch at first, which loads whatever the driver loads late; then, where the device can,
/// recorded once and repeated as one. A driver that refuses any of it is not asked again.
/// </summary>
/// <param name="enqueue">Puts all the segment's launches on the stream.</param>
/// <param name="capture">Records what an action puts on the stream; null where that cannot be done.</param>
internal sealed class SegmentReplay(Action enqueue, Func<Action, CudaGraph?>? capture) : IDisposable
{
    private CudaGraph? graph;
    private bool isWarm, isRefused = capture is null;

    /// <summary>Whether the segment runs as a recording.</summary>
    public bool IsRecorded => graph is not null;

    /// <summary>Puts the segment on the stream.</summary>
    /// <param name="stream">The stream that was recorded.</param>
    public void Run(AcceleratorStream stream) => Run(recording => recording.Launch(stream));

    internal void Run(Func<CudaGraph, bool> launch)
    {
        if (isWarm && !isRefused)
        {
            graph ??= capture!(enqueue);
            if (graph is not null && launch(graph))
            {
                return;
            }
            Refuse();
        }
        enqueue();
        isWarm = true;
    }

    /// <inheritdoc/>
    public void Dispose() => graph?.Dispose();

    private void Refuse()
    {
        isRefused = true;
        graph?.Dispose();
        graph = null;
    }
}
