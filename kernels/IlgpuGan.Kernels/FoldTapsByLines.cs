using IlgpuGan.Kernels.Expressions;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>
/// <see cref="FoldTaps{TEpilogue}"/> on a processor that is programmed through OpenCL: a work-item makes a line of x. The taps of a
/// pixel of y that fall on it lie side by side in both, so they are added without a division for each.
/// </summary>
public readonly struct FoldTapsByLines<TEpilogue> : IDeviceKernel<FoldParameters>
    where TEpilogue : struct, IExpression
{
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
        for (int i = 0; i < lineSize; i++)
        {
            p.Output[start + i] = 0f;
        }
        int size = p.KernelHeight * p.KernelWidth * p.Channels;
        for (int r = h % p.Stride; r < p.KernelHeight && r <= h; r += p.Stride)
        {
            int row = (h - r) / p.Stride;
            for (int column = 0; row < p.InputHeight && column < p.InputWidth; column++)
            {
                int taps = ((n * p.InputHeight + row) * p.InputWidth + column) * size + r * p.KernelWidth * p.Channels;
                int w = column * p.Stride - p.Padding;
                int first = w < 0 ? -w : 0;
                int end = p.KernelWidth < p.Width - w ? p.KernelWidth : p.Width - w;
                for (int i = first * p.Channels; i < end * p.Channels; i++)
                {
                    int target = start + w * p.Channels + i;
                    p.Output[target] = p.Output[target] + p.Taps[taps + i];
                }
            }
        }
        for (int i = start; i < start + lineSize; i++)
        {
            p.Output[i] = TEpilogue.At(p.Operands, i, 0, 0, p.Output[i]);
        }
    }
}
