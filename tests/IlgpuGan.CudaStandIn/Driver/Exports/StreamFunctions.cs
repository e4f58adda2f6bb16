using System.Runtime.InteropServices;

namespace IlgpuGan.CudaStandIn.Driver.Exports;

/// <summary>Streams and graphs.</summary>
internal static unsafe class StreamFunctions
{
    [UnmanagedCallersOnly(EntryPoint = nameof(cuStreamCreate))]
    public static int cuStreamCreate(nint* stream, uint flags) => ProcessMachine.Call(nameof(cuStreamCreate), machine => *stream = machine.CreateStream(flags));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuStreamSynchronize))]
    public static int cuStreamSynchronize(nint stream) => ProcessMachine.Call(nameof(cuStreamSynchronize), machine => machine.Synchronize(stream));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuStreamDestroy_v2))]
    public static int cuStreamDestroy_v2(nint stream) => ProcessMachine.Call(nameof(cuStreamDestroy_v2), machine => machine.DestroyStream(stream));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuStreamBeginCapture_v2))]
    public static int cuStreamBeginCapture_v2(nint stream, int mode) => ProcessMachine.Call(nameof(cuStreamBeginCapture_v2), machine => machine.BeginCapture(stream, mode));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuStreamEndCapture))]
    public static int cuStreamEndCapture(nint stream, nint* graph)
    {
        *graph = 0;
        // It ends the recording also where it fails.
        return ProcessMachine.Call(nameof(cuStreamEndCapture), machine => *graph = machine.EndCapture(stream), machine => machine.EndCapture(stream));
    }

    [UnmanagedCallersOnly(EntryPoint = nameof(cuGraphInstantiateWithFlags))]
    public static int cuGraphInstantiateWithFlags(nint* executable, nint graph, ulong flags) =>
        ProcessMachine.Call(nameof(cuGraphInstantiateWithFlags), machine => *executable = machine.Instantiate(graph, flags));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuGraphLaunch))]
    public static int cuGraphLaunch(nint executable, nint stream) => ProcessMachine.Call(nameof(cuGraphLaunch), machine => machine.LaunchGraph(executable, stream));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuGraphExecDestroy))]
    public static int cuGraphExecDestroy(nint executable) => ProcessMachine.Call(nameof(cuGraphExecDestroy), machine => machine.DestroyExecutable(executable));

    [UnmanagedCallersOnly(EntryPoint = nameof(cuGraphDestroy))]
    public static int cuGraphDestroy(nint graph) => ProcessMachine.Call(nameof(cuGraphDestroy), machine => machine.DestroyGraph(graph));
}
