namespace IlgpuGan.Kernels;

/// <summary>
/// One operation on all back ends. A GPU runs its threads on a grid; the CPU accelerator gives each worker its share of the whole
/// operation, because there a thread per element costs a hundred times the element.
/// </summary>
/// <typeparam name="TParameters">Views and sizes; no bool fields.</typeparam>
public interface IKernel<TParameters> : IDeviceKernel<TParameters>, IHostKernel<TParameters>
    where TParameters : struct
{
}

/// <summary>An operation as the threads of a GPU.</summary>
public interface IDeviceKernel<TParameters>
    where TParameters : struct
{
    /// <summary>The work of one thread; reads its place from Grid and Group.</summary>
    static abstract void Thread(TParameters parameters);

    /// <summary>The grid that <see cref="Thread"/> expects. What graphs are made of goes by numbers alone: a plan asks before there is memory for views.</summary>
    static abstract GridSize Grid(in TParameters parameters);
}

/// <summary>
/// An operation as groups of <see cref="GridSize.GroupThreads"/> threads, if more than one thread works, which may run beside those of others in one launch:
/// see <see cref="SideBySide{TOne,TOneParameters,TOther,TOtherParameters}"/>.
/// </summary>
public interface IGroupKernel<TParameters> : IDeviceKernel<TParameters>
    where TParameters : struct
{
    /// <summary>The work of one thread of a group; reads its own place from Group alone.</summary>
    /// <param name="parameters">The arguments.</param>
    /// <param name="group">Which of the groups of this operation it is.</param>
    static abstract void Thread(TParameters parameters, int group);

    /// <summary>Bytes of memory that the threads of a group share, at most.</summary>
    static abstract int SharedBytes { get; }
}

/// <summary>An operation as the shares of CPU workers.</summary>
public interface IHostKernel<TParameters>
    where TParameters : struct
{
    /// <summary>The share of one worker: what it takes from the crew's task. The result does not depend on the number of workers.</summary>
    static abstract void Share(in TParameters parameters, in Crew crew);
}

/// <summary>Number of groups and of threads in each.</summary>
public readonly record struct GridSize(int Groups, int Threads)
{
    /// <summary>Groups that are to fit on a CUDA multiprocessor at a time, which bounds their registers; 0 to leave that to the assembler.</summary>
    public int Resident { get; init; }

    /// <summary>Threads of a group of an <see cref="IGroupKernel{TParameters}"/>.</summary>
    public const int GroupThreads = 256;

    /// <summary>Bytes of shared memory that a launch gives each group on CUDA, beside those that the kernel has of its own.</summary>
    public int SharedBytes { get; init; }

    /// <summary>Groups of 128 threads, enough for one thread per item.</summary>
    public static GridSize For(int items) => new((items + 127) / 128, 128);

    /// <summary>A thread for each item, in groups that may stand beside those of other kernels in one launch.</summary>
    internal static GridSize InGroups(int items) => new((items + GroupThreads - 1) / GroupThreads, GroupThreads);
}

/// <summary>What a GPU launches: the generic entry that ILGPU specialises for each kernel.</summary>
public static class KernelEntry
{
    /// <summary>Runs one thread of a kernel.</summary>
    public static void Run<TKernel, TParameters>(Padded<TParameters> arguments)
        where TKernel : struct, IDeviceKernel<TParameters>
        where TParameters : struct =>
        TKernel.Thread(arguments.Parameters);
}

/// <summary>
/// Parameters as they go to a device, ending on a multiple of eight bytes whatever their fields: ILGPU hands OpenCL a struct without the padding
/// at its end, and a driver that compares sizes (Mesa) refuses the launch.
/// </summary>
public struct Padded<TParameters>
    where TParameters : struct
{
    /// <summary>What the kernel reads.</summary>
    public TParameters Parameters;

    /// <summary>Never read. Eight bytes: wherever the parameters end, this begins and ends on a multiple of eight.</summary>
    public long End;
}
