using IlgpuGan.Devices;
using IlgpuGan.Kernels;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// Unbiased squared maximum mean discrepancy under the kernel (x.y / D + 1)^3 (Binkowski et al. 2018), as the mean over random subsets. It is as
/// often below 0 as above where the two sets are of one distribution.
/// </summary>
/// <param name="Value">Mean over the subsets.</param>
/// <param name="Spread">Standard deviation over the subsets.</param>
/// <param name="Subsets">Number of subsets.</param>
/// <param name="SubsetSize">Images of each set in a subset.</param>
internal sealed record KernelDistance(double Value, double Spread, int Subsets, int SubsetSize)
{
    /// <summary>Subsets that published values use.</summary>
    public const int DefaultSubsets = 100;

    /// <summary>Images of each set in a subset, where there are so many.</summary>
    public const int DefaultSubsetSize = 1000;

    /// <summary>The distance of two feature sets.</summary>
    /// <param name="device">Where products are made.</param>
    /// <param name="reals">Features of real images.</param>
    /// <param name="fakes">Features of generated images.</param>
    /// <param name="seed">Chooses the subsets, each without repetition.</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The sets are of different dimensions or hold less than two rows.</exception>
    public static KernelDistance Between(
        ComputeDevice device, FeatureMatrix reals, FeatureMatrix fakes, ulong seed, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reals);
        ArgumentNullException.ThrowIfNull(fakes);
        int size = Math.Min(DefaultSubsetSize, Math.Min(reals.Count, fakes.Count));
        // Where all images are in each subset one says it all.
        int subsets = size == reals.Count && size == fakes.Count ? 1 : DefaultSubsets;
        if (reals.Dimension != fakes.Dimension || size < 2)
        {
            throw new ArgumentException("A kernel distance is of at least two rows of each set, and of one dimension.");
        }
        using var discrepancy = new KernelDiscrepancy(device, size, reals.Dimension);
        var values = new double[subsets];
        for (int subset = 0; subset < subsets; subset++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new(WorkKind.ComparingSubsets, subset, subsets));
            values[subset] = discrepancy.Between(reals, Pick(reals.Count, 0), fakes, Pick(fakes.Count, 1));

            int[] Pick(int count, uint side) =>
                [.. Enumerable.Range(0, size).Select(i => EpochShuffle.Pick((long)subset * count + i, count, (uint)seed, (uint)(seed >> 32) ^ side))];
        }
        progress?.Report(new(WorkKind.ComparingSubsets, subsets, subsets));
        double mean = values.Average();
        return new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / subsets), subsets, size);
    }
}
