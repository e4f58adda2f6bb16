using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;

namespace IlgpuGan.Kernels.Tests;

/// <summary>The forms of kernels for processors that are programmed through OpenCL, on the first device that runs threads.</summary>
public class LongItemsTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(37, 131, 4)]
    [InlineData(10, 64, 7)] // blocks without a row
    public void Strips_sum_every_row_once(int rows, int columns, int blocks)
    {
        using var bench = new Workbench(under.DeviceWithGroups(1));
        // Small whole numbers: their sums are exact in any order.
        float[] values = [.. Enumerable.Range(0, rows * columns).Select(i => (float)(i * 7 % 19 - 9))];
        var output = bench.Upload(new float[blocks * columns]);
        bench.RunThreads<SumRowsInStrips<Full<Slot0>>, ReductionParameters>(new()
        {
            Output = output, Operands = Only(bench.Upload(values)), Rows = rows, Columns = columns, Blocks = blocks,
        });
        var parts = bench.Download(output);
        for (int column = 0; column < columns; column++)
        {
            Assert.Equal(
                Enumerable.Range(0, rows).Sum(row => values[row * columns + column]),
                Enumerable.Range(0, blocks).Sum(block => parts[block * columns + column]));
        }
    }

    [Fact]
    public void Ranges_update_by_Adam_as_single_elements_do() => AssertSame<AdamRule>();

    [Fact]
    public void Ranges_update_by_RMSprop_as_single_elements_do() => AssertSame<RmsPropRule>();

    [Fact]
    public void Ranges_update_by_momentum_as_single_elements_do() => AssertSame<SgdRule>();

    private void AssertSame<TRule>()
        where TRule : struct, IUpdateRule
    {
        const int count = 4096 + 64 + 5;
        using var bench = new Workbench(under.DeviceWithGroups(128));
        float[] Numbers(int seed) => [.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(seed + 3.7 * i))];
        UpdateParameters Parameters() => new()
        {
            Values = bench.Upload(Numbers(1)),
            Gradients = bench.Upload(Numbers(2)),
            FirstMoment = bench.Upload(Numbers(3)),
            SecondMoment = bench.Upload([.. Numbers(4).Select(Math.Abs)]),
            Average = bench.Upload(Numbers(5)),
            Counters = bench.Upload(3),
            Count = count,
            LearningRate = bench.Upload(1e-2f),
            Beta1 = bench.Upload(0.5f),
            Beta2 = bench.Upload(0.999f),
            AverageHalfLife = bench.Upload(6.5f),
            Epsilon = 1e-8f,
            DecoupledDecay = 0.5f,
            WeightPenalty = 0.25f,
        };
        var (single, ranges) = (Parameters(), Parameters());
        bench.RunThreads<ParameterUpdate<TRule>, UpdateParameters>(single);
        bench.RunThreads<ParameterUpdateInRanges<TRule>, UpdateParameters>(ranges);
        foreach (var view in (Func<UpdateParameters, ArrayView<float>>[])[p => p.Values, p => p.FirstMoment, p => p.SecondMoment, p => p.Average])
        {
            // Compilers may fuse a product and a sum in one of the two: a few units in the last place.
            Assert.All(bench.Download(view(single)).Zip(bench.Download(view(ranges))), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }
    }

    private static Operands Only(ArrayView<float> view) => new()
    {
        X0 = view, X1 = view, X2 = view, X3 = view, X4 = view, X5 = view, X6 = view, X7 = view,
    };
}
