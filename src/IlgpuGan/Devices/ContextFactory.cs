using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Devices;

/// <summary>The only place that creates an ILGPU context. It adds no device: a run on the processor never wakes a driver.</summary>
internal static class ContextFactory
{
    /// <summary>A context in which all our kernels compile, for any back end.</summary>
    public static Context Create() => Context.Create(builder =>
    {
        // O2 infers address spaces, without which an OpenCL device would need generic pointers.
        builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
        KernelIntrinsics.Register(builder);
    });
}
