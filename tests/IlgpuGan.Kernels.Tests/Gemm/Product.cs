using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;

namespace IlgpuGan.Kernels.Tests.Gemm;

/// <summary>A matrix product of one kind of operands on random numbers, run in several ways and naively.</summary>
internal abstract class Product(string name, int m, int n, int k)
{
    /// <summary>Rows.</summary>
    public int M { get; } = m;

    /// <summary>Columns.</summary>
    public int N { get; } = n;

    /// <summary>Products in each sum.</summary>
    public int K { get; } = k;

    /// <summary>By a kernel of one's choice, with an epilogue that adds a bias to each column or without one.</summary>
    /// <remarks>In several parts, it gives their sums, added one after the other; then there is no bias.</remarks>
    public abstract float[] Run(Workbench bench, ProductKernel kernel, int workers = 2, bool hasBias = true, int splits = 1);

    /// <summary>Whether the operands lie in quads.</summary>
    public abstract (bool Left, bool Right) InQuads(Workbench bench);

    /// <summary>The kernels that the engine would choose from.</summary>
    public abstract IReadOnlyList<ProductKernel> Candidates(Workbench bench, ProductKernels kernels);

    /// <summary>By three loops over single elements.</summary>
    public abstract double[] Naive(Workbench cpu, bool hasBias = true);

    /// <summary>By one fused multiply-add after the other over the depth of each sum, or of each part of it; the parts are added in turn.</summary>
    public abstract float[] Fused(Workbench cpu, Func<float, float, float, float> multiplyAdd, bool hasBias = true, int splits = 1);

    /// <summary>By the kernel that the engine takes first.</summary>
    public float[] Run(Workbench bench, int workers = 2) =>
        Run(bench, Candidates(bench, new(bench.Device.Traits, Precision.Fp32))[0], workers);

    /// <inheritdoc/>
    public override string ToString() => $"{name} {M}x{N}x{K}";

    /// <summary>A product of matrices, each stored along depth or along the other direction.</summary>
    public static Product Matrices(int m, int n, int k, bool isLeftAlongDepth, bool isRightAlongDepth, bool isInQuads = false)
    {
        // Wider than need be, so that a row is not followed by the next at once; by four, so that every fourth size can be read by fours.
        int Stride(int size) => isInQuads ? (size + 7) / 4 * 4 : size + 4;
        DepthMajor AlongDepth(Workbench bench, int outer, int seed) => new() { Data = bench.Upload(Random(outer * Stride(k), seed)), Stride = Stride(k) };
        OuterMajor AlongOuter(Workbench bench, int outer, int seed) => new() { Data = bench.Upload(Random(k * Stride(outer), seed)), Stride = Stride(outer) };
        string name = $"left along {(isLeftAlongDepth ? "depth" : "outer")}, right along {(isRightAlongDepth ? "depth" : "outer")}";
        return (isLeftAlongDepth, isRightAlongDepth) switch
        {
            (true, true) => new Product<DepthMajor, DepthMajor>(name, m, n, k, bench => AlongDepth(bench, m, 1), bench => AlongDepth(bench, n, 2)),
            (true, false) => new Product<DepthMajor, OuterMajor>(name, m, n, k, bench => AlongDepth(bench, m, 1), bench => AlongOuter(bench, n, 2)),
            (false, true) => new Product<OuterMajor, DepthMajor>(name, m, n, k, bench => AlongOuter(bench, m, 1), bench => AlongDepth(bench, n, 2)),
            (false, false) => new Product<OuterMajor, OuterMajor>(name, m, n, k, bench => AlongOuter(bench, m, 1), bench => AlongOuter(bench, n, 2)),
        };
    }

    /// <summary>A product of matrices whose left factor holds one given number, in its first row.</summary>
    public static Product Poisoned(int m, int n, int k, float poison) => new Product<DepthMajor, DepthMajor>(
        "poisoned", m, n, k,
        bench => new() { Data = bench.Upload([poison, .. Random(m * k, 1)[1..]]), Stride = k },
        bench => new() { Data = bench.Upload(Random(n * k, 2)), Stride = k });

    /// <summary>A convolution of [2, 4, 6, channels] images with 3 x 4 kernels, stride 2, padding 1: [2, 2, 3, filters].</summary>
    public static ConvolutionGeometry Small(int channels, int filters) => new(4, 6, channels, filters, 3, 4, Stride: 2, Padding: 1);

