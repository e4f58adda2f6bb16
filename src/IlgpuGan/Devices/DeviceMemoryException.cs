namespace IlgpuGan.Devices;

/// <summary>A device has less memory than is needed; the message says how much of each.</summary>
public sealed class DeviceMemoryException : DeviceException
{
    private readonly string lack;

    /// <param name="lack">What is lacking: a sentence without its end.</param>
    /// <param name="remedy">What to do: the end of the sentence, without the full stop.</param>
    /// <param name="needed">Bytes that are needed at least.</param>
    /// <param name="available">Bytes that can be had.</param>
    /// <param name="inner">What was thrown.</param>
    internal DeviceMemoryException(string lack, string remedy, long needed, long available, Exception? inner)
        : base($"{lack}; {remedy}.", inner) => (this.lack, NeededBytes, AvailableBytes) = (lack, needed, available);

    /// <summary>Bytes that are needed at least.</summary>
    public long NeededBytes { get; }

    /// <summary>Bytes that can be had.</summary>
    public long AvailableBytes { get; }

    /// <summary>The same with another remedy.</summary>
    internal DeviceMemoryException With(string remedy) => new(lack, remedy, NeededBytes, AvailableBytes, InnerException);
}
