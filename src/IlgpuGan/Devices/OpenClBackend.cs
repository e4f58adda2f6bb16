using System.Globalization;
using System.Runtime.CompilerServices;
using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Devices;

/// <summary>Devices of any maker through their OpenCL drivers. Looking only asks for properties; nothing is compiled before a device is opened.</summary>
internal static class OpenClBackend
{
    private const int MostDevicesPerDriver = 64;

    // CL_DEVICE_SINGLE_FP_CONFIG with its CL_FP_FMA, and CL_DRIVER_VERSION, which ILGPU's own lists lack.
    private const int SingleConfiguration = 0x101B, FusedMultiplyAdd = 1 << 5, DriverVersion = 0x102D;

    /// <summary>Every device of every driver, usable or not, numbered as the loader lists them; or one entry that says why there is none.</summary>
    public static IReadOnlyList<FoundDevice> Find()
    {
        if (!DriverLibraries.HasOpenCl())
        {
            return [Missing(OperatingSystem.IsLinux() ? "libOpenCL.so.1, the OpenCL loader, was not found" : "the OpenCL loader was not found")];
        }
        var api = CLAPI.CurrentAPI;
        if (!api.IsSupported || api.GetNumPlatforms(out int count) != CLError.CL_SUCCESS || count < 1)
        {
            return [Missing("the OpenCL loader knows no driver")];
        }
        var drivers = new nint[count];
        if (api.GetPlatforms(drivers, ref count) != CLError.CL_SUCCESS)
        {
            return [Missing("the OpenCL loader does not name its drivers")];
        }

        var found = new List<FoundDevice>();
        var handles = new nint[MostDevicesPerDriver];
        foreach (var driver in drivers)
        {
            if (api.GetDevices(driver, CLDeviceType.CL_DEVICE_TYPE_ALL, handles, out int devices) != CLError.CL_SUCCESS)
            {
                continue;
            }
            foreach (var handle in handles.AsSpan(0, Math.Min(devices, handles.Length)))
            {
                found.Add(Describe(api, driver, handle, string.Create(CultureInfo.InvariantCulture, $"opencl:{found.Count}")));
            }
        }
        return found.Count > 0 ? found : [Missing("the OpenCL drivers report no device")];
    }

    private static FoundDevice Describe(CLAPI api, nint driver, nint handle, string id)
    {
        try
        {
            if (api.GetDeviceInfo<int>(handle, CLDeviceInfoType.CL_DEVICE_AVAILABLE) == 0)
            {
                return FoundDevice.Missing(id, DeviceKind.OpenCl, api.GetDeviceInfo(handle, CLDeviceInfoType.CL_DEVICE_NAME), "its driver calls it unavailable", hasFailed: true);
            }
            var device = new CLDevice(driver, handle);
            bool isGpu = device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);
            string? reason = ReasonAgainst(api, device);
            var description = new DeviceDescription(id, DeviceKind.OpenCl, device.Name.Trim(), device.MemorySize, isGpu, reason)
            {
                Driver = Driver(api, driver, handle),
                HasFusedMultiplyAdd = (api.GetDeviceInfo<long>(handle, (CLDeviceInfoType)SingleConfiguration) & FusedMultiplyAdd) != 0,
            };
            return new(description, reason is null ? context => Open(context, device) : null) { HasFailed = reason is not null };
        }
        catch (CLException error)
        {
            return FoundDevice.Missing(id, DeviceKind.OpenCl, "OpenCL device", $"its driver does not describe it, {DriverFault.Describe(error)}", hasFailed: true);
        }
    }

    private static string Driver(CLAPI api, nint driver, nint handle) =>
        $"{api.GetPlatformInfo(driver, CLPlatformInfoType.CL_PLATFORM_VERSION).Trim()}, driver {api.GetDeviceInfo(handle, (CLDeviceInfoType)DriverVersion).Trim()}";

    private static string? ReasonAgainst(CLAPI api, CLDevice device) =>
        device.DeviceVersion < CLDeviceVersion.CL12 ? $"it offers OpenCL {device.DeviceVersion.Major}.{device.DeviceVersion.Minor}; 1.2 or newer is needed"
        : device.CVersion < CLCVersion.CL12 ? $"it compiles OpenCL C {device.CVersion.Major}.{device.CVersion.Minor}; 1.2 or newer is needed"
        : api.GetDeviceInfo<int>(device.DeviceId, CLDeviceInfoType.CL_DEVICE_COMPILER_AVAILABLE) == 0 ? "its driver has no compiler"
        : null;

    private static CLAccelerator Open(Context context, CLDevice device)
    {
        // ILGPU refuses devices without generic pointers (OpenCL 1.2, PoCL 3); kernels compiled at O2 contain none.
        SetGenericAddressSpace(device.Capabilities, true);
        return device.CreateCLAccelerator(context);
    }

    /// <summary>Bits of the device's vector registers, of floats.</summary>
    public static int VectorBits(CLAccelerator accelerator)
    {
        // CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT, which ILGPU's own list lacks.
        const int NativeVectorWidthFloat = 0x103A;
        return 32 * CLAPI.CurrentAPI.GetDeviceInfo<int>(accelerator.DeviceId, (CLDeviceInfoType)NativeVectorWidthFloat);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = $"set_{nameof(CLCapabilityContext.GenericAddressSpace)}")]
    private static extern void SetGenericAddressSpace(CLCapabilityContext capabilities, bool value);

    private static FoundDevice Missing(string reason) => FoundDevice.Missing("opencl", DeviceKind.OpenCl, "OpenCL", reason);
}
