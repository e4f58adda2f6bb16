using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>A convolution of [2, 6, 6, 8] images with 4 x 4 kernels, stride 2, padding 1, and its gradients, on tensor cores.</summary>
public sealed class ConvolutionTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private const int Batch = 2, Size = 6, Channels = 8, Filters = 12, Kernel = 4, Output = 3, Stride = 2, Padding = 1;
    private const int Taps = Kernel * Kernel * Channels, Pixels = Batch * Output * Output;

    private static readonly Kernels.Gemm.Windows Shape = new()
    {
        Height = Size, Width = Size, Channels = Channels, PixelStride = Channels, KernelHeight = Kernel, KernelWidth = Kernel,
        OutputHeight = Output, OutputWidth = Output, Stride = Stride, Padding = Padding,
    };

    private readonly float[] x = Rounded(Batch * Size * Size * Channels, 1);
    private readonly float[] weights = Rounded(Taps * Filters, 2);
    private readonly float[] y = Rounded(Pixels * Filters, 3);

    [Fact]
    public void A_convolution_reads_its_windows_with_their_margins()
    {
        using var card = new Card(texts);
        var output = card.Empty(y.Length);
        card.Run<TensorGemm<Tile64x64, Tf32Factors, ByQuads, ByQuads, WindowRows, OuterMajor, Accumulator>, GemmParameters<WindowRows, OuterMajor>>(
            Product(Pixels, Filters, Taps, new WindowRows { Windows = Shape }, new OuterMajor { Stride = Filters }),
            ("Left.Windows.Data", card.Upload<float>(x)), ("Right.Data", card.Upload<float>(weights)), ("Output", output));
        Numbers.AssertNear(Sum(y.Length, term => (term.Y, x[term.X] * (double)weights[term.W])), Card.Download<float>(output), 2e-5);
    }

    [Fact]
    public void Its_gradient_by_weights_reads_its_windows_along_depth()
    {
        using var card = new Card(texts);
        var output = card.Empty(weights.Length);
        card.Run<TensorGemm<Tile128x32, Tf32Factors, ByQuads, ByQuads, WindowColumns, OuterMajor, Accumulator>, GemmParameters<WindowColumns, OuterMajor>>(
            Product(Taps, Filters, Pixels, new WindowColumns { Windows = Shape }, new OuterMajor { Stride = Filters }),
            ("Left.Windows.Data", card.Upload<float>(x)), ("Right.Data", card.Upload<float>(y)), ("Output", output));
        Numbers.AssertNear(Sum(weights.Length, term => (term.W, x[term.X] * (double)y[term.Y])), Card.Download<float>(output), 2e-5);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    public void Its_gradient_by_images_is_made_class_by_class(int h, int w)
    {
        using var card = new Card(texts);
        // Row h + 2 i of an image meets the taps r that leave (h + padding - r) even.
        int firstR = (h + Padding) % Stride, firstS = (w + Padding) % Stride;
        var geometry = new ClassGeometry
        {
            Lines = Size / Stride, PixelsPerLine = Size / Stride, TapsHigh = Kernel / Stride, TapsWide = Kernel / Stride, FirstR = firstR, FirstS = firstS, Stride = Stride,
            FirstRow = (h + Padding - firstR) / Stride, FirstColumn = (w + Padding - firstS) / Stride,
        };
        int rows = Batch * (Size / Stride) * (Size / Stride), depth = Kernel / Stride * (Kernel / Stride) * Filters;
        var output = card.Empty(rows * Channels);
        card.Run<TensorGemm<Tile64x64, Tf32Factors, ByQuads, ByQuads, ClassWindows, ClassWeights, Accumulator>, GemmParameters<ClassWindows, ClassWeights>>(
            Product(
                rows, Channels, depth,
                new ClassWindows { Class = geometry, Height = Output, Width = Output, Filters = Filters, PixelStride = Filters },
                new ClassWeights { Class = geometry, KernelWidth = Kernel, Channels = Channels, Filters = Filters, ChannelStride = Filters }),
            ("Left.Data", card.Upload<float>(y)), ("Right.Data", card.Upload<float>(weights)), ("Output", output));
        double[] all = Sum(x.Length, term => (term.X, y[term.Y] * (double)weights[term.W]));
        double[] expected =
        [
            .. from n in Enumerable.Range(0, Batch)
               from i in Enumerable.Range(0, Size / Stride)
               from j in Enumerable.Range(0, Size / Stride)
               from c in Enumerable.Range(0, Channels)
               select all[(((((n * Size) + h + (Stride * i)) * Size) + w + (Stride * j)) * Channels) + c],
        ];
        Numbers.AssertNear(expected, Card.Download<float>(output), 2e-5);
    }

    /// <summary>Classes of one size and of several, some of which meet no tap.</summary>
    [Theory]
    [InlineData(6, 4, 2, 1)]
    [InlineData(5, 3, 2, 1)]
    [InlineData(7, 2, 3, 0)]
    [InlineData(9, 5, 2, 2)]
    [InlineData(1, 3, 2, 1)]
    public void A_gradient_by_images_is_made_by_one_launch(int size, int kernel, int stride, int padding)
    {
        using var card = new Card(texts);
        int outputSize = ((size + (2 * padding) - kernel) / stride) + 1;
        float[] y = Rounded(Batch * outputSize * outputSize * Filters, 1), weights = Rounded(kernel * kernel * Channels * Filters, 2);
        var classes = new GradientClasses
        {
            Images = Batch, Height = size, Width = size, PixelStride = Channels, KernelHeight = kernel, KernelWidth = kernel, Filters = Filters, Stride = stride, Padding = padding,
        };
        ClassGeometry[] all = [.. Enumerable.Range(0, classes.Count).Select(classes.At)];
        var output = card.Empty(Batch * size * size * Channels);
        card.Run<TensorGemm<Tile64x64, Tf32Factors, ByQuads, ByQuads, ClassWindows, ClassWeights, Accumulator>, GemmParameters<ClassWindows, ClassWeights>>(
            Product(
                all.Max(classes.Rows), Channels, all.Max(classes.Depth),
                new ClassWindows { Class = all[0], Height = outputSize, Width = outputSize, Filters = Filters, PixelStride = Filters },
                new ClassWeights { Class = all[0], KernelWidth = kernel, Channels = Channels, Filters = Filters, ChannelStride = Filters }) with { Classes = classes },
            ("Left.Data", card.Upload<float>(y)), ("Right.Data", card.Upload<float>(weights)), ("Output", output));
        double[] expected = new double[Batch * size * size * Channels];
        foreach (var (n, p, q) in from n in Enumerable.Range(0, Batch) from p in Enumerable.Range(0, outputSize) from q in Enumerable.Range(0, outputSize) select (n, p, q))
        {
            foreach (var (r, s) in from r in Enumerable.Range(0, kernel) from s in Enumerable.Range(0, kernel) select (r, s))
            {
                int h = (p * stride) + r - padding, w = (q * stride) + s - padding;
                if (h < 0 || w < 0 || h >= size || w >= size)
                {
                    continue;
                }
                foreach (var (c, f) in from c in Enumerable.Range(0, Channels) from f in Enumerable.Range(0, Filters) select (c, f))
                {
                    expected[(((((n * size) + h) * size) + w) * Channels) + c] +=
                        y[(((((n * outputSize) + p) * outputSize) + q) * Filters) + f] * (double)weights[(((((r * kernel) + s) * Channels) + c) * Filters) + f];
                }
            }
        }
        Numbers.AssertNear(expected, Card.Download<float>(output), 2e-5);
    }

    private static GemmParameters<TLeft, TRight> Product<TLeft, TRight>(int m, int n, int k, TLeft left, TRight right)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand => new()
        {
            M = m, N = n, K = k, Left = left, Right = right, Rows = OutputRows.Plain(n), Splits = 1, SplitDepth = k, SplitStride = m * n, StoresQuads = 1, MostGroups = 132,
        };

    /// <summary>Numbers that TF32 holds: what is compared are sums, not roundings.</summary>
    private static float[] Rounded(int count, int seed) =>
        [.. Numbers.Random(count, seed).Select(number => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(number) & ~0x1FFFu))];

    private static double[] Sum(int count, Func<(int X, int W, int Y), (int Place, double Value)> term)
    {
        var sums = new double[count];
        foreach (var (place, value) in Terms().Select(term))
        {
            sums[place] += value;
        }
        return sums;
    }

    private static IEnumerable<(int X, int W, int Y)> Terms() =>
        from n in Enumerable.Range(0, Batch)
        from row in Enumerable.Range(0, Output)
        from column in Enumerable.Range(0, Output)
        from r in Enumerable.Range(0, Kernel)
        from s in Enumerable.Range(0, Kernel)
        let h = (row * Stride) + r - Padding
        let w = (column * Stride) + s - Padding
        where h is >= 0 and < Size && w is >= 0 and < Size
        from c in Enumerable.Range(0, Channels)
        from f in Enumerable.Range(0, Filters)
        select (
            (((((n * Size) + h) * Size) + w) * Channels) + c,
            (((((r * Kernel) + s) * Channels) + c) * Filters) + f,
            (((((n * Output) + row) * Output) + column) * Filters) + f);
}
