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

    /// <summary>A compiler for a Hopper card with a current driver.</summary>
    public PtxCompiler()
        : this(CudaInstructionSet.ISA_88)
    {
    }

    /// <summary>A compiler for a Hopper card with a driver that knows a certain instruction set.</summary>
    public PtxCompiler(CudaInstructionSet instructionSet) =>
        backend = new(context, new CudaCapabilityContext(CudaArchitecture.SM_90), CudaArchitecture.SM_90, instructionSet, nvvmAPI: null);

    /// <summary>PTX of an explicitly grouped kernel, from a compiler of its own.</summary>
    public static string Compile(MethodInfo kernel)
    {
        using var compiler = new PtxCompiler();
        return compiler.Ptx(kernel);
    }

    /// <summary>PTX of an explicitly grouped kernel (index through <see cref="Grid"/> and <see cref="Group"/>); close generic methods first.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="groups">What is known of its groups.</param>
    public string Ptx(MethodInfo kernel, KernelSpecialization groups = default)
    {
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((PTXCompiledKernel)backend.Compile(entry, groups)).PTXAssembly;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
