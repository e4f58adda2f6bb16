using IlgpuGan.Kernels.Gemm;
using ILGPU;

namespace IlgpuGan.Kernels;

/// <summary>Arguments of <see cref="UnfoldWindows"/>.</summary>
public struct UnfoldParameters
{
    /// <summary>The windows of x [N, H, W, C].</summary>
    public Windows Windows;

    /// <summary>[pixels of y, columns] as <see cref="Pairs"/>: the taps (r, s, c) of each window, then zeros.</summary>
    public ArrayView<float> Output;

    /// <summary>Pixels of y in all images.</summary>
    public int Pixels;

    /// <summary>Columns of the output, a multiple of 8 that is not less than the taps.</summary>
    public int Columns;
}

/// <summary>
/// Writes out the windows of a convolution over few channels, rounded to bfloat16: pixels of three numbers are too small to be copied by four words, which all products
/// of pairs do. For more channels the operands of a product do without (implicit GEMM).
/// </summary>
public readonly struct UnfoldWindows : IGroupKernel<UnfoldParameters>
{
    /// <inheritdoc/>
    public static int SharedBytes => 0;

    /// <inheritdoc/>
    public static GridSize Grid(in UnfoldParameters p) => GridSize.InGroups(p.Pixels * (p.Columns / 4));

    /// <inheritdoc/>
    public static void Thread(UnfoldParameters p) => Thread(p, ILGPU.Grid.IdxX);

    /// <inheritdoc/>
    public static void Thread(UnfoldParameters p, int group)
    {
        int item = group * GridSize.GroupThreads + Group.IdxX;
        int quads = p.Columns / 4;
        if (item < p.Pixels * quads)
        {
            int pixel = item / quads;
            int tap = (item - pixel * quads) * 4;
            var place = p.Windows.Pixel(pixel);
            Float4 values = default;
            values.X = At(p.Windows, place, tap);
            values.Y = At(p.Windows, place, tap + 1);
            values.Z = At(p.Windows, place, tap + 2);
            values.W = At(p.Windows, place, tap + 3);
            Pairs.Set(p.Output, item * 4, values);
        }
    }

    private static float At(Windows windows, Place pixel, int tap)
    {
        var place = windows.Tap(tap);
        bool isInside = windows.IsInside(pixel, place) & place.Row < windows.KernelHeight;
        float value = windows.Data[isInside ? pixel.Offset + place.Offset : 0];
        return isInside ? value : 0f;
    }
}
