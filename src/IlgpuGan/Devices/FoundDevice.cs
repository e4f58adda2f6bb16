using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>A device that a back end named, with the way to open it (null where the description gives a reason against).</summary>
internal sealed record FoundDevice(DeviceDescription Description, Func<Context, Accelerator>? Open)
{
    /// <summary>Whether its driver is there and does not serve.</summary>
    public bool HasFailed { get; init; }

    /// <summary>The entry of a back end that has no device at all, or of a device of which nothing is known.</summary>
    public static FoundDevice Missing(string id, DeviceKind kind, string name, string reason, bool hasFailed = false) =>
        new(new DeviceDescription(id, kind, name, MemoryBytes: 0, IsGpu: false, reason), Open: null) { HasFailed = hasFailed };
}
