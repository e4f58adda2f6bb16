using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>Contexts.</summary>
internal static unsafe class ContextFunctions
{
    // CU_SHARED_MEM_CONFIG_FOUR_BYTE_BANK_SIZE.
    private const int FourByteBanks = 1;

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxCreate_v2))]
    public static int cuCtxCreate_v2(nint* context, uint flags, int device) =>
        ProcessMachine.Call(nameof(cuCtxCreate_v2), machine => *context = machine.CreateContext(flags, device));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxDestroy_v2))]
    public static int cuCtxDestroy_v2(nint context) => ProcessMachine.Call(nameof(cuCtxDestroy_v2), machine => machine.DestroyContext(context));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxSetCurrent))]
    public static int cuCtxSetCurrent(nint context) => ProcessMachine.Call(nameof(cuCtxSetCurrent), machine => machine.SetCurrent(context));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxSynchronize))]
    public static int cuCtxSynchronize() => ProcessMachine.Call(nameof(cuCtxSynchronize), machine => machine.SynchronizeContext());

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxGetCacheConfig))]
    public static int cuCtxGetCacheConfig(int* configuration) => ProcessMachine.Call(nameof(cuCtxGetCacheConfig), machine =>
    {
        _ = machine.Current;
        *configuration = 0; // No preference.
    });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuCtxGetSharedMemConfig))]
    public static int cuCtxGetSharedMemConfig(int* configuration) => ProcessMachine.Call(nameof(cuCtxGetSharedMemConfig), machine =>
    {
        _ = machine.Current;
        *configuration = FourByteBanks;
    });
}
