using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>Memory on one device, and kernels run over it one at a time without a plan.</summary>
internal sealed class Workbench(ComputeDevice device) : IDisposable
{
    // CPU shares read up to a vector past the end of what they are given.
    private const int Slack = 16;

    private readonly List<MemoryBuffer> buffers = [];

    /// <summary>Puts values on the device.</summary>
    public ArrayView<T> Upload<T>(params T[] values)
        where T : unmanaged
    {
        var buffer = device.Accelerator.Allocate1D<T>(values.Length + Slack);
        buffers.Add(buffer);
        buffer.MemSetToZero(device.Stream);
        buffer.View.SubView(0, values.Length).CopyFromCPU(device.Stream, values);
        device.Stream.Synchronize();
        return buffer.View.SubView(0, values.Length);
    }

    /// <summary>Values from the device.</summary>
    public T[] Download<T>(ArrayView<T> view)
        where T : unmanaged
    {
        var values = new T[view.Length];
        view.CopyToCPU(device.Stream, values);
        device.Stream.Synchronize();
        return values;
    }

    /// <summary>Runs a kernel: as threads, or on the processor as the shares of so many workers, one after the other.</summary>
    public void Run<TKernel, TParameters>(TParameters parameters, int workers = 2)
        where TKernel : struct, IKernel<TParameters>
        where TParameters : struct
    {
        if (device.Kind == DeviceKind.Cpu)
        {
            for (int worker = 0; worker < workers; worker++)
                TKernel.Share(parameters, worker, workers);
            return;
        }
        var entry = ((Action<TParameters>)KernelEntry.Run<TKernel, TParameters>).Method;
        var grid = TKernel.Grid(parameters);
        device.Accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, TParameters>>(entry)(device.Stream, new(grid.Groups, grid.Threads), parameters);
        device.Stream.Synchronize();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer.Dispose();
    }
}
