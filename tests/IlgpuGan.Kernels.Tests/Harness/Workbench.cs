using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>Memory on one device, and kernels run over it one at a time without a plan.</summary>
internal sealed class Workbench(ComputeDevice device) : IDisposable
{
    // CPU shares read up to a vector past the end of what they are given.
    private const int Slack = 16;

    private readonly List<MemoryBuffer> buffers = [];

    /// <summary>The device.</summary>
    public ComputeDevice Device { get; } = device;

    /// <summary>Puts values on the device.</summary>
    public ArrayView<T> Upload<T>(params T[] values)
        where T : unmanaged
    {
        var buffer = Device.Accelerator.Allocate1D<T>(values.Length + Slack);
        buffers.Add(buffer);
        buffer.MemSetToZero(Device.Stream);
        buffer.View.SubView(0, values.Length).CopyFromCPU(Device.Stream, values);
        Device.Stream.Synchronize();
        return buffer.View.SubView(0, values.Length);
    }

    /// <summary>Values from the device.</summary>
    public T[] Download<T>(ArrayView<T> view)
        where T : unmanaged
    {
        var values = new T[view.Length];
        view.CopyToCPU(Device.Stream, values);
        Device.Stream.Synchronize();
        return values;
    }

    /// <summary>Runs a kernel: as threads, or on the processor as the shares of so many workers.</summary>
    public void Run<TKernel, TParameters>(TParameters parameters, int workers = 2)
        where TKernel : struct, IKernel<TParameters>
        where TParameters : struct =>
        Run(Launch.Create(Device.Kind == DeviceKind.Cpu, typeof(TKernel), parameters, typeof(TKernel).Name, default), workers);

    /// <summary>Runs a kernel as threads.</summary>
    public void RunThreads<TKernel, TParameters>(TParameters parameters)
        where TKernel : struct, IDeviceKernel<TParameters>
        where TParameters : struct =>
        Run(new DeviceLaunch<TKernel, TParameters>(parameters, typeof(TKernel).Name, default));

    /// <summary>Runs a launch: as threads, or on the processor as the shares of so many workers.</summary>
    public void Run(Launch launch, int workers = 2)
    {
        if (launch is IHostTask task)
        {
            var next = Upload(0);
            Parallel.For(0, workers, new() { MaxDegreeOfParallelism = workers }, worker => task.Share(new Crew(next, worker, workers)));
            return;
        }
        var threads = (DeviceLaunch)launch;
        threads.Load(Device);
        threads.Enqueue(Device.Stream);
        Device.Stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers)
        {
            buffer.Dispose();
        }
    }
}
