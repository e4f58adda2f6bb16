using IlgpuGan.Data;

namespace IlgpuGan.Tests.Data;

public class PointSetTests
{
    [Theory]
    [InlineData("ring", 8, 0.01f, 0.5f)]
    [InlineData("grid", 25, 0.0125f, 0.25f)]
    public void Every_mode_gets_its_share_of_points_with_the_published_spread(string name, int modes, float sigma, float scale)
    {
        const int Count = 50_000;
        PointSet set = PointSet.Create(name, Count, 3);
        Assert.Equal((Count, modes, Count * 2), (set.Count, set.Modes.Count, set.Points.Length));
        Assert.Equal(sigma, set.Sigma, 1e-6f);
        Assert.Equal(scale, set.Scale, 1e-6f);
        double[] squares = new double[2];
        int[] share = new int[modes];
        for (int i = 0; i < Count; i++)
        {
            var (x, y) = set.Modes[set.ModeOf[i]];
            squares[0] += Math.Pow(set.Points[2 * i] - x, 2);
            squares[1] += Math.Pow(set.Points[(2 * i) + 1] - y, 2);
            share[set.ModeOf[i]]++;
        }

        // Relative standard error of a standard deviation from n points is 1 / sqrt(2 n) = 0.3 %; five of them are allowed.
        Assert.All(squares, sum => Assert.Equal(sigma, Math.Sqrt(sum / Count), sigma * 0.016));
        double expected = (double)Count / modes;
        Assert.All(share, count => Assert.InRange(count, expected - (5 * Math.Sqrt(expected)), expected + (5 * Math.Sqrt(expected))));
        Assert.All(set.Points, value => Assert.InRange(value, -1.1f, 1.1f));
    }

    [Fact]
    public void The_seed_decides_the_points_and_the_count_only_how_many()
    {
        PointSet few = PointSet.Ring(10, 4);
        PointSet more = PointSet.Ring(20, 4);
        Assert.Equal(few.Points, more.Points[..20]);
        Assert.Equal(few.Fingerprint, PointSet.Ring(10, 4).Fingerprint);
        Assert.NotEqual(few.Fingerprint, PointSet.Ring(10, 5).Fingerprint);
        Assert.NotEqual(few.Fingerprint, PointSet.Grid(10, 4).Fingerprint);
    }

    [Fact]
    public void The_points_of_a_seed_are_the_same_in_every_release()
    {
        PointSet ring = PointSet.Ring(2, 1);
        // Taken from the first release; the functions of the platform's mathematics library may differ in the last bit.
        float[] expected = [-0.7160425f, -0.7034569f, 0.6941639f, 0.7107993f];
        Assert.All(ring.Points.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-6f));
    }

    [Theory]
    [InlineData("circle", 10, "'circle'")]
    [InlineData("ring", 0, "0 points")]
    public void What_cannot_be_drawn_is_refused(string name, int count, string part)
    {
        var error = Assert.Throws<DataOptionException>(() => PointSet.Create(name, count, 1));
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }
}
