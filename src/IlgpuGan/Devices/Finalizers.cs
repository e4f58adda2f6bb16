using System.Diagnostics.CodeAnalysis;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// What ILGPU's objects do when the collector finds them: they call the driver, on the collector's thread, where the exception of a device that is lost ends the
/// program, however well the failure was dealt with. Ours are disposed by who made them, or with their accelerator; where that fails there is nothing left to free.
/// </summary>
[SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "What has a finalizer is not ours.")]
internal static class Finalizers
{
    /// <summary>Leaves an object to who made it.</summary>
    public static T WithoutFinalizer<T>(this T made)
        where T : class, IDisposable
    {
        GC.SuppressFinalize(made);
        return made;
    }

    /// <summary>The same for memory, which is two objects: what was asked for, and what it lies in.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> WithoutFinalizers<T>(this MemoryBuffer1D<T, Stride1D.Dense> made)
        where T : unmanaged
    {
        GC.SuppressFinalize(((IContiguousArrayView)made.View.BaseView).Buffer);
        return made.WithoutFinalizer();
    }
}