    /// <summary>A convolution of a batch of images.</summary>
    public static Product Convolution(ConvolutionGeometry g, int batch) => new Product<WindowRows, OuterMajor>(
        $"convolution {g}", g.Output(batch).Rows, g.Filters, g.Weights.Rows,
        bench => new() { Windows = Windows(bench, g, batch) },
        bench => new() { Data = bench.Upload(Random(g.Weights.Size, 2)), Stride = g.Filters });

    /// <summary>The gradient of a convolution by its weights.</summary>
    public static Product WeightGradient(ConvolutionGeometry g, int batch) => new Product<WindowColumns, OuterMajor>(
        $"weight gradient {g}", g.Weights.Rows, g.Filters, g.Output(batch).Rows,
        bench => new() { Windows = Windows(bench, g, batch) },
        bench => new() { Data = bench.Upload(Random(g.Output(batch).Size, 2)), Stride = g.Filters });

    /// <summary>One class of the gradient of a convolution by its images: rows h and columns w of them that leave remainders modulo the stride.</summary>
    public static Product DataGradient(ConvolutionGeometry g, int batch, int h, int w)
    {
        // Row h + i stride of an image meets tap r = FirstR + t stride at row (h + i stride + padding - r) / stride = FirstRow + i - t of y.
        int firstR = Enumerable.Range(0, g.Stride).First(r => (h + g.Padding - r) % g.Stride == 0);
        int firstS = Enumerable.Range(0, g.Stride).First(s => (w + g.Padding - s) % g.Stride == 0);
        int tapsHigh = Enumerable.Range(0, g.KernelHeight).Count(r => (r - firstR) % g.Stride == 0);
        int tapsWide = Enumerable.Range(0, g.KernelWidth).Count(s => (s - firstS) % g.Stride == 0);
        var geometry = new ClassGeometry
        {
            Lines = Enumerable.Range(0, g.Height).Count(row => row % g.Stride == h),
            PixelsPerLine = Enumerable.Range(0, g.Width).Count(column => column % g.Stride == w),
            TapsHigh = tapsHigh,
            TapsWide = Math.Max(1, tapsWide),
            FirstRow = (h + g.Padding - firstR) / g.Stride,
            FirstColumn = (w + g.Padding - firstS) / g.Stride,
            FirstR = firstR,
            FirstS = firstS,
            Stride = g.Stride,
        };
        return new Product<ClassWindows, ClassWeights>(
            $"data gradient {g} class {h}, {w}", batch * geometry.Lines * geometry.PixelsPerLine, g.Channels, tapsHigh * tapsWide * g.Filters,
            bench => new() { Data = bench.Upload(Random(g.Output(batch).Size, 1)), Class = geometry, Height = g.OutputHeight, Width = g.OutputWidth, Filters = g.Filters, PixelStride = g.Filters },
            bench => new() { Data = bench.Upload(Random(g.Weights.Size, 2)), Class = geometry, KernelWidth = g.KernelWidth, Channels = g.Channels, Filters = g.Filters, ChannelStride = g.Filters });
    }

    /// <summary>Numbers in [-1, 1] that are the same every time.</summary>
    protected static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private static Windows Windows(Workbench bench, ConvolutionGeometry g, int batch) => new()
    {
        Data = bench.Upload(Random(g.Input(batch).Size, 1)),
        Height = g.Height,
        Width = g.Width,
        Channels = g.Channels,
        PixelStride = g.Channels,
        KernelHeight = g.KernelHeight,
        KernelWidth = g.KernelWidth,
        OutputHeight = g.OutputHeight,
        OutputWidth = g.OutputWidth,
        Stride = g.Stride,
        Padding = g.Padding,
    };
}

