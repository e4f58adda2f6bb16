using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// Device memory that starts on a cache line, so that no aligned vector straddles two. On Linux the CPU accelerator's large buffers ask
/// for pages of 2 MiB: a convolution walks through megabytes in strides, and with pages of 4 KiB a virtual machine spends up to a
/// third of the time looking addresses up.
/// </summary>
internal sealed class DeviceBuffer<T> : IDisposable
    where T : unmanaged
{
    private const int LineBytes = 64;
    private readonly DeviceMemory memory;
    private readonly MemoryBuffer1D<T, Stride1D.Dense> buffer;

    /// <summary>Allocates memory; what it holds is not defined.</summary>
    /// <exception cref="DeviceMemoryException">There is too little.</exception>
    public unsafe DeviceBuffer(ComputeDevice device, long length)
    {
        bool isHost = device.Kind == DeviceKind.Cpu;
        memory = device.Memory;
        buffer = memory.Take(length * sizeof(T), () => device.Accelerator.Make(() => device.Accelerator.Allocate1D<T>(length + (isHost ? LineBytes / sizeof(T) : 0))));
        View = buffer.View.BaseView;
        if (!isHost)
        {
            return;
        }
        HugePages.Prefer((nint)Unsafe.AsPointer(ref View[0]), View.LengthInBytes);
        long address = (long)Unsafe.AsPointer(ref View[0]);
        View = View.SubView((LineBytes - address % LineBytes) % LineBytes / sizeof(T), length);
    }

    /// <summary>The memory.</summary>
    public ArrayView<T> View { get; }

    /// <summary>Bytes in use.</summary>
    public long LengthInBytes => View.LengthInBytes;

    /// <inheritdoc/>
    public void Dispose()
    {
        buffer.Dispose();
        memory.Return(LengthInBytes);
    }
}
