using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>Memory and copies.</summary>
internal static unsafe class MemoryFunctions
{
    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemGetInfo_v2))]
    public static int cuMemGetInfo_v2(nuint* free, nuint* total) => ProcessMachine.Call(nameof(cuMemGetInfo_v2), machine =>
    {
        _ = machine.Current;
        (*free, *total) = ((nuint)machine.FreeBytes, (nuint)machine.Options.MemoryBytes);
    });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemAlloc_v2))]
    public static int cuMemAlloc_v2(ulong* address, nuint bytes) => ProcessMachine.Call(nameof(cuMemAlloc_v2), machine => *address = machine.Allocate(checked((long)bytes)));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemFree_v2))]
    public static int cuMemFree_v2(ulong address) => ProcessMachine.Call(nameof(cuMemFree_v2), machine => machine.Free(address));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemsetD8Async))]
    public static int cuMemsetD8Async(ulong address, byte value, nuint bytes, nint stream) =>
        ProcessMachine.Call(nameof(cuMemsetD8Async), machine => machine.Fill(address, value, checked((long)bytes), stream));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemcpyAsync))]
    public static int cuMemcpyAsync(ulong target, ulong source, nuint bytes, nint stream) =>
        ProcessMachine.Call(nameof(cuMemcpyAsync), machine => machine.Copy(target, source, checked((long)bytes), stream));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemHostRegister_v2))]
    public static int cuMemHostRegister_v2(ulong address, nuint bytes, uint flags) =>
        ProcessMachine.Call(nameof(cuMemHostRegister_v2), machine => machine.Register(address, checked((long)bytes), flags));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuMemHostUnregister))]
    public static int cuMemHostUnregister(ulong address) => ProcessMachine.Call(nameof(cuMemHostUnregister), machine => machine.Unregister(address));
}