/// <inheritdoc/>
internal sealed class Product<TLeft, TRight>(string name, int m, int n, int k, Func<Workbench, TLeft> left, Func<Workbench, TRight> right)
    : Product(name, m, n, k)
    where TLeft : struct, IOperand
    where TRight : struct, IOperand
{
    public override float[] Run(Workbench bench, ProductKernel kernel, int workers, bool hasBias, int splits)
    {
        var parameters = Parameters(bench, workers, splits);
        parameters.MostGroups = kernel.MostGroups;
        if (kernel.Tile is { } tile)
        {
            // Columns beyond the last hold anything: here what spoils every sum that it enters.
            parameters.Packed = bench.Upload([.. Enumerable.Repeat(float.NaN, HostBlocking.PackedSize(N, K, 32))]);
            bench.Run(Launch.Create(isHost: true, typeof(PackRight<,>).MakeGenericType(tile, typeof(TRight)),
                new PackParameters<TRight> { Right = parameters.Right, N = N, K = K, Packed = parameters.Packed, Scratch = parameters.Scratch }, "pack", default), workers);
        }
        var closed = kernel.Close(typeof(TLeft), typeof(TRight), hasBias && splits == 1 ? typeof(Add<Accumulator, PerColumn<Slot0>>) : typeof(Accumulator));
        var launch = Launch.Create(bench.Device.Kind == DeviceKind.Cpu, closed, parameters, kernel.Name, default);
        bench.Run(launch, workers);
        var output = bench.Download(parameters.Output);
        float[] sums = output[..(M * N)];
        for (int i = M * N; i < output.Length; i++)
        {
            sums[i % (M * N)] += output[i];
        }
        return sums;
    }

    public override IReadOnlyList<ProductKernel> Candidates(Workbench bench, ProductKernels kernels) => kernels.Candidates(M, N, K, left(bench), right(bench));

    public override (bool Left, bool Right) InQuads(Workbench bench) => (Quads.Hold(left(bench)), Quads.Hold(right(bench)));

    public override double[] Naive(Workbench cpu, bool hasBias = true)
    {
        var (a, b, bias) = (left(cpu), right(cpu), Bias());
        return [.. from row in Enumerable.Range(0, M) from column in Enumerable.Range(0, N) select Sum(row, column) + (hasBias ? bias[column] : 0)];

        double Sum(int row, int column)
        {
            double sum = 0;
            for (int depth = 0; depth < K; depth++)
            {
                sum += (double)At(a, row, depth) * At(b, column, depth);
            }
            return sum;
        }
    }

    public override float[] Fused(Workbench cpu, Func<float, float, float, float> multiplyAdd, bool hasBias, int splits)
    {
        var (a, b, bias) = (left(cpu), right(cpu), Bias());
        int part = splits == 1 ? Math.Max(1, K) : SplitDepth(splits);
        return [.. from row in Enumerable.Range(0, M) from column in Enumerable.Range(0, N) select Sum(row, column) + (hasBias && splits == 1 ? bias[column] : 0)];

        float Sum(int row, int column)
        {
            float total = 0;
            for (int first = 0; first < K; first += part)
            {
                float sum = 0;
                for (int depth = first; depth < Math.Min(K, first + part); depth++)
                {
                    sum = multiplyAdd(At(a, row, depth), At(b, column, depth), sum);
                }
                total = first == 0 ? sum : total + sum;
            }
            return total;
        }
    }

    private int SplitDepth(int splits) => ((K + splits - 1) / splits + 15) / 16 * 16;

    private GemmParameters<TLeft, TRight> Parameters(Workbench bench, int workers, int splits)
    {
        var bias = bench.Upload(Bias());
        var output = bench.Upload([.. Enumerable.Repeat(float.NaN, splits * M * N)]);
        return new()
        {
            M = M,
            N = N,
            K = K,
            Left = left(bench),
            Right = right(bench),
            Output = output,
            Rows = OutputRows.Plain(N),
            Operands = new() { X0 = bias, X1 = bias, X2 = bias, X3 = bias, X4 = bias, X5 = bias, X6 = bias, X7 = bias },
            Cores = bench.Device.Traits.Multiprocessors,
            Scratch = bench.Upload(new float[HostBlocking.ScratchSize(workers)]),
            Splits = splits,
            SplitDepth = SplitDepth(splits),
            SplitStride = M * N,
            StoresQuads = 1,
        };
    }

    private static float At<TOperand>(TOperand operand, int outer, int depth)
        where TOperand : struct, IOperand
    {
        var (o, d) = (operand.Outer(outer), operand.Depth(depth));
        return operand.IsInside(o, d) ? operand.Memory[o.Offset + d.Offset] : 0;
    }

    private float[] Bias() => Random(N, 3);
}
