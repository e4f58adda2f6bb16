namespace IlgpuGan.Devices;

/// <summary>A device has less memory than is needed; the message says how much of each.</summary>
public sealed class DeviceMemoryException : DeviceException
{
    internal DeviceMemoryException(string message, long needed, long available, Exception? inner)
        : base(message, inner) => (NeededBytes, AvailableBytes) = (needed, available);

    /// <summary>Bytes that are needed at least.</summary>
    public long NeededBytes { get; }

    /// <summary>Bytes that can be had.</summary>
    public long AvailableBytes { get; }
}
