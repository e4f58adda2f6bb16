using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Intrinsics;
using ILGPU;

namespace IlgpuGan.Devices;

/// <summary>What a <see cref="SelfTest"/> computes.</summary>
internal static class SelfTestCases
{
    // No multiples of any tile; multiples of four, which are read by fours where a kernel can.
    private const int M = 68, N = 44, K = 36;

    // Terms of a sum, and random numbers: the last block of four is cut.
    private const int Long = 301, Numbers = 1027, Step = 3;

    /// <summary>The cases for a device, those that depend on the least first.</summary>
    public static IEnumerable<SelfTestCase> Of(DeviceTraits traits) =>
    [
        Uniform,
        Normal,
        traits.IsCard ? RowsInGroups : traits.IsOpenClProcessor ? Rows<SumRowsInStrips<Full<Slot0>>>() : Rows<SumRows<Full<Slot0>>>(),
        traits.IsCard ? ColumnsInGroups : Columns,
        .. Products(traits),
    ];

    private static SelfTestCase Uniform => new("uniform random numbers", typeof(RandomUniform), Bound: 0, Draw<RandomUniform>,
        () => [.. Blocks(words => [Philox.Uniform(words.A), Philox.Uniform(words.B), Philox.Uniform(words.C), Philox.Uniform(words.D)])]);

    // Approximations of cosine and logarithm may err by 2^-14.7 and 2^-22, by CUDA's reference, and a radius reaches 5.8.
    private static SelfTestCase Normal => new("normal random numbers", typeof(RandomNormal), Bound: 1e-3, Draw<RandomNormal>,
        () => [.. Blocks(words =>
        {
            var quad = Philox.Normal(words);
            return [quad.X, quad.Y, quad.Z, quad.W];
        })]);

    // A sum of so few numbers in [-1, 1] errs by some 10^-6 in any order.
    private static SelfTestCase Rows<TSum>()
        where TSum : struct, IDeviceKernel<ReductionParameters> =>
        new("sums of rows", typeof(TSum), Bound: 1e-4, memory => Reduce<TSum>(memory, rows: Long, columns: N, outputs: N),
            SumsOfRows);

    private static SelfTestCase RowsInGroups => new("sums of rows", typeof(RowSums<ByQuads, Full<Slot0>, Accumulator, Accumulator>), Bound: 1e-4,
        memory =>
        {
            var (input, output) = (memory.Upload(Random(Long * N, 1)), memory.Empty(N));
            return memory.Run<RowSums<ByQuads, Full<Slot0>, Accumulator, Accumulator>, RowSumParameters>(
                new()
                {
                    First = output, Second = output, Tail = output, Operands = Only(input), EndOperands = Only(output),
                    Rows = Long, Columns = N, EndColumns = N, Parts = 1, Across = 8,
                },
                output);
        },
        SumsOfRows);

    private static SelfTestCase Columns => new("sums of columns", typeof(SumColumns<Full<Slot0>>), Bound: 1e-4,
        memory => Reduce<SumColumns<Full<Slot0>>>(memory, rows: N, columns: Long, outputs: N),
        SumsOfColumns);

    private static SelfTestCase ColumnsInGroups => new("sums of columns", typeof(ColumnSums<ByFloats, Full<Slot0>>), Bound: 1e-4,
        memory =>
        {
            var (input, output) = (memory.Upload(Random(N * Long, 1)), memory.Empty(N));
            return memory.Run<ColumnSums<ByFloats, Full<Slot0>>, ColumnSumParameters>(
                new() { Output = output, Operands = Only(input), Rows = N, Columns = Long, Along = 32 }, output);
        },
        SumsOfColumns);

    private static double[] SumsOfRows() => [.. Enumerable.Range(0, N).Select(column => Enumerable.Range(0, Long).Sum(row => (double)Number(row * N + column, 1)))];

    private static double[] SumsOfColumns() => [.. Enumerable.Range(0, N).Select(row => Enumerable.Range(0, Long).Sum(column => (double)Number(row * Long + column, 1)))];

