using System.Runtime.InteropServices;
using System.Runtime.Loader;
using ILGPU;

namespace IlgpuGan.Devices;

/// <summary>Finds the native drivers where ILGPU itself does not look. To be asked before ILGPU first calls into a driver.</summary>
internal static class DriverLibraries
{
    /// <summary>The environment variable that names the library to take for the CUDA driver instead of the machine's: tests name one that needs no card.</summary>
    public const string CudaVariable = "ILGPUGAN_CUDA_DRIVER";

    private static readonly string CudaName = OperatingSystem.IsWindows() ? "nvcuda" : "cuda";

    static DriverLibraries()
    {
        // ILGPU asks for "libcuda.so" and "libOpenCL.so"; machines without the development packages have only the ".so.1",
        // and Linux under Windows keeps it apart. Not NativeLibrary.SetDllImportResolver: an assembly takes only one.
        (AssemblyLoadContext.GetLoadContext(typeof(Context).Assembly) ?? AssemblyLoadContext.Default).ResolvingUnmanagedDll +=
            static (_, name) =>
                name is "cuda" or "OpenCL"
                && (NativeLibrary.TryLoad($"lib{name}.so.1", out var handle) || NativeLibrary.TryLoad($"/usr/lib/wsl/lib/lib{name}.so.1", out handle))
                    ? handle
                    : 0;
        // A library that is named comes before what the machine has, which only a resolver can do.
        if (NamedCuda is { } file)
        {
            NativeLibrary.SetDllImportResolver(typeof(Context).Assembly, (name, _, _) => name == CudaName && NativeLibrary.TryLoad(file, out var handle) ? handle : 0);
        }
    }

    /// <summary>The library that <see cref="CudaVariable"/> names, or null.</summary>
    public static string? NamedCuda => Environment.GetEnvironmentVariable(CudaVariable) is { Length: > 0 } file ? file : null;

    /// <summary>The CUDA driver, or false where there is none.</summary>
    public static bool TryLoadCuda(out nint handle) => NamedCuda is { } file ? NativeLibrary.TryLoad(file, out handle) : TryLoad(CudaName, out handle);

    /// <summary>Where a function of the CUDA driver is that ILGPU does not call; null where there is none.</summary>
    public static nint? CudaFunction(string name) => TryLoadCuda(out nint library) && NativeLibrary.TryGetExport(library, name, out nint address) ? address : null;

    /// <summary>Whether the OpenCL loader is installed; it may know no driver.</summary>
    public static bool HasOpenCl() => TryLoad("OpenCL", out _);

    private static bool TryLoad(string name, out nint handle) => NativeLibrary.TryLoad(name, typeof(Context).Assembly, searchPath: null, out handle);
}
