using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Devices;

/// <summary>
/// Functions of the CUDA driver by which a kernel gets more than the 48 KiB of memory that any group may share; ILGPU calls neither. Both are in every driver
/// that knows tensor cores of compute capability 8.0.
/// </summary>
internal static unsafe class SharedMemoryDriver
{
    // CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN and CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES.
    private const int MostOfGroup = 97, MostDynamic = 8;

    /// <summary>Bytes that a group of a card can share when asked for; 0 where the driver does not tell.</summary>
    public static int MostBytes(CudaDevice device)
    {
        int bytes = 0;
        return DriverLibraries.CudaFunction("cuDeviceGetAttribute") is { } function && DriverLibraries.CudaFunction("cuFuncSetAttribute") is not null
            && ((delegate* unmanaged<int*, int, int, int>)function)(&bytes, MostOfGroup, device.DeviceId) == 0 ? bytes : 0;
    }

    /// <summary>Lets launches of a kernel give its groups so many bytes.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="name">What an error calls it.</param>
    /// <exception cref="InvalidOperationException">The driver refuses.</exception>
    /// <exception cref="CudaException">The card is lost.</exception>
    public static void Allow(CudaKernel kernel, int bytes, string name)
    {
        var status = DriverLibraries.CudaFunction("cuFuncSetAttribute") is { } function
            ? (CudaError)((delegate* unmanaged<nint, int, int, int>)function)(kernel.FunctionPtr, MostDynamic, bytes)
            : CudaError.CUDA_ERROR_NOT_SUPPORTED;
        if (status is CudaError.CUDA_ERROR_NOT_SUPPORTED or CudaError.CUDA_ERROR_INVALID_VALUE)
        {
            throw new InvalidOperationException($"the CUDA driver does not give the groups of {name} {bytes / 1024} KiB of shared memory (CUDA error {(int)status}), as current drivers do");
        }
        CudaException.ThrowIfFailed(status);
    }
}
