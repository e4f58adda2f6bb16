using IlgpuGan.Devices;
using IlgpuGan.Distances;
using IlgpuGan.Graphs;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Distances;

/// <summary>Neighbours against plain loops in double precision, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class RowComparisonTests(TestDevice under)
{
    private ComputeDevice Device => under.Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>One row, less than a block, exactly one, and more than one of either side.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 40, 5, 16)]
    [InlineData(7, 3, 2, 4)]
    [InlineData(1024, 2048, 3, 2)]
    [InlineData(1100, 2100, 4, 3)]
    public void The_nearest_rows_are_those_of_a_plain_loop(int queries, int targets, int dimension, int kept)
    {
        float[] left = Cloud(1, queries, dimension), right = Cloud(2, targets, dimension);
        using var comparison = new RowComparison(Device, dimension, queries, targets, kept);
        var found = new NearestRows(queries, kept);

        comparison.Search(left, right, 100, found, Token);

        for (int query = 0; query < queries; query++)
        {
            var expected = Distances(left, query, right, dimension).Select((squared, row) => (squared, row: row + 100)).OrderBy(pair => pair.squared).ToList();
            for (int rank = 0; rank < kept; rank++)
            {
                Assert.Equal(rank < targets ? expected[rank].row : -1, found.Index(query, rank));
                // Single precision of the differences of numbers of size 1.
                Assert.Equal(rank < targets ? expected[rank].squared : double.PositiveInfinity, found.Squared(query, rank), 1e-5 * Math.Max(1, expected[0].squared));
            }
        }
    }

    [Fact]
    public void Slices_of_the_rows_one_after_the_other_are_as_good_as_all_at_once()
    {
        float[] left = Cloud(1, 50, 6), right = Cloud(2, 300, 6);
        using var comparison = new RowComparison(Device, 6, 50, 128, kept: 3);
        var (whole, parts) = (new NearestRows(50, 3), new NearestRows(50, 3));

        comparison.Search(left, right, 0, whole, Token);
        foreach (int first in new[] { 200, 0, 100 })
        {
            comparison.Search(left, right[(first * 6)..((first + 100) * 6)], first, parts, Token);
        }

        for (int query = 0; query < 50; query++)
        {
            for (int rank = 0; rank < 3; rank++)
            {
                Assert.Equal((whole.Index(query, rank), whole.Squared(query, rank)), (parts.Index(query, rank), parts.Squared(query, rank)));
            }
        }
    }

    [Fact]
    public void Of_equally_near_rows_the_first_comes_first_and_a_row_is_no_neighbour_of_itself()
    {
        // Rows 0, 2, 4 ... are one point, 1, 3, 5 ... another.
        float[] rows = [.. Enumerable.Range(0, 10).SelectMany(i => new float[] { i % 2, 1 })];
        using var comparison = new RowComparison(Device, 2, 10, 10, kept: 6);
        var found = new NearestRows(10, 5, [.. Enumerable.Range(0, 10)]);

        comparison.Search(rows, rows, 0, found, Token);

        Assert.Equal([2, 4, 6, 8, 1], Enumerable.Range(0, 5).Select(rank => found.Index(0, rank)));
        Assert.Equal([0, 0, 0, 0, 1.0], Enumerable.Range(0, 5).Select(rank => found.Squared(0, rank)));
        Assert.Equal([1, 3, 5, 9, 0], Enumerable.Range(0, 5).Select(rank => found.Index(7, rank)));
        Assert.All(comparison.Radii(rows, 4, Token), radius => Assert.Equal(0, radius));
        Assert.All(comparison.Radii(rows, 5, Token), radius => Assert.Equal(1, radius));
    }

    /// <summary>What |x|^2 + |y|^2 - 2 x.y knows of a copy of a long row is nothing but rounding.</summary>
    [Fact]
    public void A_copy_is_at_distance_nought_and_a_near_copy_at_its_own()
    {
        const int dimension = 512;
        float[] rows = [.. Cloud(1, 30, dimension).Select(value => 3 * value)];
        float[] moved = [.. rows.Select((value, i) => i / dimension % 2 == 0 ? value : value + 1 / 1024f)];
        using var comparison = new RowComparison(Device, dimension, 30, 30, kept: 1);
        var found = new NearestRows(30, 1);

        comparison.Search(moved, rows, 0, found, Token);

        for (int row = 0; row < 30; row++)
        {
            Assert.Equal(row, found.Index(row));
            // The numbers themselves are rounded to 2^-22 or so.
            Assert.Equal(row % 2 == 0 ? 0 : dimension / (1024.0 * 1024), found.Squared(row), 1e-6);
        }
    }

    [Theory]
    [InlineData(60, 50, 6)]
    [InlineData(1100, 2100, 3)]
    public void Balls_hold_what_a_plain_loop_says(int queries, int targets, int dimension)
    {
        float[] left = Cloud(1, queries, dimension), right = Cloud(2, targets, dimension);
        double[] radii = [.. Enumerable.Range(0, targets).Select(i => 0.1 + 0.01 * (i % 7))];
        using var comparison = new RowComparison(Device, dimension, queries, targets, kept: 1);

        var (balls, hit) = comparison.Count(left, right, radii, Token);

        bool[][] inside = [.. Enumerable.Range(0, queries).Select(query => Distances(left, query, right, dimension).Select((squared, row) => squared <= radii[row]).ToArray())];
        Assert.Equal(inside.Select(row => row.Count(isIn => isIn)), balls);
        Assert.Equal(Enumerable.Range(0, targets).Select(row => inside.Any(of => of[row])), hit);
    }

    /// <summary>A neighbour that a ball's radius was taken from is inside it, whatever order a device adds products in.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(300)]
    [InlineData(2048)]
    public void The_border_of_a_ball_is_inside(int dimension)
    {
        float[] rows = Cloud(1, 700, dimension);
        using var comparison = new RowComparison(Device, dimension, 700, 700, kept: 4);

        var (balls, hit) = comparison.Count(rows, rows, comparison.Radii(rows, 3, Token), Token);

        // Of many numbers all distances are alike, and one farther neighbour in a thousand may lie within what the ball is wider by.
        Assert.InRange(balls.Sum(), 4 * 700, dimension < 1000 ? 4 * 700 : 4 * 700 + 3);
        Assert.DoesNotContain(false, hit);
    }

    [Fact]
    public void A_row_that_is_not_all_numbers_is_nobodys_neighbour_and_in_no_ball()
    {
        float[] rows = [0, 0, 1, float.NaN, 1, 0, float.PositiveInfinity, 0, 1e30f, 0, 3, 0];
        using var comparison = new RowComparison(Device, 2, 6, 6, kept: 3);
        var found = new NearestRows(6, 2, [.. Enumerable.Range(0, 6)]);

        comparison.Search(rows, rows, 0, found, Token);
        var (balls, hit) = comparison.Count(rows, rows, new double[] { 2, 2, 2, 2, 2, double.PositiveInfinity }, Token);

        Assert.Equal([2, -1, 0, -1, -1, 2], Enumerable.Range(0, 6).Select(row => found.Index(row)));
        Assert.Equal([5, -1, 5, -1, -1, 0], Enumerable.Range(0, 6).Select(row => found.Index(row, 1)));
        Assert.Equal([2, 0, 2, 0, 0, 0], balls);
        Assert.Equal([true, false, true, false, false, false], hit);
    }

    [Fact]
    public void Numbers_that_are_no_whole_rows_are_refused()
    {
        using var comparison = new RowComparison(Device, 3, 4, 4, kept: 1);

        Assert.Throws<ArgumentException>(() => comparison.Search(new float[6], new float[7], 0, new NearestRows(2, 1), Token));
    }

    private static float[] Cloud(ulong seed, int count, int dimension)
    {
        var values = new float[count * dimension];
        Initialization.Normal(values, seed, 0);
        return values;
    }

    private static IEnumerable<double> Distances(float[] left, int query, float[] right, int dimension)
    {
        for (int row = 0; row < right.Length / dimension; row++)
        {
            double sum = 0;
            for (int k = 0; k < dimension; k++)
            {
                sum += Math.Pow((double)left[query * dimension + k] - right[row * dimension + k], 2);
            }
            yield return sum;
        }
    }
}
