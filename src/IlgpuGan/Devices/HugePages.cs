using System.Runtime.InteropServices;

namespace IlgpuGan.Devices;

/// <summary>What the operating system is told about large buffers.</summary>
internal static partial class HugePages
{
    private const long PageSize = 2 << 20;
    private const int Advice = 14; // MADV_HUGEPAGE

    /// <summary>A wish, to be called before the memory is first written; where it cannot be granted nothing changes.</summary>
    public static void Prefer(nint start, long bytes)
    {
        long first = (start + PageSize - 1) / PageSize * PageSize;
        long end = (start + bytes) / PageSize * PageSize;
        if (OperatingSystem.IsLinux() && end > first)
        {
            _ = Advise((nint)first, (nint)(end - first), Advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint start, nint length, int advice);
}
