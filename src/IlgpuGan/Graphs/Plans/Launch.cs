using System.Reflection;
using IlgpuGan.Devices;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Graphs.Plans;

/// <summary>One kernel bound to its arguments.</summary>
internal abstract class Launch(string name, Cost cost)
{
    /// <summary>Operation and shape, for traces.</summary>
    public string Name { get; } = name;

    /// <summary>What it costs.</summary>
    public Cost Cost { get; } = cost;

    /// <summary>A launch of a kernel whose type was composed at run time: as shares of CPU workers or as threads of a GPU.</summary>
    public static Launch Create<TParameters>(bool isHost, Type kernel, TParameters parameters, string name, Cost cost)
        where TParameters : struct =>
        (Launch)Activator.CreateInstance((isHost ? typeof(HostLaunch<,>) : typeof(DeviceLaunch<,>)).MakeGenericType(kernel, typeof(TParameters)),
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.CreateInstance | BindingFlags.DoNotWrapExceptions, null, [parameters, name, cost], null)!;
}

internal sealed class HostLaunch<TKernel, TParameters>(TParameters parameters, string name, Cost cost)
    : Launch(name, cost), IHostTask
    where TKernel : struct, IHostKernel<TParameters>
    where TParameters : struct
{
    private readonly TParameters parameters = parameters;

    public void Share(in Crew crew) => TKernel.Share(parameters, crew);
}

/// <summary>Launches of a processor that do not depend on one another, between two meetings of its workers.</summary>
internal sealed class HostLaunches(IReadOnlyList<Launch> parts, string name, Cost cost) : Launch(name, cost), IHostTask
{
    private readonly HostTasks tasks = new([.. parts.Cast<IHostTask>()]);

    /// <summary>The launches.</summary>
    public IReadOnlyList<Launch> Parts { get; } = parts;

    public int Count => tasks.Count;

    public void Share(in Crew crew) => tasks.Share(crew);
}

/// <summary>A launch on a GPU.</summary>
internal abstract class DeviceLaunch(string name, Cost cost) : Launch(name, cost)
{
    /// <summary>Refuses a grid of more threads than can be counted. A grid goes by the numbers among the parameters alone.</summary>
    /// <exception cref="TensorSizeException">It has too many.</exception>
    public static void Require<TParameters>(Type kernel, in TParameters numbers, string name)
        where TParameters : struct
    {
        var grid = GridOf(kernel, numbers);
        if (grid.Groups <= 0 || (long)grid.Groups * grid.Threads > int.MaxValue)
        {
            throw new TensorSizeException(
                $"{name} takes {grid.Groups:N0} groups of {grid.Threads} threads where at most {int.MaxValue:N0} threads can be counted; use a smaller batch, network or image.");
        }
    }

    /// <summary>The grid of a kernel whose type was composed at run time.</summary>
    public static GridSize GridOf<TParameters>(Type kernel, in TParameters numbers)
        where TParameters : struct =>
        (GridSize)kernel.GetMethod(nameof(IDeviceKernel<TParameters>.Grid), [typeof(TParameters).MakeByRefType()])!.Invoke(null, [numbers])!;

    /// <summary>What ILGPU compiles: the entry, closed over the kernel.</summary>
    public abstract MethodInfo Entry { get; }

    /// <summary>What CUDA's assembler is told of the groups, to deal out registers.</summary>
    public abstract KernelSpecialization Specialization { get; }

    /// <summary>Compiles the kernel.</summary>
    public abstract void Load(ComputeDevice device);

    /// <summary>Puts the kernel on a stream, once loaded.</summary>
    public abstract void Enqueue(AcceleratorStream stream);
}

internal sealed class DeviceLaunch<TKernel, TParameters>(TParameters parameters, string name, Cost cost)
    : DeviceLaunch(name, cost)
    where TKernel : struct, IDeviceKernel<TParameters>
    where TParameters : struct
{
    private readonly TParameters parameters = parameters;
    private readonly DeviceKernel<TKernel, TParameters> kernel = new(TKernel.Grid(parameters));

    public override MethodInfo Entry => DeviceKernel<TKernel, TParameters>.Entry;

    public override KernelSpecialization Specialization => kernel.Specialization;

    public override void Load(ComputeDevice device) => kernel.Load(device);

    public override void Enqueue(AcceleratorStream stream) => kernel.Enqueue(stream, parameters);
}
