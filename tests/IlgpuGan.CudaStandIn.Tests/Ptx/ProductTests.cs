using IlgpuGan.CudaStandIn.Ptx;
using IlgpuGan.CudaStandIn.Tests.Harness;
using IlgpuGan.Kernels;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;

namespace IlgpuGan.CudaStandIn.Tests.Ptx;

/// <summary>The engine's products for a card, on tensor cores and without, against sums in double precision.</summary>
public sealed class ProductTests(KernelTexts texts) : IClassFixture<KernelTexts>
{
    private static readonly Type[] Tiles = [typeof(Tile128x128), typeof(Tile128x64), typeof(Tile64x64), typeof(Tile128x32), typeof(SmallTile64x64), typeof(SmallTile128x32)];

    /// <summary>Every tile in both precisions, with copies by quads and by floats.</summary>
    public static TheoryData<Type, Type, bool> Kernels()
    {
        var data = new TheoryData<Type, Type, bool>();
        foreach (var tile in Tiles)
        {
            data.Add(tile, typeof(Tf32Factors), true);
            data.Add(tile, typeof(Bf16Factors), true);
            data.Add(tile, typeof(Tf32Factors), false);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void A_product_on_tensor_cores_is_what_its_rounded_factors_give(Type tile, Type precision, bool isByQuads)
    {
        using var card = new Card(texts);
        var (m, n, k) = isByQuads ? (130, 70, 100) : (67, 35, 19);
        var width = isByQuads ? typeof(ByQuads) : typeof(ByFloats);
        var product = new MatrixProduct(card, m, n, k, isByQuads, isByQuads);
        var counts = product.Run(typeof(TensorGemm<,,,,,,>), [tile, precision, width, width]);
        Numbers.AssertNear(product.Expected(precision == typeof(Bf16Factors) ? Numbers.RoundBf16 : RoundTf32), product.Result, 2e-5);
        int tileRows = (int)tile.GetProperty("Rows")!.GetValue(null)!, tileColumns = (int)tile.GetProperty("Columns")!.GetValue(null)!;
        long products = (m + tileRows - 1) / tileRows * ((n + tileColumns - 1) / tileColumns) * tileRows / 16 * tileColumns / 8 * ((k + 31) / 32 * 2) * (precision == typeof(Bf16Factors) ? 1 : 2);
        Assert.Equal(products, counts.Products);
        Assert.True(counts.BankPasses >= counts.IdealBankPasses && counts.LoadedSectors >= counts.IdealLoadedSectors, counts.ToString());
    }

    /// <summary>Every tile of factors that memory holds as pairs, along depth or across, with sums stored as floats or as pairs.</summary>
    public static TheoryData<Type, bool, bool, bool> PairedKernels()
    {
        var data = new TheoryData<Type, bool, bool, bool>();
        foreach (var (i, tile) in Tiles.Index())
        {
            foreach (bool isLeftAlongDepth in (bool[])[true, false])
            {
                foreach (bool isRightAlongDepth in (bool[])[true, false])
                {
                    data.Add(tile, isLeftAlongDepth, isRightAlongDepth, (i % 2 == 0) ^ isLeftAlongDepth);
                }
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(PairedKernels))]
    public void A_product_of_pairs_is_what_they_give(Type tile, bool isLeftAlongDepth, bool isRightAlongDepth, bool storesPairs)
    {
        // Four steps and a bit, so that stages are used again; along outer, an odd number of depths.
        foreach (var (m, n, k) in ((int, int, int)[])[(136, 72, 264), (8, 200, 24), isLeftAlongDepth || isRightAlongDepth ? (67, 36, 8) : (40, 24, 77)])
        {
            int rows = isLeftAlongDepth ? m : (m + 7) / 8 * 8, columns = isRightAlongDepth ? n : (n + 7) / 8 * 8;
            using var card = new Card(texts);
            var product = new MatrixProduct(card, rows, columns, k, isLeftAlongDepth, isRightAlongDepth, isInPairs: true, storesPairs: storesPairs);
            var counts = product.Run(typeof(TensorGemm<,,,,,,>), [tile, typeof(Bf16Pairs), typeof(ByPairs), typeof(ByPairs)]);
            double[] expected = product.Expected(Numbers.RoundBf16);
            // A sum that is stored as bfloat16 is off by up to half a unit of its eight bits, 1 / 256.
            Numbers.AssertNear(expected, product.Result, storesPairs ? 4e-3 : 2e-5);
            int tileRows = (int)tile.GetProperty("Rows")!.GetValue(null)!, tileColumns = (int)tile.GetProperty("Columns")!.GetValue(null)!;
            long products = (rows + tileRows - 1) / tileRows * ((columns + tileColumns - 1) / tileColumns) * tileRows / 16 * tileColumns / 8 * ((k + 63) / 64 * 4);
            Assert.Equal(products, counts.Products);
        }
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Factors_may_lie_either_way(bool isLeftAlongDepth, bool isRightAlongDepth)
    {
        using var card = new Card(texts);
        var product = new MatrixProduct(card, 66, 40, 52, isLeftAlongDepth, isRightAlongDepth);
        product.Run(typeof(TensorGemm<,,,,,,>), [typeof(Tile64x64), typeof(Tf32Factors), typeof(ByFloats), typeof(ByFloats)]);
        Numbers.AssertNear(product.Expected(RoundTf32), product.Result, 2e-5);
    }

    [Theory]
    [InlineData(27, 30)]
    [InlineData(33, 33)]
    [InlineData(70, 140)]
    public void Parts_of_a_sum_are_stored_each_once_and_nowhere_else(int m, int n)
    {
        using var card = new Card(texts);
        const int K = 240, Splits = 3;
        var product = new MatrixProduct(card, m, n, K, isLeftAlongDepth: true, isRightAlongDepth: true, splits: Splits);
        product.Run(typeof(TensorGemm<,,,,,,>), [typeof(Tile64x64), typeof(Tf32Factors), typeof(ByQuads), typeof(ByQuads)]);
        double[] sums = new double[m * n];
        foreach (var (value, i) in product.Result.Select((value, i) => (value, i)))
        {
            sums[i % (m * n)] += value;
        }
        Numbers.AssertNear(product.Expected(RoundTf32), [.. sums.Select(sum => (float)sum)], 5e-5);
    }

    [Theory]
    [InlineData(typeof(WideShape))]
    [InlineData(typeof(MiddleShape))]
    [InlineData(typeof(NarrowShape))]
    [InlineData(typeof(SmallShape))]
    public void A_product_without_tensor_cores_is_exact_to_the_last_bits(Type shape)
    {
        using var card = new Card(texts);
        var product = new MatrixProduct(card, 71, 39, 19, isLeftAlongDepth: true, isRightAlongDepth: false);
        product.Run(typeof(TiledGemm<,,,,,>), [shape, typeof(ByFloats), typeof(ByFloats)]);
        Numbers.AssertNear(product.Expected(factor => factor), product.Result, 2e-6);
    }

    [Fact]
    public void What_some_groups_count_for_others_is_what_all_of_them_count()
    {
        LaunchCounts Count(IReadOnlyList<GroupShare>? groups)
        {
            using var card = new Card(texts) { Options = new() { CountsTraffic = true, Groups = groups } };
            return new MatrixProduct(card, 512, 64, 64, isLeftAlongDepth: true, isRightAlongDepth: true)
                .Run(typeof(TensorGemm<,,,,,,>), [typeof(Tile64x64), typeof(Tf32Factors), typeof(ByQuads), typeof(ByQuads)]);
        }

        var all = Count(null);
        Assert.Equal(8, all.Groups);
        Assert.Equal(all with { GroupsRun = 1 }, Count([new(3, 8)]));
        Assert.Equal(all with { GroupsRun = 3 }, Count(GroupShare.Spread(8, 3)));
        Assert.Equal(2, all.Waves(multiprocessors: 3, groupsAtOnce: 2));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(9, 1)]
    [InlineData(10, 3)]
    [InlineData(1000, 8)]
    public void Groups_that_are_spread_stand_for_all_of_a_launch_and_the_last_for_itself(long groups, int most)
    {
        var shares = GroupShare.Spread(groups, most);
        Assert.Equal(Math.Min(groups, most), shares.Count);
        Assert.Equal(groups, shares.Sum(share => share.StandsFor));
        Assert.Equal(groups - 1, shares[^1].Group);
        Assert.True(most == 1 || shares[^1].StandsFor == 1);
        Assert.Equal(shares.Select(share => share.Group).Distinct().Order(), shares.Select(share => share.Group));
    }

    /// <summary>About half a unit is added, then the hardware cuts.</summary>
    private static double RoundTf32(double factor) => BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits((float)factor * (1 + (23f / 65536))) & ~0x1FFFu);
}
