using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>A matrix [outer, depth] stored row by row.</summary>
public struct DepthMajor : IOperand
{
    /// <summary>The floats.</summary>
    public ArrayView<float> Data;

    /// <summary>Floats from one outer index to the next.</summary>
    public int Stride;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => true;

    /// <inheritdoc/>
    public readonly int Run => Stride;

    /// <inheritdoc/>
    public readonly ArrayView<float> Memory => Data;

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => new() { Offset = outer * Stride };

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => new() { Offset = depth };

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => true;

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count) =>
        Copy.Lines(target, stride, Data.Pointer() + (nint)line * Stride + first, Stride, lines, count);
}

/// <summary>A matrix [outer, depth] stored column by column.</summary>
public struct OuterMajor : IOperand
{
    /// <summary>The floats.</summary>
    public ArrayView<float> Data;

    /// <summary>Floats from one depth to the next.</summary>
    public int Stride;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => false;

    /// <inheritdoc/>
    public readonly int Run => Stride;

    /// <inheritdoc/>
    public readonly ArrayView<float> Memory => Data;

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => new() { Offset = outer };

    /// <inheritdoc/>
    public readonly Place Depth(int depth) => new() { Offset = depth * Stride };

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => true;

    /// <inheritdoc/>
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count) =>
        Copy.Lines(target, stride, Data.Pointer() + (nint)line * Stride + first, Stride, lines, count);
}

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

    /// <summary>Place of a pixel of y: of the first tap of its window.</summary>
    internal readonly Place Pixel(int pixel)
    {
        int line = pixel / OutputWidth;
        int n = line / OutputHeight;
        int h = (line - n * OutputHeight) * Stride - Padding;
        int w = (pixel - line * OutputWidth) * Stride - Padding;
        return new() { Offset = ((n * Height + h) * Width + w) * PixelStride, Row = h, Column = w };
    }

    /// <summary>Place of a tap and channel (r, s, c), counted from the first tap.</summary>
    internal readonly Place Tap(int tap)
    {
        int rs = tap / Channels;
        int r = rs / KernelWidth;
        int s = rs - r * KernelWidth;
        return new() { Offset = (r * Width + s) * PixelStride + tap - rs * Channels, Row = r, Column = s };
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
        for (; pixels > 0; pixels--, target += stride)
        {
            Window(target, data + (nint)n * Height * Width * PixelStride, p * Stride - Padding + r, q * Stride - Padding, s, c, count);
            if (++q < OutputWidth)
                continue;
            q = 0;
            if (++p < OutputHeight)
                continue;
            p = 0;
            n++;
        }
    }

    /// <summary>Taps from row h, column left + s, channel c on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly unsafe void Window(float* target, float* image, int h, int left, int s, int c, int count)
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
                Copy.Floats(target, image + ((nint)h * Width + w) * PixelStride + c, floats);
            else
                Copy.Zeros(target, floats);
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
    public readonly int Run => Windows.Channels;

    /// <inheritdoc/>
    public readonly ArrayView<float> Memory => Windows.Data;

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
    public readonly int Run => Windows.Channels;

    /// <inheritdoc/>
    public readonly ArrayView<float> Memory => Windows.Data;

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

/// <summary>
/// One of the stride^2 dense convolutions that make up a data gradient: the pixels of x whose row leaves remainder a and whose
/// column leaves remainder b modulo the stride meet only every stride-th tap, so no product with zero is made.
/// Row i of the class sees tap t at row i + FirstRow - t of y, where t counts the taps of the class.
/// </summary>
public struct ClassGeometry
{
    /// <summary>Rows of x in the class.</summary>
    public int Lines;

    /// <summary>Columns of x in the class.</summary>
    public int PixelsPerLine;

    /// <summary>Taps of the class along S.</summary>
    public int TapsWide;

    /// <summary>Row of y that tap 0 meets at row 0.</summary>
    public int FirstRow;

    /// <summary>Column of y that tap 0 meets at column 0.</summary>
    public int FirstColumn;

    /// <summary>r of tap 0.</summary>
    public int FirstR;

    /// <summary>s of tap 0.</summary>
    public int FirstS;

    /// <summary>Taps from one to the next of the class.</summary>
    public int Stride;
}

/// <summary>Left operand of a data gradient: outer = pixel of x in the class, depth = (tap, k), from y [N, P, Q, K].</summary>
public struct ClassWindows : IOperand
{
    /// <summary>y [N, P, Q, K]</summary>
    public ArrayView<float> Data;

    /// <summary>The class.</summary>
    public ClassGeometry Class;

    /// <summary>P.</summary>
    public int Height;

    /// <summary>Q.</summary>
    public int Width;

    /// <summary>K, filters that are read.</summary>
    public int Filters;

    /// <summary>Floats from pixel to pixel: more than are read where the convolution has groups.</summary>
    public int PixelStride;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => true;

    /// <inheritdoc/>
    public readonly int Run => Filters;

    /// <inheritdoc/>
    public readonly ArrayView<float> Memory => Data;

    /// <inheritdoc/>
    public readonly Place Outer(int outer)
    {
        int line = outer / Class.PixelsPerLine;
        int n = line / Class.Lines;
        int p = line - n * Class.Lines + Class.FirstRow;
        int q = outer - line * Class.PixelsPerLine + Class.FirstColumn;
        return new() { Offset = ((n * Height + p) * Width + q) * PixelStride, Row = p, Column = q };
    }

