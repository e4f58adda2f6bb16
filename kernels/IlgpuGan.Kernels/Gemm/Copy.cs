using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>Short copies, in whole vectors: they may write up to seven floats too many, which the next copy overwrites, and read as many.</summary>
internal static unsafe class Copy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats(float* target, float* source, int count)
    {
        for (int i = 0; i < count; i += 8)
        {
            Vector256.Load(source + i).Store(target + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(float* target, nint stride, float* source, nint sourceStride, int lines, int count)
    {
        for (; lines > 0; lines--, target += stride, source += sourceStride)
        {
            Floats(target, source, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zeros(float* target, int count)
    {
        for (int i = 0; i < count; i += 8)
        {
            Vector256<float>.Zero.Store(target + i);
        }
    }
}
