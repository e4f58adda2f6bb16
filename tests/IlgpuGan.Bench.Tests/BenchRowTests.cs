using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench.Tests;

public class BenchRowTests
{
    // The ridge lies at 10 FLOP per byte.
    private static readonly DeviceLimits Limits = new(Gflops: 100, GigabytesPerSecond: 10);

    [Fact]
    public void To_the_right_of_the_ridge_arithmetic_is_the_limit()
    {
        var row = new BenchRow("matmul", "matmul", BenchKind.MatMul, new(Median: 0.2, Best: 0.1, Runs: 3), Flops: 10e9, Bytes: 0.1e9);

        Assert.Equal(50, row.Gflops, 1e-9);
        Assert.Equal(100, row.BestGflops, 1e-9);
        Assert.Equal(new Roof("compute", 100, "GFLOP/s", 0.5), row.Under(Limits));
    }

    [Fact]
    public void To_the_left_of_the_ridge_memory_is_the_limit_in_the_unit_of_the_row()
    {
        var convolution = new BenchRow("conv", "conv", BenchKind.Convolution, new(Median: 1, Best: 1, Runs: 3), Flops: 2e9, Bytes: 2e9);
        var tanh = convolution with { Kind = BenchKind.Elementwise };

        Assert.Equal(new Roof("memory", 10, "GFLOP/s", 0.2), convolution.Under(Limits));
        Assert.Equal(new Roof("memory", 10, "GB/s", 0.2), tanh.Under(Limits));
    }

    [Fact]
    public void An_element_wise_row_of_much_arithmetic_is_bound_by_it_in_bytes()
    {
        var row = new BenchRow("x", "x", BenchKind.Elementwise, new(Median: 1, Best: 1, Runs: 3), Flops: 40e9, Bytes: 2e9);

        Assert.Equal(new Roof("compute", 5, "GB/s", 0.4), row.Under(Limits));
    }

    [Fact]
    public void Without_arithmetic_only_memory_is_left()
    {
        var row = new BenchRow("copy", "copy", BenchKind.Elementwise, new(Median: 1, Best: 1, Runs: 3), Flops: 0, Bytes: 5e9);

        Assert.Equal(new Roof("memory", 10, "GB/s", 0.5), row.Under(Limits));
    }

    [Fact]
    public void Limits_are_the_largest_samples_and_the_least_are_told_where_they_are_a_tenth_less()
    {
        var quiet = new MeasuredLimits([Limits, new(105, 9.5), Limits]);
        Assert.Equal(new DeviceLimits(105, 10), quiet.Largest);
        Assert.Equal("105 GFLOP/s in multiply-adds, 10.0 GB/s in a copy", RowTable.Limits(quiet));

        var restless = new MeasuredLimits([Limits, new(100, 8), Limits]);
        Assert.Equal(
            "100 GFLOP/s in multiply-adds, 10.0 GB/s in a copy, the most of 3 samples; the machine was not quiet, the least were 100 and 8.00",
            RowTable.Limits(restless));
    }
}
