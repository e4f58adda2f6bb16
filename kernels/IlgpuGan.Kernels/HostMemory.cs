using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Views as pointers, for the shares of CPU workers. The memory is ILGPU's own and unmoving.</summary>
internal static unsafe class HostMemory
{
    /// <summary>Whether formulas are computed in vectors of sixteen floats, where those of .NET's <see cref="Vector{T}"/> have fewer: a constant to the JIT.</summary>
    public static bool HasLongVectors => Vector512.IsHardwareAccelerated && Vector<float>.Count < Vector512<float>.Count;

    public static float* Pointer(this ArrayView<float> view) => (float*)Unsafe.AsPointer(ref view[0]);

    /// <summary>Asks for the line of a float that will be read soon; nothing happens where there is no such memory, or no such instruction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(float* soon)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(soon);
        }
    }

    /// <summary>Stores the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Vector<float> value, float* target, nint count)
    {
        if (count >= Vector<float>.Count)
        {
            Unsafe.WriteUnaligned(target, value);
            return;
        }
        for (int lane = 0; lane < count; lane++)
        {
            target[lane] = value[lane];
        }
    }
}
