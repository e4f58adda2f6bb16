using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using IlgpuGan.Ranks;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace IlgpuGan.Devices;

/// <summary>The processor as a device: one worker per core, two to a group.</summary>
internal static class CpuBackend
{
    // One warp, the smallest that ILGPU takes.
    private const int ThreadsPerGroup = 2;

    /// <summary>Cores that this process may use: of those of the machine its share, where it is one of several ranks and they were not told apart.</summary>
    public static int Workers { get; } = RankEnvironment.Current?.Workers(Environment.ProcessorCount, Cores.OfRanks) ?? Environment.ProcessorCount;

    /// <summary>
    /// A launch with a thread for each worker. A multiprocessor has at least two threads, and one that is left out spins for the
    /// whole launch on a core that others work on: so groups are of two.
    /// </summary>
    public static KernelConfig Threads(int workers) => new(Multiprocessors(workers), Math.Min(workers, ThreadsPerGroup));

    /// <summary>The one device there always is.</summary>
    public static IReadOnlyList<FoundDevice> Find() => [Of(Workers)];

    /// <summary>The processor with so many workers.</summary>
    public static FoundDevice Of(int workers) =>
        new(new DeviceDescription("cpu", DeviceKind.Cpu, Name(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, IsGpu: false, Reason: null), context => Open(context, workers));

    private static int Multiprocessors(int workers) => (workers + ThreadsPerGroup - 1) / ThreadsPerGroup;

    private static CPUAccelerator Open(Context context, int workers) =>
        // Not Auto, which runs one group after the other under a debugger: workers that wait for each other would never meet.
        new CPUDevice(ThreadsPerGroup, 1, Multiprocessors(workers)).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);

    private static string Name()
    {
        const uint FirstLeaf = 0x8000_0002, LastLeaf = 0x8000_0004;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x8000_0000), 0).Eax < LastLeaf)
        {
            return $"{RuntimeInformation.ProcessArchitecture} processor";
        }
        var brand = new int[12];
        for (uint leaf = FirstLeaf; leaf <= LastLeaf; leaf++)
        {
            (brand[4 * (leaf - FirstLeaf)], brand[4 * (leaf - FirstLeaf) + 1], brand[4 * (leaf - FirstLeaf) + 2], brand[4 * (leaf - FirstLeaf) + 3]) =
                X86Base.CpuId((int)leaf, 0);
        }
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(brand.AsSpan())).TrimEnd('\0').Trim();
    }
}
