using System.Reflection;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// The kernels of a GPU, each compiled when it is asked for first and kept as long as the device is open. ILGPU by itself forgets one as soon as no plan
/// holds it, and gives the driver another text the next time, which its own cache does not know: seconds for each.
/// </summary>
internal sealed class LoadedKernels(Accelerator accelerator)
{
    private readonly Dictionary<(MethodInfo, KernelSpecialization), Kernel> kernels = [];

    /// <summary>A kernel, by its entry and by what the driver is told of its groups.</summary>
    public Kernel this[MethodInfo entry, KernelSpecialization groups]
    {
        get
        {
            lock (kernels)
            {
                if (!kernels.TryGetValue((entry, groups), out var kernel))
                {
                    kernels.Add((entry, groups), kernel = accelerator.LoadKernel(entry, groups).WithoutFinalizer());
                }
                return kernel;
            }
        }
    }
}
