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

    /// <summary>Channels of a tap that <see cref="TapsInside"/> copies: those of a group, mostly.</summary>
    public const int Taps = 16;

    /// <summary>Taps of <see cref="Taps"/> floats in several lines of a window, from one of the first line on.</summary>
    /// <param name="target">Where they go, one after the other.</param>
    /// <param name="line">Tap 0 of the first line.</param>
    /// <param name="next">Floats from tap to tap.</param>
    /// <param name="nextLine">Floats from line to line.</param>
    /// <param name="tap">The first tap.</param>
    /// <param name="taps">Taps of a line.</param>
    /// <param name="count">Floats in all, more than none.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TapsInside(float* target, float* line, nint next, nint nextLine, int tap, int taps, int count)
    {
        for (float* end = target + count; ; tap = 0, line += nextLine)
        {
            float* source = line + tap * next;
            for (; tap < taps; tap++, source += next, target += Taps)
            {
                Vector256.Load(source).Store(target);
                Vector256.Load(source + 8).Store(target + 8);
                if (target + Taps == end)
                {
                    return;
                }
            }
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
