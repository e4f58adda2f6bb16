using IlgpuGan.Devices;

namespace IlgpuGan.Tests.Devices;

public class DeviceSelectorTests
{
    private static readonly FoundDevice
        OldCard = Device("cuda:0", DeviceKind.Cuda, isGpu: true, reason: "too old"),
        Card = Device("cuda:1", DeviceKind.Cuda, isGpu: true),
        Emulation = Device("opencl:0", DeviceKind.OpenCl, isGpu: false),
        OtherCard = Device("opencl:1", DeviceKind.OpenCl, isGpu: true),
        Processor = Device("cpu", DeviceKind.Cpu, isGpu: false);

    [Fact]
    public void Auto_takes_CUDA_then_an_OpenCL_GPU_then_the_processor() =>
        Assert.Equal(["cuda:1", "opencl:1", "cpu"], Choose("auto", OldCard, Card, Emulation, OtherCard, Processor));

    [Fact]
    public void Auto_never_takes_a_processor_that_calls_itself_an_OpenCL_device() =>
        Assert.Equal(["cpu"], Choose("auto", Emulation, Processor));

    [Fact]
    public void Auto_asks_no_further_back_end_once_a_device_is_found()
    {
        var asked = new List<DeviceKind>();
        var first = DeviceSelector.Choose("auto", kind => { asked.Add(kind); return [Card]; }).First();
        Assert.Same(Card, first);
        Assert.Equal([DeviceKind.Cuda], asked);
    }

    [Theory]
    [InlineData("cuda", "cuda:1")]
    [InlineData("CUDA:1", "cuda:1")]
    [InlineData("opencl", "opencl:1")]
    [InlineData("opencl:0", "opencl:0")]
    [InlineData("cpu", "cpu")]
    public void A_back_end_means_its_first_usable_GPU_and_a_number_means_that_device(string selector, string id) =>
        Assert.Equal([id], Choose(selector, OldCard, Card, Emulation, OtherCard, Processor));

    [Fact]
    public void OpenCL_on_a_processor_is_taken_when_asked_for() =>
        Assert.Equal(["opencl:0"], Choose("opencl", Emulation, Processor));

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    [InlineData("cuda:99999999999")]
    [InlineData("cpu:0")]
    [InlineData("cuda:0")]
    [InlineData("opencl:7")]
    public void The_error_names_the_selector_the_allowed_forms_the_devices_and_why_one_was_left_out(string selector)
    {
        var error = Assert.Throws<DeviceException>(() => Choose(selector, OldCard, OtherCard, Processor));
        Assert.Contains($"'{selector}'", error.Message, StringComparison.Ordinal);
        Assert.Contains("auto, cuda[:n], opencl[:n] or cpu", error.Message, StringComparison.Ordinal);
        Assert.Contains("opencl:1 (the device opencl:1), cpu", error.Message, StringComparison.Ordinal);
        Assert.Contains("cuda:0 (too old)", error.Message, StringComparison.Ordinal);
    }

    private static string[] Choose(string selector, params FoundDevice[] devices) =>
        [.. DeviceSelector.Choose(selector, kind => [.. devices.Where(device => device.Description.Kind == kind)]).Select(device => device.Description.Id)];

    private static FoundDevice Device(string id, DeviceKind kind, bool isGpu, string? reason = null) =>
        new(new DeviceDescription(id, kind, $"the device {id}", MemoryBytes: 1 << 30, isGpu, reason), Open: null);
}
