namespace IlgpuGan.Devices;

/// <summary>The devices of this machine.</summary>
public static class DeviceCatalog
{
    /// <summary>
    /// All devices in the order in which <c>auto</c> considers the back ends: CUDA, OpenCL, the processor. Devices that cannot be used and back ends
    /// without any stand in the list with their reason. Never throws on account of a driver.
    /// </summary>
    public static IReadOnlyList<DeviceDescription> Find() =>
        [.. Enum.GetValues<DeviceKind>().SelectMany(Find).Select(found => found.Description)];

    /// <summary>The devices of one back end; the others are left asleep.</summary>
    internal static IReadOnlyList<FoundDevice> Find(DeviceKind kind)
    {
        try
        {
            return kind switch
            {
                DeviceKind.Cuda => CudaBackend.Find(),
                DeviceKind.OpenCl => OpenClBackend.Find(),
                _ => CpuBackend.Find(),
            };
        }
        catch (Exception error) when (kind != DeviceKind.Cpu)
        {
            // Whatever a half-installed driver does to ILGPU, the other devices remain.
            var (id, name) = kind == DeviceKind.Cuda ? ("cuda", "CUDA") : ("opencl", "OpenCL");
            return [FoundDevice.Missing(id, kind, name, $"its driver fails ({DriverFault.Describe(error)})", hasFailed: true)];
        }
    }
}
