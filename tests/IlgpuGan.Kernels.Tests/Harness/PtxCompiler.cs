using System.Reflection;
using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>Compiles kernels to PTX text on any machine, exactly as the engine does for a Hopper card with a current driver.</summary>
internal static class PtxCompiler
{
    /// <summary>PTX of an explicitly grouped kernel (index through <see cref="Grid"/> and <see cref="Group"/>); close generic methods first.</summary>
    public static string Compile(MethodInfo kernel) => Compile(kernel, KernelSpecialization.Empty);

    /// <summary>PTX of an explicitly grouped kernel with launch bounds.</summary>
    public static string Compile(MethodInfo kernel, KernelSpecialization specialization)
    {
        // A context of its own: a kernel that fails to compile spoils its context for all others.
        using var context = ContextFactory.Create(DeviceKind.Cuda);
        using var backend = new PTXBackend(context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90,
            CudaInstructionSet.ISA_88, nvvmAPI: null);
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((PTXCompiledKernel)backend.Compile(entry, specialization)).PTXAssembly;
    }
}
