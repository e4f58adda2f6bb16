using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Tests.Graphs;

/// <summary>Bytes that are copied to a device behind the caller's back, from pages that must stay until they are read.</summary>
public sealed class DeviceBytesTests
{
    [Fact]
    public void The_pages_of_a_copy_that_may_be_under_way_are_let_go_after_it()
    {
        using var device = ComputeDevice.Open("cpu");
        long before = device.Memory.Taken;
        DeviceBytes? bytes = null;
        int waits = 0;
        using var stream = new WatchedStream(device.Accelerator, () =>
        {
            waits++;
            Assert.False(Unsafe.IsNullRef(ref MemoryMarshal.GetReference(bytes!.Stage(0))));
            bytes.Stage(1)[0] = 7;
        });
        bytes = new DeviceBytes(device, 1024, isStaged: true, stream);

        bytes.Dispose();

        Assert.Equal(1, waits);
        Assert.Equal(before, device.Memory.Taken);
    }

    [Fact]
    public void What_waits_for_nothing_is_not_waited_for()
    {
        using var device = ComputeDevice.Open("cpu");
        using var stream = new WatchedStream(device.Accelerator, () => Assert.Fail("There is no copy."));
        new DeviceBytes(device, 1024, isStaged: false, stream).Dispose();
    }

    [Fact]
    public void A_device_that_has_failed_lets_its_memory_go_all_the_same()
    {
        using var device = ComputeDevice.Open("cpu");
        long before = device.Memory.Taken;
        using var stream = new WatchedStream(device.Accelerator, () => throw new CLException(CLError.CL_OUT_OF_RESOURCES));
        new DeviceBytes(device, 1024, isStaged: true, stream).Dispose();
        Assert.Equal(before, device.Memory.Taken);
    }

    private sealed class WatchedStream(Accelerator accelerator, Action wait) : AcceleratorStream(accelerator)
    {
        public override void Synchronize() => wait();

        protected override ProfilingMarker AddProfilingMarkerInternal() => throw new NotSupportedException();

        protected override void DisposeAcceleratorObject(bool disposing)
        {
        }
    }
}
