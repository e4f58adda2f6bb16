using System.Globalization;
using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Devices;

/// <summary>NVIDIA cards through the CUDA driver.</summary>
internal static class CudaBackend
{
    /// <summary>Every card the driver counts, usable or not; or one entry that says why there is none.</summary>
    public static IReadOnlyList<FoundDevice> Find()
    {
        if (!DriverLibraries.TryLoadCuda(out var driver))
        {
            return [Missing(DriverLibraries.NamedCuda is { } file ? $"{file}, which {DriverLibraries.CudaVariable} names, does not load as a driver"
                : $"{(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1")}, the NVIDIA driver, was not found")];
        }
        var status = Initialise(driver);
        if (status == CudaError.CUDA_ERROR_NO_DEVICE)
        {
            return [Missing("the NVIDIA driver reports no card")];
        }
        if (status != CudaError.CUDA_SUCCESS)
        {
            return [Missing($"the NVIDIA driver does not start (CUDA error {(int)status})", hasFailed: true)];
        }

        var api = CudaAPI.CurrentAPI;
        if (!api.IsSupported || api.GetDeviceCount(out int count) != CudaError.CUDA_SUCCESS || count < 1)
        {
            return [Missing("the NVIDIA driver reports no card")];
        }
        var usable = CudaDevice.GetDevices(device => device.Architecture.HasValue && device.InstructionSet.HasValue).OfType<CudaDevice>().ToArray();
        return [.. Enumerable.Range(0, count).Select(ordinal => Describe(api, ordinal, usable))];
    }

    private static unsafe CudaError Initialise(nint driver) =>
        (CudaError)((delegate* unmanaged<uint, int>)NativeLibrary.GetExport(driver, "cuInit"))(0);

    private static FoundDevice Describe(CudaAPI api, int ordinal, CudaDevice[] usable)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"cuda:{ordinal}");
        if (api.GetDevice(out int handle, ordinal) != CudaError.CUDA_SUCCESS)
        {
            return FoundDevice.Missing(id, DeviceKind.Cuda, "NVIDIA card", "the driver does not hand it out", hasFailed: true);
        }
        if (usable.FirstOrDefault(device => device.DeviceId == handle) is { } found)
        {
            return new(
                new DeviceDescription(id, DeviceKind.Cuda, found.Name, found.MemorySize, IsGpu: true, Reason: null) { Driver = Driver(api) }, found.CreateCudaAccelerator);
        }

        api.GetDeviceName(out var name, handle);
        api.GetTotalDeviceMemory(out long bytes, handle);
        api.GetDeviceComputeCapability(out int major, out int minor, handle);
        api.GetDriverVersion(out var version);
        string reason = $"driver CUDA {version.Major}.{version.Minor} is too old for a card of compute capability {major}.{minor}, or the card is older than 3.0";
        return new(new DeviceDescription(id, DeviceKind.Cuda, name ?? "NVIDIA card", bytes, IsGpu: true, reason), Open: null) { HasFailed = true };
    }

    // The driver itself only tells which CUDA it knows; its kernel module tells its own version, where it is asked through a file.
    private static string Driver(CudaAPI api)
    {
        const string Module = "/proc/driver/nvidia/version";
        string cuda = api.GetDriverVersion(out var version) == CudaError.CUDA_SUCCESS ? $"CUDA {version.Major}.{version.Minor}" : "CUDA";
        try
        {
            return File.Exists(Module) && File.ReadLines(Module).FirstOrDefault() is { } line ? $"{cuda}, {line.Trim()}" : cuda;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return cuda;
        }
    }

    private static FoundDevice Missing(string reason, bool hasFailed = false) => FoundDevice.Missing("cuda", DeviceKind.Cuda, "CUDA", reason, hasFailed);
}
