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

    // Pixels that a core copies in the time that a line takes from memory.
    private const int PixelsAhead = 16;

    /// <summary>
    /// How far ahead of what is copied of an image to ask for what will be: for the pixels that come, or, of a convolution in groups, for the next group, whose channels of the same
    /// pixels are read when these have been multiplied. A stride of memory between short runs is nothing that a core would see coming by itself.
    /// </summary>
    /// <param name="channels">Floats of a pixel that are copied.</param>
    /// <param name="pixelStride">Floats from pixel to pixel.</param>
    public static nint Ahead(int channels, int pixelStride) => channels < pixelStride ? channels : PixelsAhead * pixelStride;

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
    /// <param name="ahead">Floats from a line's first tap to what will be read of that line later.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void TapsInside(float* target, float* line, nint next, nint nextLine, int tap, int taps, int count, nint ahead)
    {
        for (float* end = target + count; ; tap = 0, line += nextLine)
        {
            HostMemory.Ask(line + ahead);
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

    /// <summary>The same, while what will be copied later comes nearer.</summary>
    /// <param name="target">Where they go.</param>
    /// <param name="source">Where they are.</param>
    /// <param name="count">How many.</param>
    /// <param name="ahead">Floats from these to those.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats(float* target, float* source, int count, nint ahead)
    {
        for (int i = 0; i < count; i += 16)
        {
            HostMemory.Ask(source + i + ahead);
        }
        Floats(target, source, count);
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
