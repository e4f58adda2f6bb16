using System.Runtime.CompilerServices;
using ILGPU;

namespace IlgpuGan.Kernels.Gemm;

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

    /// <summary>Taps of the class along R.</summary>
    public int TapsHigh;

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
    public readonly int Run => Marks.Hold(Class.TapsHigh, Class.TapsWide) ? Filters : 1;

    /// <inheritdoc/>
    public static bool IsMatrix => false;

    /// <inheritdoc/>
    public static bool HasClasses => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(ClassGeometry geometry) => Class = geometry;

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
        readonly get => Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Data = value;
    }

    /// <inheritdoc/>
    public readonly Place Outer(int outer)
    {
        int line = outer / Class.PixelsPerLine;
        int n = line / Class.Lines;
        int p = line - n * Class.Lines + Class.FirstRow;
        int q = outer - line * Class.PixelsPerLine + Class.FirstColumn;
        return new() { Offset = ((n * Height + p) * Width + q) * PixelStride, Row = p, Column = q, Mark = Marks.Pixel(p - Height + 1, p + 1, q - Width + 1, q + 1) };
    }

    /// <inheritdoc/>
    public readonly Place Depth(int depth)
    {
        int tap = depth / Filters;
        int row = tap / Math.Max(1, Class.TapsWide);
        int column = tap - row * Class.TapsWide;
        return new() { Offset = depth - tap * Filters - (row * Width + column) * PixelStride, Row = -row, Column = -column, Mark = Marks.Tap(row, column) };
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
        int row = tap / Math.Max(1, Class.TapsWide);
        int column = tap - row * Class.TapsWide;
        int y = line / Class.PixelsPerLine;
        int j = line - y * Class.PixelsPerLine;
        int n = y / Class.Lines;
        int i = y - n * Class.Lines;
        nint ahead = Copy.Ahead(Filters, PixelStride);
        for (; lines > 0; lines--, target += stride)
        {
            float* image = data + (nint)n * Height * Width * PixelStride;
            int p = i + Class.FirstRow, q = j + Class.FirstColumn;
            if (Filters == Copy.Taps && k == 0 && count % Copy.Taps == 0 && p < Height && q < Width && p + 1 >= Class.TapsHigh && q + 1 >= Class.TapsWide)
            {
                Copy.TapsInside(target, image + ((nint)(p - row) * Width + q) * PixelStride, -PixelStride, -(nint)Width * PixelStride, column, Class.TapsWide, count, ahead);
            }
            else
            {
                Window(target, image, p - row, q, column, k, count, ahead);
            }
            if (++j < Class.PixelsPerLine)
            {
                continue;
            }
            j = 0;
            if (++i < Class.Lines)
            {
                continue;
            }
            i = 0;
            n++;
        }
    }

    /// <summary>Taps from row p, column q - column, filter k on: the next tap lies one column before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly unsafe void Window(float* target, float* image, int p, int q, int column, int k, int count, nint ahead)
    {
        while (count > 0)
        {
            int floats = Math.Min(count, Filters - k);
            if ((uint)p < (uint)Height && (uint)(q - column) < (uint)Width)
            {
                Copy.Floats(target, image + ((nint)p * Width + q - column) * PixelStride + k, floats, ahead);
            }
            else
            {
                Copy.Zeros(target, floats);
            }
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
    public static bool IsMatrix => false;

    /// <inheritdoc/>
    public static bool HasClasses => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(ClassGeometry geometry) => Class = geometry;

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
        readonly get => Data;
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        set => Data = value;
    }

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
        int row = tap / Math.Max(1, Class.TapsWide);
        int r = Class.FirstR + row * Class.Stride;
        int s = Class.FirstS + (tap - row * Class.TapsWide) * Class.Stride;
        return ((r * KernelWidth + s) * Channels + outer) * ChannelStride;
    }
}
