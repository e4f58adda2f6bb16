using System.Diagnostics;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Graphs;
using IlgpuGan.Graphs.Plans;

namespace IlgpuGan.Bench;

/// <summary>Distances between sets of images: one run of each, on noise. The sliced Wasserstein distance is made by the processor whatever the device.</summary>
internal static class MetricsBench
{
    private const int Channels = 3;

    /// <summary>One row for each metric.</summary>
    /// <param name="images">Images of each set of the sliced Wasserstein distance.</param>
    /// <param name="side">Their side.</param>
    /// <param name="rows">Feature rows of each set of the others.</param>
    /// <param name="dimension">Their length.</param>
    public static IReadOnlyList<BenchCase> Cases(int images, int side, int rows, int dimension) =>
    [
        Case($"metrics swd of {images} images of {side} px", "swd", _ =>
        {
            var (reals, fakes) = (Noise(images, side, 1), Noise(images, side, 2));
            return () => SlicedWasserstein.Between(reals, fakes, new SlicedWassersteinOptions());
        }, Projections(images, side), (long)images * side * side * Channels * 2),
        Case($"metrics kernel distance of {rows} x {dimension}", "kernel", device =>
        {
            var (reals, fakes) = (Features(rows, dimension, 1), Features(rows, dimension, 2));
            return () => KernelDistance.Between(device, reals, fakes, 1);
        }, KernelFlops(rows, dimension), (long)rows * dimension * sizeof(float) * 2),
        Case($"metrics frechet distance of {rows} x {dimension}", "frechet", device =>
        {
            var (reals, fakes) = (Features(rows, dimension, 1), Features(rows, dimension, 2));
            return () => FrechetDistance.Between(FeatureMoments.Of(device, reals), FeatureMoments.Of(device, fakes));
        }, 2.0 * rows * dimension * dimension, (long)rows * dimension * sizeof(float) * 2),
        Case($"metrics precision and recall of {rows} x {dimension}", "recall", device =>
        {
            var (reals, fakes) = (Features(rows, dimension, 1), Features(rows, dimension, 2));
            return () => PrecisionRecall.Between(device, reals, fakes);
        }, 8.0 * rows * rows * dimension, (long)rows * dimension * sizeof(float) * 2),
    ];

    private static BenchCase Case(string name, string label, Func<ComputeDevice, Action> prepare, double flops, long bytes) => new(name, (target, _) =>
    {
        var run = prepare(target.Device);
        long start = Stopwatch.GetTimestamp();
        run();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new BenchRow(name, label, BenchKind.Metric, new Timing(seconds, seconds, 1), flops, bytes) { Figures = [("seconds", seconds)] };
    });

    // Every patch along every direction; patches that are drawn twice are projected once, so some of it is never done.
    private static double Projections(int images, int side)
    {
        var options = new SlicedWassersteinOptions();
        double perLevel = 2.0 * 2 * images * options.PatchesPerImage * options.Repeats * options.Directions * SlicedWasserstein.Side * SlicedWasserstein.Side * Channels;
        return perLevel * LaplacianPyramid.LevelsOf(side, side).Count;
    }

    private static double KernelFlops(int rows, int dimension)
    {
        double size = Math.Min(rows, KernelDistance.DefaultSubsetSize);
        return KernelDistance.DefaultSubsets * 2 * 2 * size * size * dimension;
    }

    private static ImageSet Noise(int count, int side, int seed)
    {
        var bytes = new byte[count * side * side * Channels];
        new Random(seed).NextBytes(bytes);
        return ImageSet.FromBytes("noise", side, side, Channels, bytes);
    }

    private static FeatureMatrix Features(int rows, int dimension, ulong seed)
    {
        var values = new float[rows * dimension];
        Initialization.Normal(values, seed, 0);
        return new(values, dimension);
    }
}
