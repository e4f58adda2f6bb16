using IlgpuGan.Devices;

namespace IlgpuGan.Tests.Devices;

public class DeviceCatalogTests
{
    [Fact]
    public void The_processor_is_always_there_and_comes_last()
    {
        var last = DeviceCatalog.Find()[^1];
        Assert.Equal(("cpu", DeviceKind.Cpu, true), (last.Id, last.Kind, last.IsUsable));
    }

    [Fact]
    public void Every_back_end_is_in_the_list_and_what_cannot_be_used_says_why()
    {
        var devices = DeviceCatalog.Find();
        Assert.Equal(Enum.GetValues<DeviceKind>(), devices.Select(device => device.Kind).Distinct());
        Assert.All(devices, device => Assert.Equal(device.IsUsable, device.Reason is null));
        Assert.Distinct(devices.Select(device => device.Id));
    }
}
