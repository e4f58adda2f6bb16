using System.Runtime.InteropServices;
using System.Runtime.Loader;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;
using ILGPU.Runtime.CPU;

namespace IlgpuGan.Devices;

/// <summary>The only place that creates an ILGPU context. Each context knows one back end: a run on the CPU never wakes a driver.</summary>
internal static class ContextFactory
{
    static ContextFactory() =>
        // ILGPU asks for "libcuda.so" and "libOpenCL.so"; machines without the development packages have only the ".so.1".
        // Not NativeLibrary.SetDllImportResolver: an assembly takes one only, and under WSL ILGPU sets its own.
        (AssemblyLoadContext.GetLoadContext(typeof(Context).Assembly) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll +=
            static (_, name) => name is "cuda" or "OpenCL" && NativeLibrary.TryLoad($"lib{name}.so.1", out var handle) ? handle : 0;

    /// <summary>A context whose one device is the CPU accelerator with groups of one thread and as many of them at a time as there are workers.</summary>
    public static Context CreateCpu(int workers) =>
        // Multiprocessors of one two-thread warp, the least ILGPU takes; groups of one run on the first thread.
        Create(builder => builder.CPU(new CPUDevice(2, 1, workers)));

    /// <summary>A context with what every back end needs, and the devices that the argument adds.</summary>
    public static Context Create(Action<Context.Builder> addDevices) => Context.Create(builder =>
    {
        // O2 infers address spaces, without which an OpenCL device would need generic pointers.
        builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive);
        KernelIntrinsics.Register(builder);
        addDevices(builder);
    });
}
