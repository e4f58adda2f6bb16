using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>The windows of a convolution over x [N, H, W, C]: pixel (n, p, q) of y by tap and channel (r, s, c).</summary>
public struct Windows
{
    /// <summary>x [N, H, W, C]</summary>
    public ArrayView<float> Data;

    /// <summary>H.</summary>
    public int Height;

    /// <summary>W.</summary>
    public int Width;

    /// <summary>C, channels that are read.</summary>
    public int Channels;

    /// <summary>Floats from pixel to pixel: more than are read where the convolution has groups.</summary>
    public int PixelStride;

    /// <summary>R, rows of the kernel.</summary>
    public int KernelHeight;

    /// <summary>S, columns of the kernel.</summary>
    public int KernelWidth;

    /// <summary>P, rows of y.</summary>
    public int OutputHeight;

    /// <summary>Q, columns of y.</summary>
    public int OutputWidth;

    /// <summary>Distance of windows.</summary>
    public int Stride;

    /// <summary>Zeros around x.</summary>
    public int Padding;

    /// <summary>See <see cref="IOperand.Run"/>.</summary>
    internal readonly int Run => Marks.Hold(KernelHeight, KernelWidth) ? Channels : 1;

    /// <summary>Place of a pixel of y: of the first tap of its window.</summary>
    internal readonly Place Pixel(int pixel)
    {
        int line = pixel / OutputWidth;
        int n = line / OutputHeight;
        int h = (line - n * OutputHeight) * Stride - Padding;
        int w = (pixel - line * OutputWidth) * Stride - Padding;
        return new() { Offset = ((n * Height + h) * Width + w) * PixelStride, Row = h, Column = w, Mark = Marks.Pixel(-h, Height - h, -w, Width - w) };
    }

    /// <summary>Place of a tap and channel (r, s, c), counted from the first tap.</summary>
    internal readonly Place Tap(int tap)
    {
        int rs = tap / Channels;
        int r = rs / KernelWidth;
        int s = rs - r * KernelWidth;
        return new() { Offset = (r * Width + s) * PixelStride + tap - rs * Channels, Row = r, Column = s, Mark = Marks.Tap(r, s) };
    }

    internal readonly bool IsInside(Place one, Place other)
    {
        int h = one.Row + other.Row;
        int w = one.Column + other.Column;
        return (uint)h < (uint)Height & (uint)w < (uint)Width;
    }

    /// <summary>The windows of neighbouring pixels, each from one tap and channel on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal readonly unsafe void Fill(float* target, nint stride, int pixel, int pixels, int tap, int count)
    {
        float* data = Data.Pointer();
        int rs = tap / Channels;
        int c = tap - rs * Channels;
        int r = rs / KernelWidth;
        int s = rs - r * KernelWidth;
        int line = pixel / OutputWidth;
        int q = pixel - line * OutputWidth;
        int n = line / OutputHeight;
        int p = line - n * OutputHeight;
        nint ahead = Copy.Ahead(Channels, PixelStride * Stride);
        for (; pixels > 0; pixels--, target += stride)
        {
            float* image = data + (nint)n * Height * Width * PixelStride;
            int top = p * Stride - Padding, left = q * Stride - Padding;
            if (Channels == Copy.Taps && c == 0 && count % Copy.Taps == 0 && top >= 0 && left >= 0 && top + KernelHeight <= Height && left + KernelWidth <= Width)
            {
                Copy.TapsInside(target, image + ((nint)(top + r) * Width + left) * PixelStride, PixelStride, (nint)Width * PixelStride, s, KernelWidth, count, ahead);
            }
            else
            {
                Window(target, image, top + r, left, s, c, count, ahead);
            }
            if (++q < OutputWidth)
            {
                continue;
            }
            q = 0;
            if (++p < OutputHeight)
            {
                continue;
            }
            p = 0;
            n++;
        }
    }

    /// <summary>Taps from row h, column left + s, channel c on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly unsafe void Window(float* target, float* image, int h, int left, int s, int c, int count, nint ahead)
    {
        while (count > 0)
        {
            // Taps of one kernel row lie side by side in x: whole runs are copied at once.
            int w = left + s;
            int taps = KernelWidth - s;
            bool isInside = (uint)h < (uint)Height && (uint)w < (uint)Width;
            int run = PixelStride != Channels ? 1 : isInside ? Math.Min(taps, Width - w) : w < 0 && (uint)h < (uint)Height ? Math.Min(taps, -w) : taps;
            int floats = Math.Min(count, run * Channels - c);
            if (isInside)
            {
                Copy.Floats(target, image + ((nint)h * Width + w) * PixelStride + c, floats, ahead);
            }
            else
            {
                Copy.Zeros(target, floats);
            }
            target += floats;
            count -= floats;
            s += run;
            c = 0;
            if (s >= KernelWidth)
            {
                s = 0;
                h++;
            }
        }
    }
}

/// <summary>Left operand of a convolution: outer = pixel of y, depth = (r, s, c).</summary>
public struct WindowRows : IOperand
{
    /// <summary>The windows.</summary>
    public Windows Windows;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => true;

    /// <inheritdoc/>
    public readonly int Run => Windows.Run;

    /// <inheritdoc/>
    public static bool IsMatrix => false;

    /// <inheritdoc/>
    public static bool HasClasses => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(ClassGeometry geometry)
    {
    }

    /// <inheritdoc/>
    public static bool HasGroups => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void EnterGroup(int group)
    {
    }

    /// <inheritdoc/>
    public ArrayView<float> Memory
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => Windows.Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Windows.Data = value;
    }

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => Windows.Pixel(outer);

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => Windows.Tap(depth);

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => Windows.IsInside(outer, depth);

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count) =>
        Windows.Fill(target, stride, line, lines, first, count);
}

/// <summary>Left operand of a weight gradient: outer = (r, s, c), depth = pixel of y.</summary>
public struct WindowColumns : IOperand
{
    /// <summary>The windows.</summary>
    public Windows Windows;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => false;

    /// <inheritdoc/>
    public readonly int Run => Windows.Run;

    /// <inheritdoc/>
    public static bool IsMatrix => false;

    /// <inheritdoc/>
    public static bool HasClasses => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Enter(ClassGeometry geometry)
    {
    }

    /// <inheritdoc/>
    public static bool HasGroups => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void EnterGroup(int group)
    {
    }

    /// <inheritdoc/>
    public ArrayView<float> Memory
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        readonly get => Windows.Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Windows.Data = value;
    }

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => Windows.Tap(outer);

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => Windows.Pixel(depth);

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => Windows.IsInside(outer, depth);

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count) =>
        Windows.Fill(target, stride, line, lines, first, count);
}
