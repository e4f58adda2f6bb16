namespace IlgpuGan.Devices;

/// <summary>What is known of a device before it is opened.</summary>
/// <param name="Id">The selector that opens it: <c>cuda:0</c>, <c>opencl:1</c>, <c>cpu</c>; <c>cuda</c> or <c>opencl</c> alone for a back end without devices.</param>
/// <param name="Kind">The back end that drives it.</param>
/// <param name="Name">Name for people, as the driver gives it.</param>
/// <param name="MemoryBytes">Memory that its buffers share, in bytes; for the processor what this process may use; 0 when unknown.</param>
/// <param name="IsGpu">Whether it is a graphics processor; <c>auto</c> takes no OpenCL device that is not.</param>
/// <param name="Reason">Why it cannot be used, as one clause; null when it can.</param>
public sealed record DeviceDescription(string Id, DeviceKind Kind, string Name, long MemoryBytes, bool IsGpu, string? Reason)
{
    /// <summary>Whether <see cref="ComputeDevice.Open(string)"/> can be tried.</summary>
    public bool IsUsable => Reason is null;

    /// <summary>Name and version of the driver, as it gives them itself; empty for the processor and where nothing is known.</summary>
    public string Driver { get; init; } = "";

    /// <summary>
    /// Whether the device multiplies and adds with one rounding. One that does not (OpenCL makes it optional) rounds the product before it is added: sums
    /// differ in their last bits from those of other devices, and are the same every time on this one.
    /// </summary>
    public bool HasFusedMultiplyAdd { get; init; } = true;

    /// <summary>What a user should know of the device before a run, as one clause; null when there is nothing.</summary>
    public string? Remark => HasFusedMultiplyAdd ? null
        : "without fused multiply-add: products are rounded before they are added, so the last bits are not those of other devices; a run resumes bit for bit all the same";
}
