using IlgpuGan.Graphs.Plans;
using IlgpuGan.Kernels.Expressions;
using IlgpuGan.Kernels.Gemm;
using IlgpuGan.Kernels.Tests.Harness;
using ILGPU;

namespace IlgpuGan.Kernels.Tests;

/// <summary>Sums over rows as cards make them, in the tilings that plans choose, against double precision.</summary>
public class RowSumsTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    // A product of numbers in [-1, 1]; sums of some thousands of them, in any order.
    private const double Bound = 2e-4;

    public static TheoryData<int, int, int> Spaces => new()
    {
        { 1, 1, 132 }, { 3, 5, 132 }, { 70, 24, 132 }, { 1000, 3, 132 }, { 5003, 4, 132 }, { 4100, 64, 2 }, { 4100, 260, 132 }, { 9, 4096, 132 }, { 264, 48, 1 }, { 2048, 130, 16 },
    };

    [Theory]
    [MemberData(nameof(Spaces))]
    public void One_or_two_sums_are_made_in_a_pass_over_parts_and_one_over_their_sums(int rows, int columns, int multiprocessors)
    {
        AssertSums<ByFloats>(rows, columns, multiprocessors);
        if (columns % 4 == 0)
        {
            AssertSums<ByQuads>(rows, columns, multiprocessors);
        }
    }

    /// <summary>
    /// Numbers far from zero, also of a first row that is far from all others, and of rows that are all alike: a variance by the mean of squares would have no
    /// right digit. The bound is that of a sum of so many rounded squares.
    /// </summary>
    [Theory]
    [InlineData(100, 1e4f, 1f, 0f)]
    [InlineData(5000, 1e4f, 1f, 0f)]
    [InlineData(5000, -3e5f, 2f, 0f)]
    [InlineData(5000, 1f, 1e-3f, 1e4f)]
    [InlineData(5000, 0f, 1f, 0f)]
    [InlineData(5000, 12345f, 0f, 0f)]
    [InlineData(1, 7f, 1f, 0f)]
    public void Squares_around_a_mean_far_from_zero_are_right(int rows, float mean, float deviation, float outlier)
    {
        const int columns = 12;
        var random = new Random(7);
        float[] x = [.. Enumerable.Range(0, rows * columns).Select(i => mean + deviation * (2 * random.NextSingle() - 1) + (i < columns ? outlier : 0))];
        foreach (var (sums, squares) in (IEnumerable<(float[], float[])>)[Moments<ByFloats>(x, rows, columns), Moments<ByQuads>(x, rows, columns)])
        {
            for (int column = 0; column < columns; column++)
            {
                double[] numbers = [.. Enumerable.Range(0, rows).Select(row => (double)x[row * columns + column])];
                double average = numbers.Average(), expected = numbers.Sum(number => (number - average) * (number - average));
                Assert.Equal(numbers.Sum(), sums[column], 1e-6 * numbers.Sum(Math.Abs));
                Assert.Equal(expected, squares[column], 2e-6 * expected + 1e-12);
            }
        }
    }

    [Fact]
    public void A_formula_of_the_finished_moments_is_made_in_the_same_pass()
    {
        using var bench = new Workbench(under.DeviceWithGroups(256));
        const int rows = 300, columns = 8;
        float[] x = Numbers(rows * columns, 3);
        var (sums, squares, tail) = (Empty(bench, columns), Empty(bench, columns), Empty(bench, columns));
        var tiling = RowTiling.OfParts(rows, columns, typeof(ByQuads));
        bench.RunThreads<RowMoments<ByQuads, ElementMoments<ByQuads, Full<Slot0>>, ReciprocalSqrt<Add<Full<Slot1>, Number<Slot0>>>>, RowSumParameters>(
            tiling.Parameters(rows, columns) with
            {
                First = sums, Second = squares, Tail = tail, HasSecond = 1, HasTail = 1, Operands = Only(bench.Upload(x)),
                EndOperands = Only(sums) with { X1 = squares, K0 = 0.5f },
            });
        Assert.All(bench.Download(squares).Zip(bench.Download(tail)), pair => Assert.Equal(1 / Math.Sqrt(pair.First + 0.5), pair.Second, 1e-6));
    }

    [Fact]
    public void Operations_side_by_side_do_what_each_does_alone()
    {
        using var bench = new Workbench(under.DeviceWithGroups(256));
        const int rows = 37, columns = 20;
        float[] x = Numbers(rows * columns, 5);
        var input = bench.Upload(x);
        var (sums, squares, doubled, others) = (Empty(bench, columns), Empty(bench, columns), Empty(bench, x.Length), Empty(bench, columns));
        var moments = RowTiling.OfParts(rows, columns, typeof(ByQuads)).Parameters(rows, columns) with
        {
            First = sums, Second = squares, Tail = sums, HasSecond = 1, Operands = Only(input), EndOperands = Only(sums),
        };
        var twice = new ElementwiseParameters { Output = doubled, Operands = Only(input) with { K0 = 2 }, Rows = 1, Columns = x.Length };
        var second = RowTiling.OfParts(rows, columns, typeof(ByFloats)).Parameters(rows, columns) with
        {
            First = others, Second = others, Tail = others, Operands = Only(input), EndOperands = Only(others),
        };
        bench.RunThreads<SideBySide<
            SideBySide<RowMoments<ByQuads, ElementMoments<ByQuads, Full<Slot0>>, Accumulator>, RowSumParameters,
                ElementwiseInGroups<ByQuads, Multiply<Full<Slot0>, Number<Slot0>>>, ElementwiseParameters>, Beside<RowSumParameters, ElementwiseParameters>,
            RowSums<ByFloats, Full<Slot0>, Accumulator, Accumulator>, RowSumParameters>, Beside<Beside<RowSumParameters, ElementwiseParameters>, RowSumParameters>>(new()
            {
                One = new()
                {
                    One = moments,
                    Other = twice,
                    Groups = RowMoments<ByQuads, ElementMoments<ByQuads, Full<Slot0>>, Accumulator>.Grid(moments).Groups,
                },
                Other = second,
                Groups = RowMoments<ByQuads, ElementMoments<ByQuads, Full<Slot0>>, Accumulator>.Grid(moments).Groups
                    + ElementwiseInGroups<ByQuads, Full<Slot0>>.Grid(twice).Groups,
            });
        Assert.Equal(x.Select(number => 2 * number), bench.Download(doubled));
        double[] expected = [.. Enumerable.Range(0, columns).Select(column => Enumerable.Range(0, rows).Sum(row => (double)x[row * columns + column]))];
        AssertNear(expected, bench.Download(sums));
        AssertNear(expected, bench.Download(others));
    }

    [Theory]
    [InlineData(7, 12)]
    [InlineData(1, 1028)]
    [InlineData(33, 5)]
    public void Four_columns_at_a_time_give_what_one_gives(int rows, int columns)
    {
        using var bench = new Workbench(under.DeviceWithGroups(256));
        var operands = Only(bench.Upload(Numbers(rows * columns, 1))) with
        {
            X1 = bench.Upload(Numbers(columns, 2)), X2 = bench.Upload(Numbers(rows, 3)), X3 = bench.Upload(0.75f), K0 = 0.2f,
        };
        float[] Run<TWidth>()
            where TWidth : struct, ICopyWidth
        {
            var output = Empty(bench, rows * columns);
            bench.RunThreads<ElementwiseInGroups<TWidth, LeakyRelu<Normalize<Full<Slot0>, PerColumn<Slot1>, PerRow<Slot2>, Single<Slot3>, PerColumn<Slot1>>, Number<Slot0>>>, ElementwiseParameters>(
                new() { Output = output, Operands = operands, Rows = rows, Columns = columns });
            return bench.Download(output);
        }
        float[] single = Run<ByFloats>();
        Assert.DoesNotContain(single, float.IsNaN);
        if (columns % 4 == 0)
        {
            // Compilers may fuse a product and a sum in one of the two.
            Assert.All(single.Zip(Run<ByQuads>()), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(300, 3)]
    [InlineData(5, 16)]
    [InlineData(7, 1000)]
    [InlineData(2, 20004)]
    public void Columns_are_added_by_neighbouring_threads(int rows, int columns)
    {
        using var bench = new Workbench(under.DeviceWithGroups(256));
        float[] x = Numbers(rows * columns, 9);
        float[] Run<TWidth>()
            where TWidth : struct, ICopyWidth
        {
            var output = Empty(bench, rows);
            bench.RunThreads<ColumnSums<TWidth, Full<Slot0>>, ColumnSumParameters>(
                new() { Output = output, Operands = Only(bench.Upload(x)), Rows = rows, Columns = columns, Along = RowTiling.Along(columns, typeof(TWidth)) });
            return bench.Download(output);
        }
        double[] expected = [.. x.Chunk(columns).Select(row => row.Sum(number => (double)number))];
        AssertNear(expected, Run<ByFloats>());
        if (columns % 4 == 0)
        {
            AssertNear(expected, Run<ByQuads>());
        }
    }

    private void AssertSums<TWidth>(int rows, int columns, int multiprocessors)
        where TWidth : struct, ICopyWidth
    {
        using var bench = new Workbench(under.DeviceWithGroups(256));
        var (x, y) = (Numbers(rows * columns, 1), Numbers(columns, 2));
        var operands = Only(bench.Upload(x)) with { X1 = bench.Upload(y) };
        var tiling = RowTiling.Of(rows, columns, typeof(TWidth), multiprocessors);
        var (parts, otherParts, sums, others) = (Empty(bench, tiling.Parts * columns), Empty(bench, tiling.Parts * columns), Empty(bench, columns), Empty(bench, columns));
        bench.RunThreads<RowSums<TWidth, Full<Slot0>, Multiply<Full<Slot0>, PerColumn<Slot1>>, Accumulator>, RowSumParameters>(
            tiling.Parameters(rows, columns) with { First = parts, Second = otherParts, Tail = parts, HasSecond = 1, Operands = operands, EndOperands = operands });
        var last = RowTiling.OfParts(tiling.Parts, columns, typeof(TWidth)).Parameters(tiling.Parts, columns);
        bench.RunThreads<RowSums<TWidth, Full<Slot0>, Full<Slot1>, Add<Accumulator, PerColumn<Slot1>>>, RowSumParameters>(
            last with { First = sums, Second = others, Tail = sums, HasSecond = 1, Operands = Only(parts) with { X1 = otherParts }, EndOperands = operands });
        double[] expected = [.. Enumerable.Range(0, columns).Select(column => Enumerable.Range(0, rows).Sum(row => (double)x[row * columns + column]))];
        AssertNear([.. expected.Zip(y, (sum, number) => sum + number)], bench.Download(sums));
        AssertNear([.. expected.Zip(y, (sum, number) => sum * number)], bench.Download(others));
    }

    private (float[] Sums, float[] Squares) Moments<TWidth>(float[] x, int rows, int columns)
        where TWidth : struct, ICopyWidth
    {
        using var bench = new Workbench(under.DeviceWithGroups(256));
        var tiling = RowTiling.Of(rows, columns, typeof(TWidth), multiprocessors: 16);
        ArrayView<float> Parts() => Empty(bench, tiling.Parts * columns);
        var (parts, squaresOfParts, lifts, sums, squares) = (Parts(), Parts(), Parts(), Empty(bench, columns), Empty(bench, columns));
        bench.RunThreads<RowMoments<TWidth, ElementMoments<TWidth, Full<Slot0>>, Accumulator>, RowSumParameters>(
            tiling.Parameters(rows, columns) with { First = parts, Second = squaresOfParts, Tail = lifts, HasSecond = 1, Operands = Only(bench.Upload(x)), EndOperands = Only(parts) });
        if (tiling.Parts == 1)
        {
            return (bench.Download(parts), bench.Download(squaresOfParts));
        }
        bench.RunThreads<RowMoments<TWidth, PartMoments<TWidth>, Accumulator>, RowSumParameters>(
            RowTiling.OfParts(tiling.Parts, columns, typeof(TWidth)).Parameters(tiling.Parts, columns) with
            {
                First = sums, Second = squares, Tail = sums, HasSecond = 1, Operands = Only(parts) with { X1 = squaresOfParts, X2 = lifts }, EndOperands = Only(sums), RowsBefore = rows,
            });
        return (bench.Download(sums), bench.Download(squares));
    }

    private static void AssertNear(double[] expected, float[] actual) => Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Bound));

    private static ArrayView<float> Empty(Workbench bench, int count) => bench.Upload([.. Enumerable.Repeat(float.NaN, count)]);

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextSingle() - 1)];
    }

    private static Operands Only(ArrayView<float> view) => new()
    {
        X0 = view, X1 = view, X2 = view, X3 = view, X4 = view, X5 = view, X6 = view, X7 = view,
    };
}
