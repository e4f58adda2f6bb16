using IlgpuGan.Devices;
using IlgpuGan.Distances;

namespace IlgpuGan.Evaluation.Metrics;

/// <summary>
/// How good and how varied: shares of images that lie within balls, whose radius is the distance to the k-th neighbour, around the features of the other set
/// (Kynkaanniemi et al. 2019; density and coverage: Naeem et al. 2020).
/// </summary>
/// <param name="Precision">Share of fakes that lie in the ball of some real.</param>
/// <param name="Recall">Share of reals that lie in the ball of some fake.</param>
/// <param name="Density">Balls of reals that a fake lies in, on average, over k; about 1 for fakes like the reals.</param>
/// <param name="Coverage">Share of reals whose ball holds a fake.</param>
/// <param name="Neighbours">k</param>
internal sealed record PrecisionRecall(double Precision, double Recall, double Density, double Coverage, int Neighbours)
{
    /// <summary>How wide the balls of reals are that hold a fake, over how wide all are, by their medians; about 1 for fakes like the reals, 0 where none holds any.</summary>
    public double CoveredWidth { get; private init; }

    /// <summary>The k of the paper.</summary>
    public const int DefaultNeighbours = 3;

    /// <summary>The four shares of two feature sets.</summary>
    /// <param name="device">Where distances are made.</param>
    /// <param name="reals">Features of real images.</param>
    /// <param name="fakes">Features of generated images.</param>
    /// <param name="neighbours">k</param>
    /// <param name="progress">Hears how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The sets are of different dimensions or hold no more than k rows.</exception>
    public static PrecisionRecall Between(
        ComputeDevice device, FeatureMatrix reals, FeatureMatrix fakes, int neighbours = DefaultNeighbours, IProgress<Work>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(reals);
        ArgumentNullException.ThrowIfNull(fakes);
        if (Math.Min(reals.Count, fakes.Count) <= neighbours)
        {
            throw new ArgumentException($"{Math.Min(reals.Count, fakes.Count)} images have no {neighbours} neighbours each.", nameof(fakes));
        }
        if (reals.Dimension != fakes.Dimension)
        {
            throw new ArgumentException($"Features of {reals.Dimension} and of {fakes.Dimension} numbers have no distance.", nameof(fakes));
        }
        var centre = reals.Mean();
        var (real, fake) = (reals.Minus(centre).Values, fakes.Minus(centre).Values);
        int most = Math.Max(reals.Count, fakes.Count);
        using var comparison = new RowComparison(device, reals.Dimension, most, most, neighbours + 1);
        Passed(0);
        var realRadii = comparison.Radii(real, neighbours, cancellation);
        Passed(1);
        var fakeRadii = comparison.Radii(fake, neighbours, cancellation);
        Passed(2);
        var (fakeBalls, covered) = comparison.Count(fake, real, realRadii, cancellation);
        Passed(3);
        var (realBalls, _) = comparison.Count(real, fake, fakeRadii, cancellation);
        Passed(4);
        return new(
            Share(fakeBalls.Count(count => count > 0), fakes.Count),
            Share(realBalls.Count(count => count > 0), reals.Count),
            fakeBalls.Sum(count => (long)count) / ((double)neighbours * fakes.Count),
            Share(covered.Count(isHit => isHit), reals.Count),
            neighbours)
        {
            CoveredWidth = covered.Contains(true) ? Median(realRadii.Where((_, i) => covered[i])) / Math.Max(Median(realRadii), double.Epsilon) : 0,
        };

        void Passed(int passes) => progress?.Report(new(WorkKind.FindingNeighbours, passes, 4));
    }

    private static double Median(IEnumerable<double> squared)
    {
        double[] sorted = [.. squared.Order()];
        return Math.Sqrt(sorted[sorted.Length / 2]);
    }

    private static double Share(int count, int all) => count / (double)all;
}
