using IlgpuGan.Devices;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Gemm;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;

namespace IlgpuGan.Kernels.Tests;

/// <summary>Tensors that memory holds as bfloat16, two numbers in the place of a float.</summary>
public class PairsTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    private const int Threads = 128;

    [Fact]
    public void Numbers_are_rounded_to_nearest_once_and_read_exactly_in_every_width()
    {
        // Ties to even from both sides, what rounds to infinity, zeros, what is no number, and any.
        float[] special = [1 + (1f / 256), 1 + (3f / 256), -1 - (3f / 256), float.MaxValue, float.NegativeInfinity, -0f, float.NaN, 3e-39f];
        var random = new Random(3);
        float[] x = [.. special, .. Enumerable.Range(0, 4 * 41).Select(_ => (float)Math.Exp(8 * random.NextDouble()) * (random.Next(2) - 0.5f))];
        using var bench = new Workbench(under.DeviceWithGroups(Threads));
        var (input, pairs) = (bench.Upload(x), bench.Upload(new float[x.Length / 2]));
        Run<ByPairs, Full<Slot0>>(bench, input, pairs, x.Length);
        Assert.Equal(x.Select(Rounded), Unpacked(bench.Download(pairs)));
        foreach (bool byQuads in (bool[])[true, false])
        {
            var output = bench.Upload(new float[x.Length]);
            if (byQuads)
            {
                Run<ByQuads, FullInPairs<Slot0>>(bench, pairs, output, x.Length);
            }
            else
            {
                Run<ByFloats, FullInPairs<Slot0>>(bench, pairs, output, x.Length);
            }
            Assert.Equal(x.Select(Rounded), bench.Download(output));
        }
    }

    [Fact]
    public void A_number_of_a_formula_is_rounded_as_any_other()
    {
        using var bench = new Workbench(under.DeviceWithGroups(Threads));
        var output = bench.Upload(new float[4]);
        bench.RunThreads<ElementwiseInGroups<ByPairs, Number<Slot0>>, ElementwiseParameters>(
            new() { Output = output, Operands = On(output) with { K0 = 1 + (3f / 256) }, Rows = 1, Columns = 8 });
        Assert.All(Unpacked(bench.Download(output)), number => Assert.Equal(Rounded(1 + (3f / 256)), number));
    }

    [Theory]
    [InlineData(3, 4, 2, 1)]
    [InlineData(1, 3, 1, 1)]
    [InlineData(4, 5, 3, 0)]
    public void Windows_of_few_channels_are_written_out_with_zeros_around_and_behind(int channels, int kernel, int stride, int padding)
    {
        const int batch = 2, height = 7, width = 9;
        int p = ((height + (2 * padding) - kernel) / stride) + 1, q = ((width + (2 * padding) - kernel) / stride) + 1, taps = kernel * kernel * channels, columns = (taps + 7) / 8 * 8;
        float[] x = Random(batch * height * width * channels, 1);
        using var bench = new Workbench(under.DeviceWithGroups(Threads));
        var output = bench.Upload([.. Enumerable.Repeat(float.NaN, batch * p * q * columns / 2)]);
        bench.RunThreads<UnfoldWindows, UnfoldParameters>(new()
        {
            Windows = new()
            {
                Data = bench.Upload(x), Height = height, Width = width, Channels = channels, PixelStride = channels, KernelHeight = kernel, KernelWidth = kernel,
                OutputHeight = p, OutputWidth = q, Stride = stride, Padding = padding,
            },
            Output = output, Pixels = batch * p * q, Columns = columns,
        });
        float At(int pixel, int tap)
        {
            int n = pixel / (p * q), r = tap / (kernel * channels), s = tap / channels % kernel;
            int h = (pixel / q % p * stride) + r - padding, w = (pixel % q * stride) + s - padding;
            return tap < taps && h >= 0 && h < height && w >= 0 && w < width ? x[(((n * height) + h) * width + w) * channels + (tap % channels)] : 0;
        }
        Assert.Equal(Enumerable.Range(0, batch * p * q * columns).Select(i => Rounded(At(i / columns, i % columns))), Unpacked(bench.Download(output)));
    }

    /// <summary>Both operands either way, more steps than stages, tails of all three directions, sums stored as floats and as pairs. A sum is of exact products, in single precision.</summary>
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Products_of_pairs_are_what_their_numbers_give_in_every_tile(bool isLeftAlongDepth, bool isRightAlongDepth)
    {
        var (m, n, k) = (72, 40, isLeftAlongDepth || isRightAlongDepth ? 264 : 261);
        float[] left = [.. Random(m * k, 1).Select(Rounded)], right = [.. Random(n * k, 2).Select(Rounded)];
        double[] expected = [.. Enumerable.Range(0, m * n).Select(i => Enumerable.Range(0, k).Sum(depth => (double)left[(i / n * k) + depth] * right[(i % n * k) + depth]))];
        float[]? first = null;
        foreach (var tile in (Type[])[typeof(Tile64x64), typeof(Tile128x32), typeof(Tile128x128)])
        {
            float[] sums = Multiply(storesPairs: false), rounded = Multiply(storesPairs: true);
            Assert.All(expected.Zip(sums), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            Assert.Equal(first ??= sums, sums);
            Assert.Equal(sums.Select(Rounded), Unpacked(rounded));

            float[] Multiply(bool storesPairs)
            {
                using var bench = new Workbench(under.DeviceWithGroups(Threads));
                return (isLeftAlongDepth, isRightAlongDepth) switch
                {
                    (true, true) => Run(bench, Rows(bench, left), Rows(bench, right), storesPairs),
                    (true, false) => Run(bench, Rows(bench, left), Columns(bench, right, n), storesPairs),
                    (false, true) => Run(bench, Columns(bench, left, m), Rows(bench, right), storesPairs),
                    (false, false) => Run(bench, Columns(bench, left, m), Columns(bench, right, n), storesPairs),
                };
            }

            float[] Run<TLeft, TRight>(Workbench bench, TLeft one, TRight other, bool storesPairs)
                where TLeft : struct, IOperand
                where TRight : struct, IOperand
            {
                // OpenCL has no memory that is asked for.
                var memory = bench.Device.Kind == DeviceKind.Cuda ? tile : typeof(InOwnMemory<>).MakeGenericType(tile);
                var output = bench.Upload(new float[storesPairs ? m * n / 2 : m * n]);
                var kernel = typeof(TensorGemm<,,,,,,>).MakeGenericType(memory, typeof(Bf16Pairs), typeof(ByPairs), typeof(ByPairs), typeof(TLeft), typeof(TRight), typeof(Accumulator));
                bench.Run(Launch.Create(isHost: false, kernel, new GemmParameters<TLeft, TRight>
                {
                    M = m, N = n, K = k, Left = one, Right = other, Output = output, Rows = OutputRows.Plain(n), Operands = On(output), Packed = output, Scratch = output,
                    Splits = 1, SplitDepth = k, SplitStride = m * n, StoresQuads = 1, StoresPairs = storesPairs ? 1 : 0,
                }, "product", default));
                return bench.Download(output);
            }
        }

        DepthMajor Rows(Workbench bench, float[] matrix) => new() { Data = bench.Upload(Packed(matrix)), Stride = k / 2 };

        OuterMajor Columns(Workbench bench, float[] matrix, int outer) =>
            new() { Data = bench.Upload(Packed([.. Enumerable.Range(0, matrix.Length).Select(i => matrix[(i % outer * k) + (i / outer)])])), Stride = outer / 2 };
    }

    private static void Run<TWidth, TExpression>(Workbench bench, ArrayView<float> input, ArrayView<float> output, int count)
        where TWidth : struct, ICopyWidth
        where TExpression : struct, IExpression =>
        bench.RunThreads<ElementwiseInGroups<TWidth, TExpression>, ElementwiseParameters>(new() { Output = output, Operands = On(input), Rows = 1, Columns = count });

    private static Operands On(ArrayView<float> view) => new() { X0 = view, X1 = view, X2 = view, X3 = view, X4 = view, X5 = view, X6 = view, X7 = view };

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    private static uint Bf16(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return float.IsNaN(number) ? 0x7fff : (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
    }

    private static float Rounded(float number) => BitConverter.UInt32BitsToSingle(Bf16(number) << 16);

    private static float[] Packed(float[] numbers) => [.. numbers.Chunk(2).Select(pair => BitConverter.UInt32BitsToSingle(Bf16(pair[0]) | ((pair.Length > 1 ? Bf16(pair[1]) : 0) << 16)))];

    private static float[] Unpacked(float[] words) =>
        [.. words.Select(BitConverter.SingleToUInt32Bits).SelectMany(word => (uint[])[word << 16, word & 0xffff0000]).Select(BitConverter.UInt32BitsToSingle)];
}
