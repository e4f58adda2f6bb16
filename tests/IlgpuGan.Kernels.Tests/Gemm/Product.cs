using IlgpuGan.Devices;
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
    public abstract IReadOnlyList<ProductKernel> Candidates(ProductKernels kernels);

    /// <summary>By three loops over single elements.</summary>
    public abstract double[] Naive(Workbench cpu, bool hasBias = true);

    /// <summary>By the kernel that the engine takes first.</summary>
    public float[] Run(Workbench bench, int workers = 2) =>
        Run(bench, Candidates(new(bench.Device.Traits, Precision.Fp32))[0], workers);

    /// <inheritdoc/>
    public override string ToString() => $"{name} {M}x{N}x{K}";

    /// <summary>A product of matrices, each stored along depth or along the other direction.</summary>
    public static Product Matrices(int m, int n, int k, bool isLeftAlongDepth, bool isRightAlongDepth, bool isInQuads = false)
    {
        // Wider than need be, so that a row is not followed by the next at once.
        int Stride(int size, int spare) => isInQuads ? (size + 7) / 4 * 4 : size + spare;
        DepthMajor AlongDepth(Workbench bench, int outer, int seed) => new() { Data = bench.Upload(Random(outer * Stride(k, 3), seed)), Stride = Stride(k, 3) };
        OuterMajor AlongOuter(Workbench bench, int outer, int seed) => new() { Data = bench.Upload(Random(k * Stride(outer, 5), seed)), Stride = Stride(outer, 5) };
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

    /// <summary>A convolution of a [2, 4, 6, channels] image with 3 x 4 kernels, stride 2, padding 1: [2, 2, 3, filters].</summary>
    public static Product Convolution(int channels, int filters) => new Product<WindowRows, OuterMajor>(
        "convolution", 2 * 2 * 3, filters, 3 * 4 * channels,
        bench => new() { Windows = Windows(bench, channels) },
        bench => new() { Data = bench.Upload(Random(3 * 4 * channels * filters, 2)), Stride = filters });

    /// <summary>The gradient of the same convolution by its weights.</summary>
    public static Product WeightGradient(int channels, int filters) => new Product<WindowColumns, OuterMajor>(
        "weight gradient", 3 * 4 * channels, filters, 2 * 2 * 3,
        bench => new() { Windows = Windows(bench, channels) },
        bench => new() { Data = bench.Upload(Random(2 * 2 * 3 * filters, 2)), Stride = filters });

    /// <summary>One of the four classes of the gradient of the same convolution by its image: odd rows, even columns.</summary>
    public static Product DataGradient(int channels, int filters)
    {
        // Row 1 + 2i of x meets r = 0, 2 at row i + 1 - t of y; column 2j meets s = 1, 3 at column j - t.
        var class01 = new ClassGeometry
        {
            Lines = 2, PixelsPerLine = 3, TapsWide = 2, FirstRow = 1, FirstColumn = 0, FirstR = 0, FirstS = 1, Stride = 2,
        };
        return new Product<ClassWindows, ClassWeights>(
            "data gradient", 2 * 2 * 3, channels, 2 * 2 * filters,
            bench => new() { Data = bench.Upload(Random(2 * 2 * 3 * filters, 1)), Class = class01, Height = 2, Width = 3, Filters = filters },
            bench => new() { Data = bench.Upload(Random(3 * 4 * channels * filters, 2)), Class = class01, KernelWidth = 4, Channels = channels, Filters = filters });
    }

    /// <summary>Numbers in [-1, 1] that are the same every time.</summary>
    protected static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private static Windows Windows(Workbench bench, int channels) => new()
    {
        Data = bench.Upload(Random(2 * 4 * 6 * channels, 1)),
        Height = 4,
        Width = 6,
        Channels = channels,
        KernelWidth = 4,
        OutputHeight = 2,
        OutputWidth = 3,
        Stride = 2,
        Padding = 1,
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
        var closed = kernel.Close(typeof(TLeft), typeof(TRight), hasBias && splits == 1 ? typeof(Add<Accumulator, PerColumn<Slot0>>) : typeof(Accumulator));
        var launch = Launch.Create(bench.Device.Kind == DeviceKind.Cpu, closed, parameters, kernel.Name, 0, 0);
        bench.Run(launch, workers);
        var output = bench.Download(parameters.Output);
        float[] sums = output[..(M * N)];
        for (int i = M * N; i < output.Length; i++)
            sums[i % (M * N)] += output[i];
        return sums;
    }

    public override (bool Left, bool Right) InQuads(Workbench bench) => (left(bench).IsInQuads, right(bench).IsInQuads);

    public override IReadOnlyList<ProductKernel> Candidates(ProductKernels kernels) => kernels.Candidates(M, N, K, typeof(TLeft), typeof(TRight));

    public override double[] Naive(Workbench cpu, bool hasBias = true)
    {
        var (a, b, bias) = (left(cpu), right(cpu), Bias());
        return [.. from row in Enumerable.Range(0, M) from column in Enumerable.Range(0, N) select Sum(row, column) + (hasBias ? bias[column] : 0)];

        double Sum(int row, int column)
        {
            double sum = 0;
            for (int depth = 0; depth < K; depth++)
                sum += (double)At(a, row, depth) * At(b, column, depth);
            return sum;
        }
    }

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
            Scratch = bench.Upload(new float[HostBlocking.ScratchSize(workers)]),
            Splits = splits,
            SplitDepth = ((K + splits - 1) / splits + 15) / 16 * 16,
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
