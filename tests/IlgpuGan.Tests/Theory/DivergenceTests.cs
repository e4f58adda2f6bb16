using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Theory;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Theory;

/// <summary>What D's loss estimates: quadrature against closed forms, and trained discriminators against both.</summary>
[Collection(nameof(TestDevice))]
public sealed class DivergenceTests(TestDevice under)
{
    public static TheoryData<string> FDivergences => [.. DivergenceOptions.AllLosses.Where(name => name.StartsWith("f-", StringComparison.Ordinal))];

    /// <summary>Of N(0, 1) from N(d, 1).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2)]
    public void Quadrature_finds_the_closed_forms_of_shifted_gaussians(double d)
    {
        var pair = DistributionPair.Named("shift");
        void Check(string loss, double expected) => Assert.Equal(expected, pair.Exact(loss, d), 1e-6);

        Check("f-kl", d * d / 2);
        Check("f-reverse-kl", d * d / 2);
        Check("f-pearson", Math.Exp(d * d) - 1);
        Check("f-neyman", Math.Exp(d * d) - 1);
        Check("f-hellinger", 2 - (2 * Math.Exp(-d * d / 8)));
        // The corner of |p - q| costs the rule its exactness.
        Assert.Equal(Erf(d / Math.Sqrt(8)), pair.Exact("f-total-variation", d), 1e-5);
        Check("wasserstein", d);
    }

    [Fact]
    public void Quadrature_finds_the_closed_forms_of_scaled_gaussians()
    {
        const double S = 1.5;
        var pair = DistributionPair.Named("scale");

        Assert.Equal(Math.Log(S) + (1 / (2 * S * S)) - 0.5, pair.Exact("f-kl", S), 1e-9);
        Assert.Equal(-Math.Log(S) + (S * S / 2) - 0.5, pair.Exact("f-reverse-kl", S), 1e-9);
        // The means of |x| differ by sqrt(2 / pi) times the difference of the deviations; the rule over distribution functions errs by a step squared.
        Assert.Equal((S - 1) * Math.Sqrt(2 / Math.PI), pair.Exact("wasserstein", S), 1e-4);
        // The integral of q^2 / p has no end from a ratio of sqrt 2 on.
        Assert.Equal(double.PositiveInfinity, pair.Exact("f-neyman", S));
        Assert.True(double.IsFinite(pair.Exact("f-pearson", S)));
    }

    [Theory]
    [MemberData(nameof(FDivergences))]
    public void In_the_plane_divergences_depend_on_the_distance_alone(string loss) =>
        Assert.Equal(DistributionPair.Named("shift").Exact(loss, 1), DistributionPair.Named("plane").Exact(loss, 1), 1e-3);

    [Fact]
    public void The_divergences_of_jensen_and_shannon_belong_together()
    {
        foreach (var pair in DistributionPair.Table)
        {
            foreach (double distance in pair.Distances)
            {
                double divergence = pair.Exact("non-saturating", distance);
                Assert.InRange(divergence, -1e-12, Math.Log(2) + 1e-12);
                Assert.Equal(2 * divergence, pair.Exact("f-jensen-shannon", distance), 1e-9);
                Assert.Equal((2 * divergence) - Math.Log(4), pair.Exact("f-gan", distance), 1e-9);
            }
        }
    }

    [Theory]
    [InlineData("shift", 1)]
    [InlineData("scale", 2)]
    public void The_best_value_of_the_game_is_twice_jensen_shannon_less_log_4(string pair, double distance)
    {
        var trial = Train(pair, "non-saturating", distance);

        // Goodfellow et al. 2014, theorem 1; V is minus the cross entropy.
        double value = (2 * trial.Estimate) - Math.Log(4);
        double expected = (2 * trial.Exact) - Math.Log(4);
        Assert.Equal(1, value / expected, 0.01);
        // The stronger statement, of the divergence itself.
        Assert.Equal(1, trial.Estimate / trial.Exact, 0.03);
    }

    [Theory]
    [MemberData(nameof(FDivergences))]
    public void Each_f_divergence_is_found(string loss)
    {
        var trial = Train("shift", loss, 0.75);

        Assert.Equal(1, trial.Estimate / trial.Exact, 0.03);
    }

    [Fact]
    public void Between_disjoint_segments_jensen_shannon_stands_at_log_2_and_wasserstein_grows_with_the_distance()
    {
        foreach (double distance in (double[])[0.5, 1])
        {
            Assert.Equal(Math.Log(2), Train("segments", "non-saturating", distance).Estimate, 0.01);
            Assert.Equal(distance, Train("segments", "wasserstein", distance).Estimate, 0.03 * distance);
        }
    }

    [Fact]
    public void Where_the_two_are_one_D_finds_nothing()
    {
        Assert.Equal(0, Train("segments", "non-saturating", 0).Estimate, 0.005);
        Assert.Equal(0, Train("plane", "f-kl", 0).Estimate, 0.01);
    }

    [Fact]
    public void A_study_tells_how_far_it_is_up_to_the_whole()
    {
        var told = new WorkRecorder();
        var options = new DivergenceOptions { Losses = ["f-kl", "wasserstein"], Distances = [0.5, 1], Steps = 3, Batch = 8, Width = 4 };

        Assert.Equal(4, DivergenceStudy.Run(options, under.Open(), told, TestContext.Current.CancellationToken).Count());

        told.AssertWhole(WorkKind.TrainingDiscriminators);
        Assert.Equal(["f-kl at 0.5", "f-kl at 1", "wasserstein at 0.5", "wasserstein at 1"], told.All.Select(work => work.Part).Distinct());
        Assert.Equal(12, told.All[^1].Total);
    }

    [Theory]
    [InlineData("PAIR", "circles", "f-kl", 1)]
    [InlineData("Loss", "shift", "hinge", 1)]
    [InlineData("Distances", "scale", "f-kl", 0.5)]
    public void What_is_not_allowed_is_refused_by_the_name_of_its_option(string option, string pair, string loss, double distance)
    {
        var options = new DivergenceOptions { Pair = pair, Losses = [loss], Distances = [distance] };

        Assert.StartsWith(option, Assert.Throws<OptionException>(options.Validate).Message, StringComparison.Ordinal);
    }

    private DivergenceTrial Train(string pair, string loss, double distance) => DivergenceStudy.Run(
        new DivergenceOptions { Pair = pair, Losses = [loss], Distances = [distance], Steps = 600, Batch = 512, Width = 32 },
        under.Open(), null, TestContext.Current.CancellationToken).Single();

    /// <summary>2 Phi(x sqrt 2) - 1 by the midpoint rule.</summary>
    private static double Erf(double x)
    {
        const int Parts = 10_000;
        return Enumerable.Range(0, Parts).Sum(i => Math.Exp(-Math.Pow(x * (i + 0.5) / Parts, 2))) * x / Parts * 2 / Math.Sqrt(Math.PI);
    }
}
