using System.Reflection;
using IlgpuGan.Kernels;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Devices;

/// <summary>A kernel as the threads of a GPU: the one place where our kernels are closed over their parameters, loaded and put on a stream.</summary>
internal sealed class DeviceKernel<TKernel, TParameters>(GridSize grid)
    where TKernel : struct, IDeviceKernel<TParameters>
    where TParameters : struct
{
    private readonly KernelConfig config = new(grid.Groups, grid.Threads, grid.SharedBytes > 0 ? SharedMemoryConfig.RequestDynamic<byte>(grid.SharedBytes) : default);
    private Action<AcceleratorStream, KernelConfig, Padded<TParameters>>? launch;

    /// <summary>What ILGPU compiles: the entry, closed over the kernel.</summary>
    public static MethodInfo Entry =>
        typeof(KernelEntry).GetMethod(nameof(KernelEntry.Run))!.MakeGenericMethod(typeof(TKernel), typeof(TParameters));

    /// <summary>What CUDA's assembler is told of the groups, to deal out registers.</summary>
    public KernelSpecialization Specialization => new(grid.Threads, grid.Resident > 0 ? grid.Resident : null);

    /// <summary>Compiles the kernel, if the device has not done so already.</summary>
    /// <exception cref="InvalidOperationException">The driver's compiler refuses it, or the card the memory that its groups share; the message holds what it said.</exception>
    public void Load(ComputeDevice device)
    {
        var groups = device.Kind == DeviceKind.Cuda ? Specialization : KernelSpecialization.Empty;
        try
        {
            var kernel = device.Kernels[Entry, groups];
            if (grid.SharedBytes > 0)
            {
                SharedMemoryDriver.Allow((CudaKernel)kernel, grid.SharedBytes, Name);
            }
            launch = kernel.CreateLauncherDelegate<Action<AcceleratorStream, KernelConfig, Padded<TParameters>>>();
        }
        catch (CLException refused) when (device.Accelerator is CLAccelerator openCl)
        {
            throw new InvalidOperationException(
                $"the driver does not compile {Name}, {DriverFault.Describe(refused)}: {DriverFault.Gist(BuildLog(openCl))}", refused);
        }
    }

    /// <summary>Puts the kernel on a stream, once loaded.</summary>
    public void Enqueue(AcceleratorStream stream, TParameters parameters) =>
        launch!(stream, config, new() { Parameters = parameters });

    private static string Name => typeof(TKernel).Name.Split('`')[0];

    // ILGPU keeps the compiler's output to itself: the kernel is compiled once more to hear it.
    private static string? BuildLog(CLAccelerator accelerator)
    {
        var compiled = (CLCompiledKernel)accelerator.Backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(Entry), KernelSpecialization.Empty);
        CLKernel.LoadKernel(accelerator, compiled.Name, compiled.Source, compiled.CVersion, out _, out _, out string? log);
        return log;
    }
}
