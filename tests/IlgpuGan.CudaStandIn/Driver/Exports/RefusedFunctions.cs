using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>Functions that ILGPU imports and nothing of ours has called yet: whoever calls one gets an error and is told its name, and not the loader's complaint.</summary>
internal static class RefusedFunctions
{
    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxSetCacheConfig))]
    public static int cuCtxSetCacheConfig() => ProcessMachine.Refuse(nameof(cuCtxSetCacheConfig));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxSetSharedMemConfig))]
    public static int cuCtxSetSharedMemConfig() => ProcessMachine.Refuse(nameof(cuCtxSetSharedMemConfig));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceCanAccessPeer))]
    public static int cuDeviceCanAccessPeer() => ProcessMachine.Refuse(nameof(cuDeviceCanAccessPeer));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxEnablePeerAccess))]
    public static int cuCtxEnablePeerAccess() => ProcessMachine.Refuse(nameof(cuCtxEnablePeerAccess));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxDisablePeerAccess))]
    public static int cuCtxDisablePeerAccess() => ProcessMachine.Refuse(nameof(cuCtxDisablePeerAccess));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceGetP2PAttribute))]
    public static int cuDeviceGetP2PAttribute() => ProcessMachine.Refuse(nameof(cuDeviceGetP2PAttribute));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuPointerGetAttribute))]
    public static int cuPointerGetAttribute() => ProcessMachine.Refuse(nameof(cuPointerGetAttribute));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemAllocHost_v2))]
    public static int cuMemAllocHost_v2() => ProcessMachine.Refuse(nameof(cuMemAllocHost_v2));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemFreeHost))]
    public static int cuMemFreeHost() => ProcessMachine.Refuse(nameof(cuMemFreeHost));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemHostGetDevicePointer_v2))]
    public static int cuMemHostGetDevicePointer_v2() => ProcessMachine.Refuse(nameof(cuMemHostGetDevicePointer_v2));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuStreamCreateWithPriority))]
    public static int cuStreamCreateWithPriority() => ProcessMachine.Refuse(nameof(cuStreamCreateWithPriority));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuModuleLoadData))]
    public static int cuModuleLoadData() => ProcessMachine.Refuse(nameof(cuModuleLoadData));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuOccupancyMaxActiveBlocksPerMultiprocessor))]
    public static int cuOccupancyMaxActiveBlocksPerMultiprocessor() => ProcessMachine.Refuse(nameof(cuOccupancyMaxActiveBlocksPerMultiprocessor));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuOccupancyMaxPotentialBlockSize))]
    public static int cuOccupancyMaxPotentialBlockSize() => ProcessMachine.Refuse(nameof(cuOccupancyMaxPotentialBlockSize));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuEventCreate))]
    public static int cuEventCreate() => ProcessMachine.Refuse(nameof(cuEventCreate));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuEventDestroy_v2))]
    public static int cuEventDestroy_v2() => ProcessMachine.Refuse(nameof(cuEventDestroy_v2));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuEventQuery))]
    public static int cuEventQuery() => ProcessMachine.Refuse(nameof(cuEventQuery));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuEventElapsedTime))]
    public static int cuEventElapsedTime() => ProcessMachine.Refuse(nameof(cuEventElapsedTime));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuEventRecord))]
    public static int cuEventRecord() => ProcessMachine.Refuse(nameof(cuEventRecord));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuEventSynchronize))]
    public static int cuEventSynchronize() => ProcessMachine.Refuse(nameof(cuEventSynchronize));
}