    private static IEnumerable<SelfTestCase> Products(DeviceTraits traits)
    {
        if (traits.IsOpenClProcessor)
        {
            return traits.VectorBits >= 512 ? Vectors<VectorTile512>(traits) : Vectors<VectorTile256>(traits);
        }
        IEnumerable<SelfTestCase> tiles =
        [
            .. Tiled<WideShape, ByFloats, ByQuads>(traits), .. Tiled<MiddleShape, ByQuads, ByFloats>(traits),
            .. Tiled<NarrowShape, ByFloats, ByFloats>(traits), .. Tiled<SmallShape, ByQuads, ByQuads>(traits),
        ];
        return !traits.HasTensorCores ? tiles :
        [
            .. Tensor<Tile128x128, Tf32Factors, ByQuads>(traits), .. Tensor<Tile128x64, Tf32Factors, ByQuads>(traits), .. Tensor<Tile64x64, Tf32Factors, ByQuads>(traits),
            .. Tensor<Tile128x32, Tf32Factors, ByFloats>(traits), .. Tensor<Tile64x64, Bf16Factors, ByQuads>(traits),
            .. Paired<Tile128x128>(traits), .. Paired<Tile128x64>(traits), .. Paired<Tile64x64>(traits), .. Paired<Tile128x32>(traits), .. Paired<SmallTile64x64>(traits),
            .. Paired<SmallTile128x32>(traits),
            .. Tensor<SmallTile64x64, Tf32Factors, ByQuads>(traits), .. Tensor<SmallTile128x32, Tf32Factors, ByFloats>(traits), .. tiles,
        ];
    }

    private static IEnumerable<SelfTestCase> Vectors<TTile>(DeviceTraits traits)
        where TTile : struct, IVectorTile =>
        traits.SharedBytes >= LargeBlock.LocalBytes ? [Vector<TTile, LargeBlock>(), Vector<TTile, SmallBlock>()] : [Vector<TTile, SmallBlock>()];

    private static SelfTestCase Vector<TTile, TBlock>()
        where TTile : struct, IVectorTile
        where TBlock : struct, IVectorBlock =>
        Product<VectorGemm<TTile, TBlock, DepthMajor, OuterMajor, Accumulator>>($"products by vectors of {TTile.Columns} columns", Single);

    // A left factor along depth is written into shared memory float by float, as is a right one that is read by ones.
    private static IEnumerable<SelfTestCase> Tiled<TShape, TLeftWidth, TRightWidth>(DeviceTraits traits)
        where TShape : struct, ITileShape
        where TLeftWidth : struct, ICopyWidth
        where TRightWidth : struct, ICopyWidth =>
        TShape.Threads > traits.GroupThreads || 4 * TShape.Depth * (TShape.Rows + TShape.Columns + 8) > traits.SharedBytes ? []
            : [Product<TiledGemm<TShape, TLeftWidth, TRightWidth, DepthMajor, OuterMajor, Accumulator>>($"products by tiles of {TShape.Rows} x {TShape.Columns}", Single)];

    private static IEnumerable<SelfTestCase> Tensor<TTile, TPrecision, TWidth>(DeviceTraits traits)
        where TTile : struct, ITensorTile
        where TPrecision : struct, IFactorPrecision
        where TWidth : struct, ICopyWidth =>
        TensorTiles.SharedBytes<TTile>() > traits.MostSharedBytes ? [] : [Product<TensorGemm<TTile, TPrecision, TWidth, TWidth, DepthMajor, OuterMajor, Accumulator>>(
            $"products by tensor cores in tiles of {TTile.Rows} x {TTile.Columns}{(TTile.AsksForMemory ? "" : " in little memory")}, "
            + $"{(typeof(TPrecision) == typeof(Bf16Factors) ? "bfloat16" : "TF32")}",
            typeof(TPrecision) == typeof(Bf16Factors) ? Bfloat16 : Tf32)];

    // More than a step deep, and whole quads of pairs.
    private const int PairedK = 72, PairedN = 40;

