using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// <see cref="FoldTaps{TWidth, TEpilogue}"/> on a processor that is programmed through OpenCL: a work-item makes a line of x. The taps of a
/// pixel of y that fall on it lie side by side in both, so they are added without a division for each, a piece of the line in local memory at a time.
/// </summary>
public readonly struct FoldTapsByLines<TEpilogue> : IDeviceKernel<FoldParameters>
    where TEpilogue : struct, IExpression
{
    // Floats of a piece: 8 KiB, which any device has.
    private const int Piece = 2048;

    /// <inheritdoc/>
    public static GridSize Grid(in FoldParameters p) => new(p.Images * p.Height, 1);

    /// <inheritdoc/>
    public static void Thread(FoldParameters p)
    {
        int line = ILGPU.Grid.IdxX;
        int lineSize = p.Width * p.Channels;
        int start = line * lineSize;
        int n = line / p.Height;
        int h = line - n * p.Height + p.Padding;
        int size = p.KernelHeight * p.KernelWidth * p.Channels;
        var sums = SharedMemory.Allocate<float>(Piece);
        for (int begin = 0; begin < lineSize; begin += Piece)
        {
            int end = lineSize < begin + Piece ? lineSize : begin + Piece;
            for (int i = 0; i < end - begin; i++)
            {
                sums[i] = 0f;
            }
            for (int r = h % p.Stride; r < p.KernelHeight && r <= h; r += p.Stride)
            {
                int row = (h - r) / p.Stride;
                for (int column = 0; row < p.InputHeight && column < p.InputWidth; column++)
                {
                    int taps = ((n * p.InputHeight + row) * p.InputWidth + column) * size + r * p.KernelWidth * p.Channels;
                    int w = (column * p.Stride - p.Padding) * p.Channels;
                    int first = w < begin ? begin - w : 0;
                    int last = p.KernelWidth * p.Channels < end - w ? p.KernelWidth * p.Channels : end - w;
                    for (int i = first; i < last; i++)
                    {
                        sums[w - begin + i] = sums[w - begin + i] + p.Taps[taps + i];
                    }
                }
            }
            for (int i = begin; i < end; i++)
            {
                p.Output[start + i] = TEpilogue.At(p.Operands, start + i, 0, 0, sums[i - begin]);
            }
        }
    }
}
