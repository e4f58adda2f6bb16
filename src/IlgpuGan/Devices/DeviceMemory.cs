using System.Globalization;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Devices;

/// <summary>The memory of an opened device: what is taken, what is left, and a sentence with both figures where it does not do.</summary>
/// <param name="device">Its selector and its name, as a sentence has them.</param>
/// <param name="total">Bytes that there are; 0 where that is not known.</param>
/// <param name="left">Bytes that can be taken now, others on the machine considered; null, or where it gives none, for what this process has not taken.</param>
internal sealed class DeviceMemory(string device, long total, Func<long?>? left)
{
    /// <summary>The memory of a device.</summary>
    public DeviceMemory(ComputeDevice device)
        : this($"{device.Id} ({device.Name})", device.MemoryBytes, device.Kind switch
        {
            DeviceKind.Cpu => () => HostMemory.Free(),
            DeviceKind.Cuda => CudaFree,
            _ => null,
        })
    {
    }

    // What is refused below this is not the size of anything the user chose.
    private const long Negligible = 1 << 20;

    /// <summary>Bytes that this process has taken.</summary>
    public long Taken { get; private set; }

    /// <summary>Bytes that can be taken now.</summary>
    public long Free => left?.Invoke() ?? total - Taken;

    /// <summary>Makes sure that there is room, before a part of it is taken.</summary>
    /// <exception cref="DeviceMemoryException">There is not.</exception>
    public void Require(long bytes)
    {
        if (bytes > Negligible && total > 0 && Free is var free && bytes > free)
        {
            throw TooLittle(bytes, free, null);
        }
    }

    /// <summary>Takes memory.</summary>
    /// <exception cref="DeviceMemoryException">There is too little.</exception>
    /// <exception cref="CudaException">The card is lost.</exception>
    public T Take<T>(long bytes, Func<T> allocate)
    {
        Require(bytes);
        try
        {
            var memory = allocate();
            Taken += bytes;
            return memory;
        }
        catch (Exception fault) when (fault is OutOfMemoryException or AcceleratorException && IsLack(fault))
        {
            throw TooLittle(bytes, Free, fault);
        }
    }

    /// <summary>Gives memory back.</summary>
    public void Return(long bytes) => Taken -= bytes;

    // A card that is lost refuses memory, too.
    private static bool IsLack(Exception fault) => fault is not CudaException { Error: not nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY) };

    /// <summary>What takes less memory of a training, as sentences have it.</summary>
    internal const string Smaller = "a smaller --batch, --width or --size";

    private DeviceMemoryException TooLittle(long bytes, long free, Exception? fault)
    {
        string refused = fault is null or OutOfMemoryException ? "" : $" (its driver refuses: {Excerpt.Of(DriverFault.Describe(fault), 80)})";
        return new($"There is not enough memory on {device}: this takes at least {InUnits(Taken + bytes)}, and there are {InUnits(Taken + free)} of {InUnits(total)}{refused}",
            "free some, or take another --device", Taken + bytes, Taken + free, fault);
    }

    /// <summary>An amount of memory, as sentences have it.</summary>
    internal static string InUnits(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):F1} MiB");

    // Other processes share the card.
    private static unsafe long? CudaFree()
    {
        if (DriverLibraries.CudaFunction("cuMemGetInfo_v2") is not { } entry)
        {
            return null;
        }
        nuint free, total;
        return (CudaError)((delegate* unmanaged<nuint*, nuint*, int>)entry)(&free, &total) == CudaError.CUDA_SUCCESS ? (long)free : null;
    }
}
