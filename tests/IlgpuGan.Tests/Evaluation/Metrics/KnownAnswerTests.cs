using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Evaluation.Metrics;
using IlgpuGan.Graphs;
using IlgpuGan.Tests.Graphs;

namespace IlgpuGan.Tests.Evaluation.Metrics;

/// <summary>Distances whose value one knows without computing it, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public class KnownAnswerTests(TestDevice under)
{
    private const int Dimension = 6;

    private ComputeDevice Device => under.Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void A_set_is_at_no_distance_of_itself()
    {
        var set = Gaussian(400, 1, deviation: 1, shift: 0);
        var moments = FeatureMoments.Of(Device, set, Token);
        var shares = PrecisionRecall.Between(Device, set, set, cancellation: Token);
        var images = Noise(50, 1);

        // Roots of eigenvalues that are nought but for rounding.
        Assert.Equal(0, FrechetDistance.Between(moments, moments, cancellation: Token), 1e-6);
        Assert.Equal((1, 1, 1), (shares.Precision, shares.Recall, shares.Coverage));
        // Each ball holds its centre and three others, of which one lies on its border.
        Assert.Equal(4 / 3.0, shares.Density, 1e-9);
        Assert.Equal(0, SlicedWasserstein.Between(images, images, new SlicedWassersteinOptions(), cancellation: Token).Mean);
    }

    [Fact]
    public void Shifted_and_stretched_Gaussians_are_as_far_apart_as_the_formula_says()
    {
        // D (shift^2 + (s1 - s2)^2); the moments of 40,000 rows are known to about one part in two hundred.
        var one = FeatureMoments.Of(Device, Gaussian(40_000, 1, deviation: 1, shift: 0), Token);
        var other = FeatureMoments.Of(Device, Gaussian(40_000, 2, deviation: 2, shift: 3), Token);

        Assert.Equal(Dimension * (9 + 1), FrechetDistance.Between(one, other, cancellation: Token), 1.0);
    }

    [Fact]
    public void Frechet_distance_of_exact_moments_is_exact()
    {
        var diagonal = new FeatureMoments([1, 2], new double[,] { { 4, 0 }, { 0, 9 } });
        var other = new FeatureMoments([0, 0], new double[,] { { 1, 0 }, { 0, 1 } });

        Assert.Equal(1 + 4 + 1 + 4, FrechetDistance.Between(diagonal, other, cancellation: Token), 1e-9);
    }

    [Fact]
    public void Kernel_distance_of_one_distribution_is_nought_but_for_its_spread_and_of_a_shifted_one_the_kernels_own()
    {
        var (one, same, far) = (Gaussian(3000, 1, 1, 0), Gaussian(3000, 2, 1, 0), Gaussian(3000, 3, 1, 1));
        var none = KernelDistance.Between(Device, one, same, 1, cancellation: Token);
        var some = KernelDistance.Between(Device, one, far, 1, cancellation: Token);

        Assert.Equal((100, 1000), (none.Subsets, none.SubsetSize));
        // The mean of 100 subsets out of 3,000 rows is known about as well as one of 3,000 rows: to half of one subset's spread.
        Assert.InRange(Math.Abs(none.Value), 0, 1.5 * none.Spread);
        Assert.True(some.Value > 20 * none.Spread, $"{some.Value} is not above {none.Spread}.");
    }

    [Fact]
    public void Fakes_that_are_all_alike_are_precise_and_cover_nothing()
    {
        var reals = Gaussian(500, 1, 1, 0);
        float[] row = reals.Row(7).ToArray();
        var fakes = new FeatureMatrix([.. Enumerable.Range(0, 100).SelectMany(_ => row)], Dimension);

        var shares = PrecisionRecall.Between(Device, reals, fakes, cancellation: Token);

        Assert.Equal(1, shares.Precision);
        Assert.InRange(shares.Coverage, 1 / 500.0, 0.05);
        Assert.InRange(shares.Recall, 0, 0.01);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(88.7f)]
    [InlineData(3000)]
    [InlineData(-3000)]
    public void Probabilities_of_logits_of_any_size_are_finite_and_sum_to_one(float size)
    {
        float[] logits = [size, size - 1, -size, 0];
        double[] exact = [.. logits.Select(value => Math.Exp(value - (double)logits.Max()))];
        double sum = exact.Sum();

        Softmax.Of(logits, logits);

        Assert.Equal(exact.Select(value => value / sum), logits.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Score_is_the_number_of_classes_when_images_are_sure_and_even_and_one_when_they_are_all_alike()
    {
        float[] sure = [.. Enumerable.Range(0, 100).SelectMany(i => Enumerable.Range(0, 5).Select(c => c == i % 5 ? 1f : 0f))];
        float[] alike = [.. Enumerable.Range(0, 100).SelectMany(_ => Enumerable.Repeat(0.2f, 5))];

        Assert.Equal(5, InceptionScore.Of(new(sure, 5)).Value, 1e-6);
        Assert.Equal(1, InceptionScore.Of(new(alike, 5)).Value, 1e-6);
    }

    [Fact]
    public void Sliced_Wasserstein_distance_is_small_between_samples_of_one_distribution_and_grows_with_blur()
    {
        var (one, same, blurred) = (Noise(200, 1), Noise(200, 2), Noise(200, 3, isBlurred: true));
        double near = SlicedWasserstein.Between(one, same, new SlicedWassersteinOptions(), cancellation: Token).Mean;

        Assert.True(SlicedWasserstein.Between(one, blurred, new SlicedWassersteinOptions(), cancellation: Token).Mean > 3 * near);
    }

    [Fact]
    public void Sliced_Wasserstein_distance_is_the_same_again_and_another_with_another_seed()
    {
        var (one, other) = (Noise(60, 1), Noise(60, 2));
        double Measure(ulong seed) => SlicedWasserstein.Between(one, other, new SlicedWassersteinOptions { Seed = seed }, cancellation: Token).Mean;

        Assert.Equal(Measure(3), Measure(3));
        Assert.NotEqual(Measure(3), Measure(4));
    }

    [Theory]
    [InlineData(32, 32, "32 16")]
    [InlineData(64, 48, "64 32")]
    [InlineData(52, 64, "52 26")]
    [InlineData(28, 28, "28")]
    public void Levels_are_halves_down_to_sixteen_pixels(int height, int width, string heights) =>
        Assert.Equal(heights, string.Join(' ', LaplacianPyramid.LevelsOf(height, width).Select(level => level.Height)));

    private static FeatureMatrix Gaussian(int count, ulong seed, float deviation, float shift)
    {
        var values = new float[count * Dimension];
        Initialization.Normal(values, seed, 0);
        return new([.. values.Select(value => shift + deviation * value)], Dimension);
    }

    private static ImageSet Noise(int count, int seed, bool isBlurred = false)
    {
        var bytes = new byte[count * 32 * 32];
        new Random(seed).NextBytes(bytes);
        if (isBlurred)
        {
            for (int i = 1; i < bytes.Length; i++)
            {
                bytes[i] = (byte)((bytes[i] + 7 * bytes[i - 1]) / 8);
            }
        }
        return ImageSet.FromBytes("noise", 32, 32, 1, bytes);
    }
}
