using System.Reflection;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>One kernel bound to its arguments.</summary>
internal abstract class Launch(string name, double flops, double bytes) : HostTask
{
    /// <summary>Operation and shape, for traces.</summary>
    public string Name { get; } = name;

    /// <summary>Floating-point operations that the mathematics asks for.</summary>
    public double Flops { get; } = flops;

    /// <summary>Bytes read and written if each tensor is touched once.</summary>
    public double Bytes { get; } = bytes;

    /// <summary>What ILGPU compiles: the entry, closed over the kernel.</summary>
    public abstract MethodInfo Entry { get; }

    /// <summary>Compiles the kernel for a GPU.</summary>
    public abstract void Load(Accelerator accelerator);

    /// <summary>Puts the kernel on a stream, once loaded.</summary>
    public abstract void Enqueue(AcceleratorStream stream);

    /// <summary>A launch of a kernel whose type was composed at run time.</summary>
    public static Launch Create<TParameters>(Type kernel, TParameters parameters, string name, double flops, double bytes)
        where TParameters : struct =>
        (Launch)Activator.CreateInstance(typeof(Launch<,>).MakeGenericType(kernel, typeof(TParameters)), parameters, name, flops, bytes)!;
}

internal sealed class Launch<TKernel, TParameters>(TParameters parameters, string name, double flops, double bytes)
    : Launch(name, flops, bytes)
    where TKernel : struct, IKernel<TParameters>
    where TParameters : struct
{
    private readonly TParameters parameters = parameters;
    private readonly KernelConfig grid = Config(TKernel.Grid(parameters));
    private Action<AcceleratorStream, KernelConfig, TParameters>? kernel;

    public override MethodInfo Entry =>
        typeof(KernelEntry).GetMethod(nameof(KernelEntry.Run))!.MakeGenericMethod(typeof(TKernel), typeof(TParameters));

    public override void Share(int worker, int workers) => TKernel.Share(parameters, worker, workers);

    public override void Load(Accelerator accelerator) =>
        kernel = accelerator.LoadKernel<Action<AcceleratorStream, KernelConfig, TParameters>>(Entry);

    public override void Enqueue(AcceleratorStream stream) => kernel!(stream, grid, parameters);

    private static KernelConfig Config(GridSize size) => new(size.Groups, size.Threads);
}
