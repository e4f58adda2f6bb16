using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;

namespace IlgpuGan.Devices;

/// <summary>
/// Asks Linux to back the CPU accelerator's large buffers with pages of 2 MiB: a convolution walks through megabytes in strides, and with
/// pages of 4 KiB a virtual machine spends up to a third of the time looking addresses up.
/// </summary>
internal static partial class HugePages
{
    private const long PageSize = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>A wish, to be called before the memory is first written; where it cannot be granted nothing changes.</summary>
    public static unsafe void Prefer<T>(ComputeDevice device, ArrayView<T> view)
        where T : unmanaged
    {
        if (device.Kind != DeviceKind.Cpu || !OperatingSystem.IsLinux() || view.LengthInBytes < 2 * PageSize)
            return;
        long start = (long)Unsafe.AsPointer(ref view[0]);
        long first = (start + PageSize - 1) / PageSize * PageSize;
        long end = (start + view.LengthInBytes) / PageSize * PageSize;
        if (end > first)
            _ = Advise((nint)first, (nint)(end - first), Advice);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
