using System.Runtime.InteropServices;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Devices;

/// <summary>
/// A list of launches that the CUDA driver has recorded from a stream and repeats as one: a launch costs the host microseconds, a recorded
/// one a fraction, and a training step has about a hundred.
/// </summary>
/// <remarks>
/// Everything that a launch passes by value is repeated as it was. Numbers that change from run to run lie in device memory.
/// </remarks>
internal sealed class CudaGraph : IDisposable
{
    private readonly ICudaGraphDriver driver;
    private nint executable;

    private CudaGraph(ICudaGraphDriver driver, nint executable) => (this.driver, this.executable) = (driver, executable);

    /// <summary>Records what an action puts on a stream, without running it; null where the driver cannot, and then the stream is as before.</summary>
    public static CudaGraph? Capture(AcceleratorStream stream, Action launches) =>
        stream is CudaStream cuda && CudaGraphDriver.Load() is { } driver ? Capture(driver, cuda.StreamPtr, launches) : null;

    /// <summary>The same by a driver of one's choice.</summary>
    internal static CudaGraph? Capture(ICudaGraphDriver driver, nint stream, Action launches)
    {
        if (driver.BeginCapture(stream) != 0)
        {
            return null;
        }
        bool isComplete = false;
        try
        {
            launches();
            isComplete = true;
        }
        // Whatever the recording does not allow spoils it, and must not leave the stream recording; the same launch will do without, or fail
        // then and say why.
        catch (Exception)
        {
        }
        int status = driver.EndCapture(stream, out nint graph);
        if (status != 0 || graph == 0)
        {
            return null;
        }
        try
        {
            return isComplete && driver.Instantiate(graph, out nint executable) == 0 ? new(driver, executable) : null;
        }
        finally
        {
            driver.DestroyGraph(graph);
        }
    }

    /// <summary>Puts all the launches on a stream; false where the driver refuses, and then none of them is.</summary>
    public bool Launch(AcceleratorStream stream) => Launch(((CudaStream)stream).StreamPtr);

    /// <summary>The same for a stream of the driver.</summary>
    internal bool Launch(nint stream) => driver.Launch(executable, stream) == 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (executable != 0)
        {
            driver.DestroyExecutable(executable);
        }
        executable = 0;
    }
}

/// <summary>The functions of the CUDA driver that record launches. Each returns 0 for success, or the driver's error.</summary>
internal interface ICudaGraphDriver
{
    /// <summary>Begins to record what comes to a stream.</summary>
    int BeginCapture(nint stream);

    /// <summary>Ends that and gives the record; also of a recording that failed, or the stream would stay unusable.</summary>
    int EndCapture(nint stream, out nint graph);

    /// <summary>Makes a record ready to run.</summary>
    int Instantiate(nint graph, out nint executable);

    /// <summary>Puts it on a stream.</summary>
    int Launch(nint executable, nint stream);

    /// <summary>Frees what <see cref="Instantiate"/> made.</summary>
    int DestroyExecutable(nint executable);

    /// <summary>Frees a record.</summary>
    int DestroyGraph(nint graph);
}

/// <summary>The driver of this machine; ILGPU imports none of these functions.</summary>
internal sealed unsafe class CudaGraphDriver : ICudaGraphDriver
{
    // Other threads, such as the collector's, may free memory of the driver meanwhile; the strict modes would call that a fault of the recording.
    private const int RelaxedCapture = 2;

    private readonly delegate* unmanaged<nint, int, int> beginCapture;
    private readonly delegate* unmanaged<nint, nint*, int> endCapture;
    private readonly delegate* unmanaged<nint*, nint, ulong, int> instantiate;
    private readonly delegate* unmanaged<nint, nint, int> launch;
    private readonly delegate* unmanaged<nint, int> destroyExecutable;
    private readonly delegate* unmanaged<nint, int> destroyGraph;

    private CudaGraphDriver(nint library)
    {
        beginCapture = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "cuStreamBeginCapture_v2");
        endCapture = (delegate* unmanaged<nint, nint*, int>)NativeLibrary.GetExport(library, "cuStreamEndCapture");
        instantiate = (delegate* unmanaged<nint*, nint, ulong, int>)NativeLibrary.GetExport(library, "cuGraphInstantiateWithFlags");
        launch = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "cuGraphLaunch");
        destroyExecutable = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuGraphExecDestroy");
        destroyGraph = (delegate* unmanaged<nint, int>)NativeLibrary.GetExport(library, "cuGraphDestroy");
    }

    /// <summary>The driver, or null where there is none or it is older than CUDA 11.4, which brought the last of these functions.</summary>
    public static ICudaGraphDriver? Load()
    {
        if (!DriverLibraries.TryLoadCuda(out nint library))
        {
            return null;
        }
        try
        {
            return new CudaGraphDriver(library);
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    public int BeginCapture(nint stream) => beginCapture(stream, RelaxedCapture);

    public int EndCapture(nint stream, out nint graph)
    {
        fixed (nint* target = &graph)
        {
            return endCapture(stream, target);
        }
    }

    public int Instantiate(nint graph, out nint executable)
    {
        fixed (nint* target = &executable)
        {
            return instantiate(target, graph, 0);
        }
    }

    public int Launch(nint executable, nint stream) => launch(executable, stream);

    public int DestroyExecutable(nint executable) => destroyExecutable(executable);

    public int DestroyGraph(nint graph) => destroyGraph(graph);
}