    /// <inheritdoc/>
    public readonly Place Depth(int depth)
    {
        int tap = depth / Filters;
        int row = tap / Class.TapsWide;
        int column = tap - row * Class.TapsWide;
        return new() { Offset = depth - tap * Filters - (row * Width + column) * PixelStride, Row = -row, Column = -column };
    }

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth)
    {
        int p = outer.Row + depth.Row;
        int q = outer.Column + depth.Column;
        return (uint)p < (uint)Height & (uint)q < (uint)Width;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count)
    {
        float* data = Data.Pointer();
        int tap = first / Filters;
        int k = first - tap * Filters;
        int row = tap / Class.TapsWide;
        int column = tap - row * Class.TapsWide;
        int y = line / Class.PixelsPerLine;
        int j = line - y * Class.PixelsPerLine;
        int n = y / Class.Lines;
        int i = y - n * Class.Lines;
        for (; lines > 0; lines--, target += stride)
        {
            Window(target, data + (nint)n * Height * Width * PixelStride, i + Class.FirstRow - row, j + Class.FirstColumn, column, k, count);
            if (++j < Class.PixelsPerLine)
                continue;
            j = 0;
            if (++i < Class.Lines)
                continue;
            i = 0;
            n++;
        }
    }

    /// <summary>Taps from row p, column q - column, filter k on: the next tap lies one column before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly unsafe void Window(float* target, float* image, int p, int q, int column, int k, int count)
    {
        while (count > 0)
        {
            int floats = Math.Min(count, Filters - k);
            if ((uint)p < (uint)Height && (uint)(q - column) < (uint)Width)
                Copy.Floats(target, image + ((nint)p * Width + q - column) * PixelStride + k, floats);
            else
                Copy.Zeros(target, floats);
            target += floats;
            count -= floats;
            k = 0;
            if (++column == Class.TapsWide)
            {
                column = 0;
                p--;
            }
        }
    }
}

/// <summary>Right operand of a data gradient: outer = c, depth = (tap, k), from w [R, S, C, K].</summary>
public struct ClassWeights : IOperand
{
    /// <summary>w [R, S, C, K]</summary>
    public ArrayView<float> Data;

    /// <summary>The class.</summary>
    public ClassGeometry Class;

    /// <summary>S.</summary>
    public int KernelWidth;

    /// <summary>C, of one group.</summary>
    public int Channels;

    /// <summary>K, filters that are read.</summary>
    public int Filters;

    /// <summary>Floats from channel to channel: more than are read where the convolution has groups.</summary>
    public int ChannelStride;

    /// <inheritdoc/>
    public static bool IsDepthContiguous => true;

    /// <inheritdoc/>
    public readonly int Run => Filters;

    /// <inheritdoc/>
    public readonly ArrayView<float> Memory => Data;

    /// <inheritdoc/>
    public readonly Place Outer(int outer) => new() { Offset = outer * ChannelStride };

    /// <inheritdoc/>
    public readonly Place Depth(int depth)
    {
        int tap = depth / Filters;
        return new() { Offset = Start(tap, 0) + depth - tap * Filters };
    }

    /// <inheritdoc/>
    public readonly bool IsInside(Place outer, Place depth) => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly unsafe void Fill(float* target, nint stride, int line, int lines, int first, int count)
    {
        float* data = Data.Pointer();
        int tap = first / Filters;
        int k = first - tap * Filters;
        for (; count > 0; tap++, k = 0)
        {
            int floats = Math.Min(count, Filters - k);
            Copy.Lines(target, stride, data + Start(tap, line) + k, ChannelStride, lines, floats);
            target += floats;
            count -= floats;
        }
    }

    private readonly int Start(int tap, int outer)
    {
        int row = tap / Class.TapsWide;
        int r = Class.FirstR + row * Class.Stride;
        int s = Class.FirstS + (tap - row * Class.TapsWide) * Class.Stride;
        return ((r * KernelWidth + s) * Channels + outer) * ChannelStride;
    }
}

/// <summary>Whether four floats can move as one.</summary>
public static class Quads
{
    /// <summary>
    /// Whether four neighbours along the contiguous direction of an operand, from a multiple of four on, lie on 16 bytes of memory and are
    /// inside or outside together.
    /// </summary>
    public static bool Hold<TOperand>(TOperand operand)
        where TOperand : struct, IOperand => operand.Run % 4 == 0 && Lie(operand.Memory);

    /// <summary>Whether an operand of these numbers of elements ends with a whole quad.</summary>
    public static bool End<TOperand>(int outer, int depth)
        where TOperand : struct, IOperand => (TOperand.IsDepthContiguous ? depth : outer) % 4 == 0;

    /// <summary>Whether a view begins on 16 bytes.</summary>
    public static bool Lie(ArrayView<float> view) => ((IContiguousArrayView)view).IndexInBytes % 16 == 0;
}

/// <summary>Short copies, in whole vectors: they may write up to seven floats too many, which the next copy overwrites, and read as many.</summary>
internal static unsafe class Copy
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats(float* target, float* source, int count)
    {
        for (int i = 0; i < count; i += 8)
            Vector256.Load(source + i).Store(target + i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Lines(float* target, nint stride, float* source, nint sourceStride, int lines, int count)
    {
        for (; lines > 0; lines--, target += stride, source += sourceStride)
            Floats(target, source, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zeros(float* target, int count)
    {
        for (int i = 0; i < count; i += 8)
            Vector256<float>.Zero.Store(target + i);
    }
}
