using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Runs;

namespace IlgpuGan.Tests.Generation;

/// <summary>Kernels that enlarge without a checkerboard.</summary>
public sealed class BalancedKernelTests(TrainedRuns runs) : IClassFixture<TrainedRuns>
{
    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(6, 3)]
    public void The_nearest_balanced_kernel_has_one_sum_and_is_its_own_nearest(int side, int stride)
    {
        var layer = new ConvolutionTransposedLayer(1, side, side, stride, 0, isBalanced: true);
        var (taps, map) = layer.Balance;
        var random = new Random(side);
        float[] kernel = [.. Enumerable.Range(0, taps).Select(_ => random.NextSingle())];
        float[] Times(float[] values) => [.. Enumerable.Range(0, taps).Select(to => Enumerable.Range(0, taps).Sum(of => map[to * taps + of] * values[of]))];

        var balanced = Times(kernel);

        Assert.Equal(0, Spread(balanced, side, stride), 1e-5);
        Assert.Equal(balanced, Times(balanced), (one, other) => Math.Abs(one - other) < 1e-6);
        // Nearest: what is taken away is at right angles to every balanced kernel, so to what is left.
        Assert.Equal(0, kernel.Zip(balanced).Sum(pair => (pair.First - pair.Second) * pair.Second), 1e-5);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Training_keeps_weights_and_their_average_balanced(int side)
    {
        string Trained(Upsampling upsampling) => runs.Train($"{upsampling}{side}", options => options with { Upsampling = upsampling, GeneratorKernel = side });

        Assert.True(Farthest(Trained(Upsampling.Balanced), side) < 1e-5, "The sums of a kernel differ.");
        Assert.True(Farthest(Trained(Upsampling.Transposed), side) > 1e-3, "They would have been alike anyhow.");
    }

    /// <summary>How far the sums of a kernel, of the weights and of the average, are from each other.</summary>
    private static double Farthest(string run, int side)
    {
        var record = RunFolder.ReadRecord(run);
        var (generator, _) = record.Settings.Training.Build(Shape.Of(record.Data.Height, record.Data.Width, record.Data.Channels), 0);
        var state = RunFolder.CheckpointsIn(run).ReadNewest(_ => { })!.State;
        return (from layer in generator.Layers.OfType<ConvolutionTransposedLayer>()
                where layer.Geometry.Stride == 2
                from set in (string[])["values", "average"]
                let values = state[$"generator.{set}.{layer.Weight.Name}"].Floats!
                let maps = values.Length / (side * side)
                from map in Enumerable.Range(0, maps)
                select Spread([.. Enumerable.Range(0, side * side).Select(tap => values[tap * maps + map])], side, 2)).Max();
    }

    private static double Spread(float[] kernel, int side, int stride)
    {
        var sums = Enumerable.Range(0, side * side).GroupBy(tap => (tap / side % stride, tap % side % stride), tap => (double)kernel[tap]).Select(sum => sum.Sum()).ToList();
        return sums.Max() - sums.Min();
    }
}
