using IlgpuGan.Kernels.Tests.Harness;

namespace IlgpuGan.Kernels.Tests;

public class RandomNumbersTests(DeviceUnderTest under) : IClassFixture<DeviceUnderTest>
{
    private const int Count = 1_000_001;

    [Fact]
    public void Normal_numbers_have_the_moments_and_the_tails_of_the_distribution()
    {
        var numbers = Normal(step: 5, stream: 2, Count);
        Assert.All(numbers, number => Assert.True(float.IsFinite(number)));
        // Five standard errors: sqrt(1/n) of the mean, sqrt(2/n) of the variance, sqrt(15/n) and sqrt(96/n) of the next two moments.
        Within(0, Moment(numbers, 1), 5 * Math.Sqrt(1.0 / Count));
        Within(1, Moment(numbers, 2), 5 * Math.Sqrt(2.0 / Count));
        Within(0, Moment(numbers, 3), 5 * Math.Sqrt(15.0 / Count));
        Within(3, Moment(numbers, 4), 5 * Math.Sqrt(96.0 / Count));
        // erfc(k / sqrt 2) lies beyond k deviations.
        foreach (var (k, fraction) in ((double, double)[])[(1, 0.317310508), (2, 0.045500264), (3, 0.002699796), (4, 0.0000633425)])
        {
            Within(fraction * Count, numbers.Count(number => Math.Abs(number) > k), 5 * Math.Sqrt(fraction * Count));
        }
        // 24 bits for the radius: sqrt(2 * 24 log 2) is the farthest there is, and a million numbers come near 5.
        Assert.InRange(numbers.Max(Math.Abs), 4.2, 5.77);
    }

    [Fact]
    public void Uniform_numbers_fill_their_interval_evenly()
    {
        using var bench = new Workbench(under.Device);
        var output = bench.Upload(new float[Count]);
        bench.Run<RandomUniform, RandomParameters>(new() { Output = output, Draws = new() { Counters = bench.Upload(7), SeedLow = 3 }, Count = Count });
        var numbers = bench.Download(output);
        Assert.All(numbers, number => Assert.InRange(number, 0, 0.99999994f));
        int[] cells = [.. numbers.CountBy(number => (int)(number * 16)).OrderBy(cell => cell.Key).Select(cell => cell.Value)];
        Assert.All(cells, cell => Within(Count / 16.0, cell, 5 * Math.Sqrt(Count / 16.0)));
    }

    [Fact]
    public void Numbers_differ_with_the_step_and_the_stream_and_not_with_the_count()
    {
        var numbers = Normal(step: 5, stream: 2, 103);
        Assert.Equal(numbers, Normal(step: 5, stream: 2, 103));
        Assert.Equal(numbers[..50], Normal(step: 5, stream: 2, 50));
        Assert.Empty(numbers.Intersect(Normal(step: 6, stream: 2, 103)));
        Assert.Empty(numbers.Intersect(Normal(step: 5, stream: 3, 103)));
    }

    private float[] Normal(int step, int stream, int count)
    {
        using var bench = new Workbench(under.Device);
        var output = bench.Upload(new float[count]);
        bench.Run<RandomNormal, RandomParameters>(
            new() { Output = output, Draws = new() { Counters = bench.Upload(0, step), CounterIndex = 1, Stream = stream, SeedLow = 3, SeedHigh = 4 }, Count = count });
        return bench.Download(output);
    }

    private static double Moment(float[] numbers, int power) => numbers.Average(number => Math.Pow(number, power));

    private static void Within(double expected, double actual, double bound) =>
        Assert.True(Math.Abs(expected - actual) <= bound, $"expected {expected} within {bound}, got {actual}");
}
