using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ILGPU.Runtime;

namespace IlgpuGan.Devices;

/// <summary>
/// What ILGPU's objects do when the collector finds them: they call the driver, on the collector's thread, where the exception of a device that is lost ends the
/// program, however well the failure was dealt with. Ours are disposed by who made them, or with their accelerator; where that fails there is nothing left to free.
/// </summary>
[SuppressMessage("Usage", "CA1816:Dispose methods should call SuppressFinalize", Justification = "What has a finalizer is not ours.")]
internal static class Finalizers
{
    /// <summary>Leaves an accelerator to who opened it.</summary>
    public static Accelerator WithoutFinalizer(this Accelerator opened)
    {
        GC.SuppressFinalize(opened);
        return opened;
    }

    /// <summary>Makes an object of an accelerator that is left to who made it, as is all that it is made of. What was half made when that failed is left to nobody.</summary>
    public static T Make<T>(this Accelerator accelerator, Func<T> make)
    {
        try
        {
            return make();
        }
        finally
        {
            Each<AcceleratorObject>(accelerator, GC.SuppressFinalize);
        }
    }

    // ILGPU keeps this to itself.
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "ForEachChildObject")]
    private static extern void Each<T>(Accelerator accelerator, Action<T> callback)
        where T : AcceleratorObject;
}
