namespace IlgpuGan.Kernels.Gemm;

/// <summary>
/// Where the rows of a product go: row (n, i, j) of an [images, Lines, PixelsPerLine] grid starts at
/// Origin + n ImageStride + i LineStride + j PixelStride. A plain matrix has one line of one pixel.
/// </summary>
public struct OutputRows
{
    /// <summary>Lines of the grid in one image.</summary>
    public int Lines;

    /// <summary>Pixels of a line.</summary>
    public int PixelsPerLine;

    /// <summary>Floats from image to image.</summary>
    public int ImageStride;

    /// <summary>Floats from line to line.</summary>
    public int LineStride;

    /// <summary>Floats from pixel to pixel.</summary>
    public int PixelStride;

    /// <summary>Index of the first float.</summary>
    public int Origin;

    /// <summary>Rows of <paramref name="columns"/> floats, one after the other.</summary>
    public static OutputRows Plain(int columns) => new() { Lines = 1, PixelsPerLine = 1, ImageStride = columns };

    /// <summary>Whether these are the rows of <see cref="Plain"/>, from the beginning of the memory on.</summary>
    public readonly bool IsPlain(int columns) => Lines == 1 && PixelsPerLine == 1 && ImageStride == columns && Origin == 0;

    /// <summary>Index of the first float of a row.</summary>
    public readonly int Offset(int row)
    {
        if (PixelsPerLine == 1 && Lines == 1)
        {
            return Origin + row * ImageStride;
        }
        int line = row / PixelsPerLine;
        int image = line / Lines;
        return Origin + image * ImageStride + (line - image * Lines) * LineStride + (row - line * PixelsPerLine) * PixelStride;
    }
}
