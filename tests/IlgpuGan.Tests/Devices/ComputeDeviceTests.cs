using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tests.Devices;

public class ComputeDeviceTests
{
    [Fact]
    public void The_processor_opens_with_one_worker_per_core_and_runs_kernels()
    {
        using var device = ComputeDevice.Open("cpu");
        Assert.Equal(("cpu", DeviceKind.Cpu, Environment.ProcessorCount), (device.Id, device.Kind, device.Workers));
        Assert.NotEmpty(device.Name);
        Assert.InRange(device.MemoryBytes, 1 << 20, long.MaxValue);

        using var buffer = device.Accelerator.Allocate1D([1, 2, 3]);
        device.Accelerator.LoadKernel<ArrayView<int>>(Double)(device.Stream, (3, 1), buffer.View);
        device.Stream.Synchronize();
        Assert.Equal([2, 4, 6], buffer.GetAsArray1D());
    }

    [Fact]
    public void Opening_the_processor_wakes_no_driver()
    {
        using var device = ComputeDevice.Open("cpu", kind =>
        {
            Assert.Equal(DeviceKind.Cpu, kind);
            return DeviceCatalog.Find(kind);
        }, SelfTest.OfUser);
    }

    [Fact]
    public void Auto_passes_over_a_device_that_does_not_open_and_tells()
    {
        using var device = ComputeDevice.Open("auto", WithBrokenCard, SelfTest.OfUser);
        Assert.Equal("cpu", device.Id);
        var passed = Assert.Single(device.PassedOver);
        Assert.Equal("cuda:0", passed.Id);
        Assert.Contains("no answer from the card", passed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_was_asked_for_and_does_not_open_is_an_error_with_the_reason()
    {
        var error = Assert.Throws<DeviceException>(() => ComputeDevice.Open("cuda:0", WithBrokenCard, SelfTest.OfUser));
        Assert.Contains("'cuda:0'", error.Message, StringComparison.Ordinal);
        Assert.Contains("no answer from the card", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_usable_device_of_this_machine_opens_by_its_id()
    {
        foreach (var description in DeviceCatalog.Find().Where(device => device.IsUsable))
        {
            using var device = ComputeDevice.Open(description.Id);
            Assert.Equal((description.Id, description.Name), (device.Id, device.Name));
        }
    }

    private static IReadOnlyList<FoundDevice> WithBrokenCard(DeviceKind kind) => kind == DeviceKind.Cuda
        ? [new(new DeviceDescription("cuda:0", DeviceKind.Cuda, "a card", 1 << 30, IsGpu: true, Reason: null), _ => throw new InvalidOperationException("no answer from the card"))]
        : DeviceCatalog.Find(kind);

    private static void Double(ArrayView<int> x) => x[Grid.IdxX] *= 2;
}
