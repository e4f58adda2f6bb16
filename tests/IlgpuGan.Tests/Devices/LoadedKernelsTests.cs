using System.Runtime.CompilerServices;
using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU.Runtime;

namespace IlgpuGan.Tests.Devices;

[Collection(nameof(Graphs.TestDevice))]
public sealed class LoadedKernelsTests
{
    [Fact]
    public void A_kernel_that_nothing_holds_any_more_is_there_when_it_is_asked_for_again()
    {
        var found = DeviceCatalog.Find(DeviceKind.OpenCl).FirstOrDefault(device => device.Description.IsUsable);
        Assert.SkipWhen(found is null, "There is no OpenCL device; on Debian: apt-get install pocl-opencl-icd.");
        using var device = ComputeDevice.Open(found!.Description.Id);
        var first = Load(device);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.Same(first.Target, Load(device).Target);
        Assert.NotNull(first.Target);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Load(ComputeDevice device) =>
        new(device.Kernels[DeviceKernel<CopyPeak, CopyPeakParameters>.Entry, KernelSpecialization.Empty]);
}
