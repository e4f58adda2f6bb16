using System.Runtime.InteropServices;
using System.Text;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>The driver itself and its card.</summary>
internal static unsafe class DeviceFunctions
{
    [UnmanagedCallersOnly(EntryPoint = nameof(cuInit))]
    public static int cuInit(uint flags) => ProcessMachine.Call(nameof(cuInit), machine => machine.Initialise(flags));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDriverGetVersion))]
    public static int cuDriverGetVersion(int* version) => ProcessMachine.Call(nameof(cuDriverGetVersion), machine => *version = machine.DriverVersion);

    [UnmanagedCallersOnly(EntryPoint = nameof(cuGetErrorString))]
    public static int cuGetErrorString(int error, nint* text) => ProcessMachine.Call(nameof(cuGetErrorString), machine => *text = machine.TextOf((CudaError)error));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceGetCount))]
    public static int cuDeviceGetCount(int* count) => ProcessMachine.Call(nameof(cuDeviceGetCount), machine =>
    {
        _ = machine.CardOf(0);
        *count = 1;
    });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceGet))]
    public static int cuDeviceGet(int* device, int ordinal) => ProcessMachine.Call(nameof(cuDeviceGet), machine =>
    {
        _ = machine.CardOf(ordinal);
        *device = ordinal;
    });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceGetName))]
    public static int cuDeviceGetName(byte* name, int length, int device) => ProcessMachine.Call(nameof(cuDeviceGetName), machine =>
    {
        var target = new Span<byte>(name, length);
        target.Clear();
        var text = Encoding.UTF8.GetBytes(machine.CardOf(device).Name);
        text.AsSpan(0, Math.Min(text.Length, length - 1)).CopyTo(target);
    });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceTotalMem_v2))]
    public static int cuDeviceTotalMem_v2(nuint* bytes, int device) => ProcessMachine.Call(nameof(cuDeviceTotalMem_v2), machine =>
    {
        _ = machine.CardOf(device);
        *bytes = (nuint)machine.Options.MemoryBytes;
    });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuDeviceGetAttribute))]
    public static int cuDeviceGetAttribute(int* value, int attribute, int device) =>
        ProcessMachine.Call(nameof(cuDeviceGetAttribute), machine => *value = machine.CardOf(device).Attribute(attribute));
}
