using System.Reflection;
using IlgpuGan.Devices;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Kernels.Tests.Harness;

/// <summary>Translates kernels to OpenCL C on any machine, as the engine does for a device without optional features.</summary>
internal static class OpenClCompiler
{
    /// <summary>OpenCL C of an explicitly grouped kernel; close generic methods first.</summary>
    public static string Source(MethodInfo kernel)
    {
        using var context = ContextFactory.Create(DeviceKind.OpenCl);
        var capabilities = new CLCapabilityContext(float16: false, float64: false, genericAddressSpace: true, int64_Atomics: false, subGroups: false);
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.Other, CLCVersion.CL12);
        var entry = EntryPointDescription.FromExplicitlyGroupedKernel(kernel);
        return ((CLCompiledKernel)backend.Compile(entry, KernelSpecialization.Empty)).Source;
    }
}
