using System.Reflection;
using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>
/// Compiles kernels to PTX text on any machine, exactly as the engine does for a Hopper card with a current driver. A kernel that fails to compile
/// spoils its compiler for all others.
/// </summary>
internal sealed class PtxCompiler : IDisposable
{
    private readonly Context context = ContextFactory.Create(DeviceKind.Cuda);
    private readonly PTXBackend backend;

    public PtxCompiler() =>
        backend = new(context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, CudaInstructionSet.ISA_88, nvvmAPI: null);

    /// <summary>PTX of an explicitly grouped kernel, from a compiler of its own.</summary>
    public static string Compile(MethodInfo kernel)
    {
        using var compiler = new PtxCompiler();
        return compiler.Ptx(kernel);
    }

    /// <summary>PTX of an explicitly grouped kernel (index through <see cref="Grid"/> and <see cref="Group"/>); close generic methods first.</summary>
    public string Ptx(MethodInfo kernel)
    {
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((PTXCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty)).PTXAssembly;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
