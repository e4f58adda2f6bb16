using CsCheck;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>The marks of places say what <see cref="IOperand.IsInside"/> says.</summary>
public class MarkTests
{
    private static readonly Gen<Windows> Shapes =
        from height in Gen.Int[1, 20]
        from width in Gen.Int[1, 20]
        from kernelHeight in Gen.Int[1, 18]
        from kernelWidth in Gen.Int[1, 18]
        from stride in Gen.Int[1, 3]
        from padding in Gen.Int[0, 9]
        where height + 2 * padding >= kernelHeight && width + 2 * padding >= kernelWidth
        select new Windows
        {
            Height = height,
            Width = width,
            Channels = 4,
            PixelStride = 4,
            KernelHeight = kernelHeight,
            KernelWidth = kernelWidth,
            OutputHeight = (height + 2 * padding - kernelHeight) / stride + 1,
            OutputWidth = (width + 2 * padding - kernelWidth) / stride + 1,
            Stride = stride,
            Padding = padding,
        };

    [Fact]
    public void A_window_has_marks_of_its_padding_up_to_16_rows_and_15_columns() => Shapes.Sample(windows =>
    {
        var (rows, columns) = (new WindowRows { Windows = windows }, new WindowColumns { Windows = windows });
        Assert.Equal(windows.KernelHeight <= 16 && windows.KernelWidth <= 15 ? 4 : 1, rows.Run);
        Assert.Equal(rows.Run, columns.Run);
        if (rows.Run == 1)
        {
            return;
        }
        foreach (int pixel in Enumerable.Range(0, 2 * windows.OutputHeight * windows.OutputWidth))
        {
            foreach (int tap in Enumerable.Range(0, windows.KernelHeight * windows.KernelWidth))
            {
                AssertMark(rows, pixel, 4 * tap);
                AssertMark(columns, 4 * tap, pixel);
            }
        }
    }, iter: 60, threads: 1);

    [Fact]
    public void A_class_of_a_data_gradient_has_marks_of_its_padding_up_to_16_rows_and_15_columns() => Gen.Select(Shapes, Gen.Int[0, 4], Gen.Int[0, 4]).Sample((windows, row, column) =>
    {
        var operand = new ClassWindows
        {
            Class = new()
            {
                Lines = windows.Height, PixelsPerLine = windows.Width, TapsHigh = windows.KernelHeight, TapsWide = windows.KernelWidth, FirstRow = row, FirstColumn = column, Stride = 1,
            },
            Height = windows.OutputHeight,
            Width = windows.OutputWidth,
            Filters = 4,
            PixelStride = 4,
        };
        Assert.Equal(windows.KernelHeight <= 16 && windows.KernelWidth <= 15 ? 4 : 1, operand.Run);
        if (operand.Run == 1)
        {
            return;
        }
        foreach (int pixel in Enumerable.Range(0, 2 * windows.Height * windows.Width))
        {
            foreach (int tap in Enumerable.Range(0, windows.KernelHeight * windows.KernelWidth))
            {
                AssertMark(operand, pixel, 4 * tap);
            }
        }
    }, iter: 60, threads: 1);

    private static void AssertMark<TOperand>(TOperand operand, int outer, int depth)
        where TOperand : struct, IOperand
    {
        var (o, d) = (operand.Outer(outer), operand.Depth(depth));
        Assert.Equal(operand.IsInside(o, d), (o.Mark & d.Mark) == 0);
    }
}
