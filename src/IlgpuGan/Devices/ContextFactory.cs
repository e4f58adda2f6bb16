using System.Runtime.CompilerServices;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;
using ILGPU.Algorithms;

namespace IlgpuGan.Devices;

/// <summary>The only place that creates an ILGPU context. It adds no device: a run on the processor never wakes a driver.</summary>
internal static class ContextFactory
{
    /// <summary>A context in which all our kernels compile, for devices of one back end.</summary>
    /// <param name="kind">The back end.</param>
    /// <param name="isFused">See <see cref="DeviceDescription.HasFusedMultiplyAdd"/>.</param>
    /// <exception cref="DeviceException">The program was compiled ahead of time, and nothing can be compiled any more.</exception>
    public static Context Create(DeviceKind kind, bool isFused = true) => !RuntimeFeature.IsDynamicCodeSupported
        ? throw new DeviceException("Kernels are compiled from their IL while a program runs, which NativeAOT takes away; publish without PublishAot.")
        : Context.Create(builder => Configure(builder, kind, isFused));

    private static void Configure(Context.Builder builder, DeviceKind kind, bool isFused)
    {
        // The CPU accelerator calls a kernel's own .NET method and throws ILGPU's optimised form away: making none loads kernels in a third of the time.
        // Elsewhere O2 infers address spaces, without which an OpenCL device would need generic pointers.
        if (kind == DeviceKind.Cpu)
        {
            builder.Optimize(OptimizationLevel.O0).Inlining(InliningMode.Disabled);
        }
        else
        {
            // The Algorithms library brings exp, log, sin and cos.
            builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive).EnableAlgorithms();
        }
        KernelIntrinsics.Register(builder, isFused);
    }
}
