using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace IlgpuGan.Devices;

/// <summary>An opened accelerator: its ILGPU context, its stream and what the plan needs to know of it.</summary>
public sealed class ComputeDevice : IDisposable
{
    private readonly Context context;

    private ComputeDevice(Context context, Accelerator accelerator, string id, DeviceKind kind, int workers)
    {
        this.context = context;
        Accelerator = accelerator;
        Stream = kind == DeviceKind.Cuda ? accelerator.CreateStream() : accelerator.DefaultStream;
        Id = id;
        Kind = kind;
        Workers = workers;
    }

    /// <summary>Opens the device that a selector names: <c>auto</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c> or <c>cpu</c>.</summary>
    public static ComputeDevice Open(string selector)
    {
        if (selector != "cpu")
            throw new DeviceException($"Unknown device '{selector}'; use cpu.");
        int workers = Environment.ProcessorCount;
        var context = ContextFactory.CreateCpu(workers);
        // Not Auto, which runs group after group under a debugger: workers that wait for each other would never meet.
        var accelerator = context.GetCPUDevice(0).CreateCPUAccelerator(context, CPUAcceleratorMode.Parallel);
        return new ComputeDevice(context, accelerator, "cpu", DeviceKind.Cpu, workers);
    }

    /// <summary>The ILGPU accelerator.</summary>
    public Accelerator Accelerator { get; }

    /// <summary>The one stream that everything runs on.</summary>
    public AcceleratorStream Stream { get; }

    /// <summary>The selector that opens this device again: <c>cuda:0</c>, <c>opencl:1</c>, <c>cpu</c>.</summary>
    public string Id { get; }

    /// <summary>The back end.</summary>
    public DeviceKind Kind { get; }

    /// <summary>Name for people.</summary>
    public string Name => Accelerator.Name;

    /// <summary>Threads that share the work on the CPU accelerator (one per core); 0 on a GPU.</summary>
    public int Workers { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Accelerator.Dispose();
        context.Dispose();
    }
}
