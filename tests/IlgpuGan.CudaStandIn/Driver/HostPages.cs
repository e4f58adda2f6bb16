namespace IlgpuGan.CudaStandIn.Driver;

/// <summary>Host memory that is registered: the card reads and writes it while a copy runs, not when it is asked for.</summary>
public sealed class HostPages
{
    private readonly Dictionary<ulong, long> ranges = [];

    /// <summary>Registers a range.</summary>
    /// <exception cref="DriverException">It is empty, or some of it is registered.</exception>
    public void Register(ulong address, long bytes)
    {
        if (address == 0 || bytes <= 0)
        {
            throw new DriverException(CudaError.InvalidValue, $"{bytes} bytes at 0x{address:x} cannot be registered");
        }

        if (ranges.Any(range => range.Key < address + (ulong)bytes && address < range.Key + (ulong)range.Value))
        {
            throw new DriverException(CudaError.HostMemoryAlreadyRegistered, $"some of the {bytes} bytes at 0x{address:x} is registered");
        }

        ranges.Add(address, bytes);
    }

    /// <summary>The size of a range that begins at an address.</summary>
    /// <exception cref="DriverException">None does.</exception>
    public long BytesAt(ulong address) => ranges.TryGetValue(address, out var bytes)
        ? bytes
        : throw new DriverException(CudaError.HostMemoryNotRegistered, $"no registered memory begins at 0x{address:x}");

    /// <summary>Forgets a range.</summary>
    public void Unregister(ulong address) => ranges.Remove(address);

    /// <summary>Whether all of some host memory is registered.</summary>
    public bool Hold(ulong address, long bytes) =>
        ranges.Any(range => range.Key <= address && address + (ulong)bytes <= range.Key + (ulong)range.Value);
}
