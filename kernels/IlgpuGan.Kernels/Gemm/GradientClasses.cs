using System.Runtime.CompilerServices;

namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// The classes of a data gradient, see <see cref="ClassGeometry"/>, numbered (row remainder, column remainder): each is a product of its own, and one
/// launch makes all of them.
/// </summary>
public struct GradientClasses
{
    /// <summary>N.</summary>
    public int Images;

    /// <summary>H of x.</summary>
    public int Height;

    /// <summary>W of x.</summary>
    public int Width;

    /// <summary>Floats from pixel to pixel of x: C of all groups.</summary>
    public int PixelStride;

    /// <summary>R.</summary>
    public int KernelHeight;

    /// <summary>S.</summary>
    public int KernelWidth;

    /// <summary>K, filters that are read.</summary>
    public int Filters;

    /// <summary>Distance of windows; 0 for a product without classes.</summary>
    public int Stride;

    /// <summary>Zeros around x.</summary>
    public int Padding;

    /// <summary>Number of classes; 1 for a product without them.</summary>
    public readonly int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Stride > 1 ? Math.Min(Stride, Height) * Math.Min(Stride, Width) : 1;
    }

    /// <summary>A class.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ClassGeometry At(int number)
    {
        int across = Math.Min(Stride, Width);
        int row = number / across;
        int column = number - row * across;
        int firstR = (row + Padding) % Stride;
        int firstS = (column + Padding) % Stride;
        return new()
        {
            Lines = (Height - row + Stride - 1) / Stride,
            PixelsPerLine = (Width - column + Stride - 1) / Stride,
            // Where the stride is longer than the kernel some classes meet no tap: sums of nothing, still to be stored.
            TapsHigh = (KernelHeight - firstR + Stride - 1) / Stride,
            TapsWide = (KernelWidth - firstS + Stride - 1) / Stride,
            FirstRow = (row + Padding - firstR) / Stride,
            FirstColumn = (column + Padding - firstS) / Stride,
            FirstR = firstR,
            FirstS = firstS,
            Stride = Stride,
        };
    }

    /// <summary>Rows of a class's product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Rows(ClassGeometry of) => Images * of.Lines * of.PixelsPerLine;

    /// <summary>Terms of a class's sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly int Depth(ClassGeometry of) => of.TapsHigh * of.TapsWide * Filters;

    /// <summary>Where the rows of a class go.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly OutputRows Output(int number, ClassGeometry of)
    {
        int across = Math.Min(Stride, Width);
        int row = number / across;
        return new()
        {
            Lines = of.Lines,
            PixelsPerLine = of.PixelsPerLine,
            ImageStride = Height * Width * PixelStride,
            LineStride = Stride * Width * PixelStride,
            PixelStride = Stride * PixelStride,
            Origin = (row * Width + number - row * across) * PixelStride,
        };
    }
}
