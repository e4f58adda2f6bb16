using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using ILGPU;
using ILGPU.Runtime.CPU;

namespace IlgpuGan.Devices;

/// <summary>The processor as a device: one worker per core, each running groups of one thread.</summary>
internal static class CpuBackend
{
    /// <summary>Cores that this process may use.</summary>
    public static int Workers => Environment.ProcessorCount;

    /// <summary>The one device there always is.</summary>
    public static IReadOnlyList<FoundDevice> Find() =>
        [new(new DeviceDescription("cpu", DeviceKind.Cpu, Name(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, IsGpu: false, Reason: null), Open)];

    private static CPUAccelerator Open(Context context) =>
        // Multiprocessors of one two-thread warp, the least ILGPU takes; groups of one run on the first thread.
        // Not Auto, which runs one group after the other under a debugger: workers that wait for each other would never meet.
        new CPUDevice(2, 1, Workers).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);

    private static string Name()
    {
        const uint FirstLeaf = 0x8000_0002, LastLeaf = 0x8000_0004;
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x8000_0000), 0).Eax < LastLeaf)
            return $"{RuntimeInformation.ProcessArchitecture} processor";
        var brand = new int[12];
        for (uint leaf = FirstLeaf; leaf <= LastLeaf; leaf++)
            (brand[4 * (leaf - FirstLeaf)], brand[4 * (leaf - FirstLeaf) + 1], brand[4 * (leaf - FirstLeaf) + 2], brand[4 * (leaf - FirstLeaf) + 3]) =
                X86Base.CpuId((int)leaf, 0);
        return Encoding.ASCII.GetString(MemoryMarshal.AsBytes(brand.AsSpan())).TrimEnd('\0').Trim();
    }
}
