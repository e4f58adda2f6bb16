using System.Reflection;
using IlgpuGan.Devices;
using ILGPU;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>
/// Translates kernels to OpenCL C on any machine, as the engine does for a device without optional features: it has no double, no half, no 64-bit atomics
/// and no sub-groups, and a kernel that needs one fails to compile, and spoils the compiler for all others.
/// </summary>
internal sealed class OpenClCompiler : IDisposable
{
    private readonly Context context;
    private readonly CLBackend backend;

    /// <summary>A compiler for a device that fuses a product with a sum, or does not.</summary>
    public OpenClCompiler(bool isFused = true)
    {
        context = ContextFactory.Create(DeviceKind.OpenCl, isFused);
        var capabilities = new CLCapabilityContext(float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL12);
    }

    /// <summary>OpenCL C of an explicitly grouped kernel, from a compiler of its own; close generic methods first.</summary>
    public static string Source(MethodInfo kernel, bool isFused = true)
    {
        using var compiler = new OpenClCompiler(isFused);
        return compiler.Text(kernel);
    }

    /// <summary>OpenCL C of an explicitly grouped kernel.</summary>
    public string Text(MethodInfo kernel) =>
        ((CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), KernelSpecialization.Empty)).Source;

    /// <inheritdoc/>
    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
