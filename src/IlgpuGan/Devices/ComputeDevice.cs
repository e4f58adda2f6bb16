using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>An opened accelerator: its ILGPU context, its stream and what the plan needs to know of it.</summary>
public sealed class ComputeDevice : IDisposable
{
    /// <summary>Opens the device that a selector names: <c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>.</summary>
    public static ComputeDevice Open(string selector) => throw new NotImplementedException(selector);

    /// <summary>The ILGPU accelerator.</summary>
    public required Accelerator Accelerator { get; init; }

    /// <summary>The one stream that everything runs on.</summary>
    public required AcceleratorStream Stream { get; init; }

    /// <summary>Name for people.</summary>
    public string Name => Accelerator.Name;

    /// <summary>Threads that share the work on the CPU accelerator (one per core); 0 on a GPU.</summary>
    public int Workers { get; init; }

    /// <inheritdoc/>
    public void Dispose() { }
}
