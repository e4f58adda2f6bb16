using System.Runtime.InteropServices;
using System.Text;
using IlgpuGan.CudaStandIn.Ptx;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>Modules, kernels and launches.</summary>
internal static unsafe class ModuleFunctions
{
    // CU_JIT_ERROR_LOG_BUFFER and its size.
    private const int ErrorLog = 5, ErrorLogBytes = 6;

    // CU_LAUNCH_PARAM_BUFFER_POINTER, _BUFFER_SIZE and _END.
    private const nint ParameterBuffer = 1, ParameterBytes = 2;

    [UnmanagedCallersOnly(EntryPoint = nameof(cuModuleLoadDataEx))]
    public static int cuModuleLoadDataEx(nint* module, nint text, uint count, int* options, nint* values) =>
        ProcessMachine.Call(nameof(cuModuleLoadDataEx), machine =>
        {
            try
            {
                *module = machine.LoadModule(Marshal.PtrToStringUTF8(text) ?? "");
            }
            catch (DriverException fault)
            {
                Write(fault.Message, LogOf(count, options, values));
                throw;
            }
        });

    [UnmanagedCallersOnly(EntryPoint = nameof(cuModuleUnload))]
    public static int cuModuleUnload(nint module) => ProcessMachine.Call(nameof(cuModuleUnload), machine => machine.Unload(module));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuModuleGetFunction))]
    public static int cuModuleGetFunction(nint* function, nint module, nint name) =>
        ProcessMachine.Call(nameof(cuModuleGetFunction), machine => *function = machine.FunctionOf(module, Marshal.PtrToStringUTF8(name) ?? ""));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuFuncSetAttribute))]
    public static int cuFuncSetAttribute(nint function, int attribute, int value) =>
        ProcessMachine.Call(nameof(cuFuncSetAttribute), machine => machine.SetAttribute(function, attribute, value));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuLaunchKernel))]
    public static int cuLaunchKernel(nint function, uint gridX, uint gridY, uint gridZ, uint blockX, uint blockY, uint blockZ, uint sharedBytes, nint stream, nint* parameters, nint* extra) =>
        ProcessMachine.Call(nameof(cuLaunchKernel), machine => machine.Launch(
            function, new((int)gridX, (int)gridY, (int)gridZ), new((int)blockX, (int)blockY, (int)blockZ), (int)sharedBytes, stream, ParametersOf(parameters, extra)));

    private static byte[] ParametersOf(nint* parameters, nint* extra)
    {
        if (parameters is not null || extra is null)
        {
            throw new DriverException(CudaError.NotSupported, "parameters one by one are not on the list of the stand-in, only those in one buffer");
        }

        void* buffer = null;
        long bytes = -1;
        for (; *extra != 0; extra += 2)
        {
            switch (*extra)
            {
                case ParameterBuffer:
                    buffer = (void*)extra[1];
                    break;
                case ParameterBytes:
                    bytes = *(long*)extra[1];
                    break;
                default:
                    throw new DriverException(CudaError.InvalidValue, $"{*extra} is no word of the list of parameters");
            }
        }

        return buffer is not null && bytes is >= 0 and <= int.MaxValue
            ? new ReadOnlySpan<byte>(buffer, (int)bytes).ToArray()
            : throw new DriverException(CudaError.InvalidValue, "the list of parameters lacks its buffer or its size");
    }

    private static Span<byte> LogOf(uint count, int* options, nint* values)
    {
        byte* log = null;
        long bytes = 0;
        for (var i = 0; i < count; i++)
        {
            switch (options[i])
            {
                case ErrorLog:
                    log = (byte*)values[i];
                    break;
                case ErrorLogBytes:
                    bytes = values[i];
                    break;
                default:
                    break;
            }
        }

        return log is null ? [] : new(log, (int)bytes);
    }

    private static void Write(string message, Span<byte> log)
    {
        if (!log.IsEmpty)
        {
            log.Clear();
            var text = Encoding.UTF8.GetBytes(message);
            text.AsSpan(0, Math.Min(text.Length, log.Length - 1)).CopyTo(log);
        }
    }
}
