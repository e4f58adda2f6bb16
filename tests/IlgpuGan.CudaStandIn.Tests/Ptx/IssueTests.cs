using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>What warps issue for each product on tensor cores, in the steps of a deep sum: the loop alone, for a tile and all that surrounds it is done once.</summary>
public sealed class IssueTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    // 4 x 4 windows, stride 2, padding 1, of [2, 16, 16, channels]: one tile of 128 pixels.
    private const int Batch = 2, Size = 16, Output = 8, Taps = 16, Sums = 128;

    [Theory]
    [InlineData(typeof(Tf32Factors), 4)]
    [InlineData(typeof(Bf16Factors), 6)]
    [InlineData(typeof(Bf16Pairs), 4)]
    public void A_convolution_takes_few_instructions_for_each_product(Type precision, double most) =>
        AssertSlots<WindowRows, OuterMajor>(precision, most, (16, 32), channels => (Sums, Taps * channels,
            new() { Windows = Shape(Words(precision, channels)) }, new() { Stride = Words(precision, Sums) }, "Left.Windows.Data", Batch * Size * Size * channels, Taps * channels * Sums));

    [Theory]
    [InlineData(typeof(Tf32Factors), 4)]
    [InlineData(typeof(Bf16Factors), 6)]
    [InlineData(typeof(Bf16Pairs), 4)]
    public void Its_gradient_by_images_takes_few_instructions_for_each_product(Type precision, double most) =>
        AssertSlots<ClassWindows, ClassWeights>(precision, most, (64, 128), filters => (Sums, Taps / 4 * filters,
            new() { Class = Class, Height = Output, Width = Output, Filters = Words(precision, filters), PixelStride = Words(precision, filters) },
            new() { Class = Class, KernelWidth = 4, Channels = Sums, Filters = Words(precision, filters), ChannelStride = Words(precision, filters) },
            "Left.Data", Batch * Output * Output * filters, Taps * Sums * filters));

    [Theory]
    [InlineData(typeof(Tf32Factors), 4)]
    [InlineData(typeof(Bf16Factors), 6)]
    [InlineData(typeof(Bf16Pairs), 4)]
    public void Its_gradient_by_weights_takes_few_instructions_for_each_product(Type precision, double most) =>
        AssertSlots<WindowColumns, OuterMajor>(precision, most, (4, 8), batch => (Taps * 8, batch * Output * Output,
            new() { Windows = Shape(Words(precision, 8)) }, new() { Stride = Words(precision, Sums) }, "Left.Windows.Data", batch * Size * Size * 8, batch * Output * Output * Sums));

    [Theory]
    [InlineData(typeof(Tf32Factors), 4)]
    [InlineData(typeof(Bf16Factors), 6)]
    [InlineData(typeof(Bf16Pairs), 4)]
    public void A_product_of_matrices_takes_few_instructions_for_each_product(Type precision, double most) =>
        AssertSlots<DepthMajor, DepthMajor>(precision, most, (256, 512), depth => (Sums, depth,
            new() { Stride = Words(precision, depth) }, new() { Stride = Words(precision, depth) }, "Left.Data", Sums * depth, depth * Sums));

    private static int Words(Type precision, int numbers) => precision == typeof(Bf16Pairs) ? numbers / 2 : numbers;

    private static readonly ClassGeometry Class = new() { Lines = Output, PixelsPerLine = Output, TapsHigh = 2, TapsWide = 2, FirstR = 1, FirstS = 1, Stride = 2 };

    private static Kernels.Gemm.Windows Shape(int channels) => new()
    {
        Height = Size, Width = Size, Channels = channels, PixelStride = channels, KernelHeight = 4, KernelWidth = 4, OutputHeight = Output, OutputWidth = Output, Stride = 2, Padding = 1,
    };

    private void AssertSlots<TLeft, TRight>(
        Type precision, double most, (int, int) scales, Func<int, (int M, int K, TLeft Left, TRight Right, string LeftName, int LeftFloats, int RightFloats)> product)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
    {
        var (few, many) = (Count(product(scales.Item1)), Count(product(scales.Item2)));
        double slots = (double)(many.Instructions - few.Instructions) / (many.Products - few.Products);
        TestContext.Current.TestOutputHelper?.WriteLine($"{typeof(TLeft).Name} {typeof(TRight).Name} {precision.Name}: {slots:F2} instructions for each product");
        Assert.Equal(many.IdealBankPasses - few.IdealBankPasses, many.BankPasses - few.BankPasses);
        Assert.InRange(slots, 1, most);

        LaunchCounts Count((int M, int K, TLeft Left, TRight Right, string LeftName, int LeftFloats, int RightFloats) p)
        {
            using var card = new Card(texts);
            var width = precision == typeof(Bf16Pairs) ? typeof(ByPairs) : typeof(ByQuads);
            var kernel = typeof(TensorGemm<,,,,,,>).MakeGenericType(typeof(Tile128x128), precision, width, width, typeof(TLeft), typeof(TRight), typeof(Accumulator));
            var arguments = new GemmParameters<TLeft, TRight>
            {
                M = p.M, N = Sums, K = p.K, Left = p.Left, Right = p.Right, Rows = OutputRows.Plain(Sums), Splits = 1, SplitDepth = p.K, SplitStride = p.M * Sums, StoresQuads = 1,
            };
            var grid = (Kernels.GridSize)kernel.GetMethod("Grid")!.Invoke(null, [arguments])!;
            Assert.Equal(1, grid.Groups);
            return card.Run(kernel, grid, arguments,
                (p.LeftName, card.Upload<float>(Numbers.Random(p.LeftFloats, 1))), ("Right.Data", card.Upload<float>(Numbers.Random(p.RightFloats, 2))), ("Output", card.Empty(p.M * Sums)));
        }
    }
}
