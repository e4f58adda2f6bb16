using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU;

namespace IlgpuGan.Devices;

/// <summary>Finds the native drivers where ILGPU itself does not look. To be asked before ILGPU first calls into a driver.</summary>
internal static class DriverLibraries
{
    static DriverLibraries() =>
        // ILGPU asks for "libcuda.so" and "libOpenCL.so"; machines without the development packages have only the ".so.1",
        // and Linux under Windows keeps it apart. Not NativeLibrary.SetDllImportResolver: an assembly takes only one.
        (AssemblyLoadContext.GetLoadContext(typeof(Context).Assembly) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll +=
            static (_, name) =>
                name is "cuda" or "OpenCL"
                && (NativeLibrary.TryLoad($"lib{name}.so.1", out var handle) || NativeLibrary.TryLoad($"/usr/lib/wsl/lib/lib{name}.so.1", out handle))
                    ? handle
                    : 0;

    /// <summary>The CUDA driver, or false where there is none.</summary>
    public static bool TryLoadCuda(out nint handle) => TryLoad(OperatingSystem.IsWindows() ? "nvcuda" : "cuda", out handle);

    /// <summary>Whether the OpenCL loader is installed; it may know no driver.</summary>
    public static bool HasOpenCl() => TryLoad("OpenCL", out _);

    private static bool TryLoad(string name, out nint handle) => NativeLibrary.TryLoad(name, typeof(Context).Assembly, searchPath: null, out handle);
}
