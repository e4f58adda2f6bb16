using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Devices;

/// <summary>
/// The kernels of a GPU, each compiled when it is asked for first and kept as long as the device is open: ILGPU by itself forgets one as soon as no plan holds it. The texts of CUDA's are
/// kept for the next start, too.
/// </summary>
internal sealed class LoadedKernels(Accelerator accelerator)
{
    private readonly KernelTexts texts = KernelTexts.OfUser;
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
                    kernels.Add((entry, groups), kernel = accelerator.Make(() => Load(entry, groups)));
                }
                return kernel;
            }
        }
    }

    private Kernel Load(MethodInfo entry, KernelSpecialization groups) =>
        accelerator is CudaAccelerator card ? card.LoadKernel(texts[card.Backend, entry, groups]) : accelerator.LoadKernel(entry, groups);
}