    private static IEnumerable<SelfTestCase> Paired<TTile>(DeviceTraits traits)
        where TTile : struct, ITensorTile =>
        TensorTiles.SharedBytes<TTile>() > traits.MostSharedBytes ? [] : [new(
            $"products by tensor cores in tiles of {TTile.Rows} x {TTile.Columns}{(TTile.AsksForMemory ? "" : " in little memory")}, bfloat16 in memory",
            typeof(TensorGemm<TTile, Bf16Pairs, ByPairs, ByPairs, DepthMajor, OuterMajor, Accumulator>), Bfloat16, memory =>
            {
                var output = memory.Empty(M * PairedN);
                return memory.Run<TensorGemm<TTile, Bf16Pairs, ByPairs, ByPairs, DepthMajor, OuterMajor, Accumulator>, GemmParameters<DepthMajor, OuterMajor>>(new()
                {
                    M = M,
                    N = PairedN,
                    K = PairedK,
                    Left = new() { Data = memory.Upload(Packed(Random(M * PairedK, 1))), Stride = PairedK / 2 },
                    Right = new() { Data = memory.Upload(Packed(Random(PairedK * PairedN, 2))), Stride = PairedN / 2 },
                    Output = output,
                    Rows = OutputRows.Plain(PairedN),
                    Operands = Only(output),
                    Packed = output,
                    Scratch = output,
                    SplitDepth = PairedK,
                    StoresQuads = 1,
                }, output);
            }, () => [.. from row in Enumerable.Range(0, M) from column in Enumerable.Range(0, PairedN)
                         select Enumerable.Range(0, PairedK).Sum(depth => (double)Number(row * PairedK + depth, 1) * Number(depth * PairedN + column, 2))])];

    private static float[] Packed(float[] numbers) => [.. numbers.Chunk(2).Select(pair => BitConverter.UInt32BitsToSingle(Scalar.RoundToPair(pair[0], pair[1])))];

    // K products of numbers in [-1, 1], each factor rounded to 24, 11 or 8 bits: a few times what that may add up to, a tenth of a single product at most.
    private const double Single = 1e-4, Tf32 = 2e-2, Bfloat16 = 1e-1;

    private static SelfTestCase Product<TKernel>(string name, double bound)
        where TKernel : struct, IDeviceKernel<GemmParameters<DepthMajor, OuterMajor>> =>
        new(name, typeof(TKernel), bound, memory =>
        {
            var output = memory.Empty(M * N);
            return memory.Run<TKernel, GemmParameters<DepthMajor, OuterMajor>>(new()
            {
                M = M,
                N = N,
                K = K,
                Left = new() { Data = memory.Upload(Random(M * K, 1)), Stride = K },
                Right = new() { Data = memory.Upload(Random(K * N, 2)), Stride = N },
                Output = output,
                Rows = OutputRows.Plain(N),
                Operands = Only(output),
                Packed = output,
                Scratch = output,
                Cores = memory.Traits.Multiprocessors,
                SplitDepth = K,
                StoresQuads = 1,
            }, output);
        }, () => [.. from row in Enumerable.Range(0, M) from column in Enumerable.Range(0, N)
                     select Enumerable.Range(0, K).Sum(depth => (double)Number(row * K + depth, 1) * Number(depth * N + column, 2))]);

    private static float[] Reduce<TSum>(SelfTestMemory memory, int rows, int columns, int outputs)
        where TSum : struct, IDeviceKernel<ReductionParameters>
    {
        var (input, output) = (memory.Upload(Random(rows * columns, 1)), memory.Empty(outputs));
        return memory.Run<TSum, ReductionParameters>(new() { Output = output, Operands = Only(input), Rows = rows, Columns = columns, Blocks = 1 }, output);
    }

    private static float[] Draw<TKernel>(SelfTestMemory memory)
        where TKernel : struct, IDeviceKernel<RandomParameters>
    {
        var output = memory.Empty(Numbers);
        return memory.Run<TKernel, RandomParameters>(
            new() { Output = output, Draws = new() { Counters = memory.Upload(0, Step), CounterIndex = 1, Stream = 1, SeedLow = 2, SeedHigh = 3 }, Count = Numbers }, output);
    }

    private static IEnumerable<double> Blocks(Func<Words, float[]> numbers) =>
        Enumerable.Range(0, (Numbers + 3) / 4).SelectMany(block => numbers(Philox.Generate((uint)block, stream: 1, Step, seedLow: 2, seedHigh: 3)))
            .Take(Numbers).Select(number => (double)number);

    private static Operands Only(ArrayView<float> view) =>
        new() { X0 = view, X1 = view, X2 = view, X3 = view, X4 = view, X5 = view, X6 = view, X7 = view };

    private static float[] Random(int count, uint stream) => [.. Enumerable.Range(0, count).Select(i => Number(i, stream))];

    private static float Number(int index, uint stream) => 2 * Philox.Uniform(Philox.Generate((uint)index, stream, 0, 0, 0).A) - 1;
}
