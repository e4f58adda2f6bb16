using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Tests.Fixtures;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Evaluation.Metrics;

/// <summary>
/// Every distance against numpy and scipy (<c>tests/fixtures-scripts/metrics.py</c>), on the CPU or the device that ILGPUGAN_TEST_DEVICE names.
/// </summary>
[Collection(nameof(TestDevice))]
public class MetricFixtureTests(TestDevice under)
{
    // Single precision in the products of both, and in the file.
    private const double Tolerance = 1e-4;

    private readonly Fixture fixture = new("metrics.safetensors");

    private ComputeDevice Device => under.Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FeatureMatrix Reals => Features("real.features");

    private FeatureMatrix Fakes => Features("fake.features");

    [Fact]
    public void Frechet_distance_is_that_of_scipy() =>
        Near("frechet", FrechetDistance.Between(FeatureMoments.Of(Device, Reals, Token), FeatureMoments.Of(Device, Fakes, Token), cancellation: Token));

    [Fact]
    public void Frechet_distance_is_that_of_scipy_where_covariances_are_singular() =>
        Near("frechet.small", FrechetDistance.Between(FeatureMoments.Of(Device, First(Reals, 12), Token), FeatureMoments.Of(Device, First(Fakes, 12), Token), cancellation: Token), 1e-3);

    [Fact]
    public void Kernel_distance_is_that_of_numpy()
    {
        int[] rows = [.. Enumerable.Range(0, Fakes.Count)];

        using var discrepancy = new KernelDiscrepancy(Device, rows.Length, Reals.Dimension);
        Near("kernel", discrepancy.Between(Reals, rows, Fakes, rows));
    }

    [Fact]
    public void Precision_recall_density_and_coverage_are_those_of_scipy()
    {
        var shares = PrecisionRecall.Between(Device, Reals, Fakes, cancellation: Token);

        double[] expected = [.. fixture["shares"].Select(value => (double)value)];
        double[] found = [shares.Precision, shares.Recall, shares.Density, shares.Coverage];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], found[i], expected[i] * Tolerance);
        }
    }

    [Fact]
    public void Inception_score_is_that_of_numpy()
    {
        var score = InceptionScore.Of(Features("probabilities"));

        Assert.Equal(fixture["score"][0], score.Value, Tolerance * score.Value);
        Assert.Equal(fixture["score"][1], score.Spread, Tolerance * score.Value);
    }

    [Fact]
    public void Sliced_Wasserstein_distance_is_that_of_numpy()
    {
        var distance = SlicedWasserstein.Between(Images("real.images"), Images("fake.images"), new Places(fixture), null, Token);

        Assert.Equal([36, 18], distance.Levels.Select(level => level.Height));
        Assert.Equal(16, distance.Images);
        for (int level = 0; level < 2; level++)
        {
            Assert.Equal(fixture["swd"][level], distance.Levels[level].Value, Tolerance * fixture["swd"][level]);
        }
        Assert.Equal(fixture["swd"].Average(), distance.Mean, Tolerance * distance.Mean);
    }

    private void Near(string name, double value, double tolerance = Tolerance) => Assert.Equal(fixture[name][0], value, tolerance * fixture[name][0]);

    private FeatureMatrix Features(string name) => new(fixture[name], fixture.Lengths(name)[1]);

    private static FeatureMatrix First(FeatureMatrix features, int count) => new(features.Values[..(count * features.Dimension)], features.Dimension);

    private ImageSet Images(string name) => ImageSet.FromBytes(name, 36, 32, 3, [.. fixture[name].Select(value => (byte)value)]);

    private sealed class Places(Fixture fixture) : IPatchPlaces
    {
        public int[] CornersOf(int level, int image)
        {
            var level1 = fixture.Entry("corners", level);
            int each = fixture.Lengths("corners")[2];
            return [.. level1.Skip(image * each).Take(each).Select(value => (int)value)];
        }

        public float[] Directions(int level) => fixture[$"directions.{level}"];
    }
}
