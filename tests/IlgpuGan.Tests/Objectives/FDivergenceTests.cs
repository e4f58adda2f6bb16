using IlgpuGan.Graphs;
using IlgpuGan.Objectives;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Theory;

namespace IlgpuGan.Tests.Objectives;

/// <summary>A row states f, g and f*; everything else follows from it, of the rows there are and of one that is new.</summary>
[Collection(nameof(TestDevice))]
public sealed class FDivergenceTests(TestDevice under)
{
    /// <summary>
    /// The triangular discrimination, f(u) = (u - 1)^2 / (u + 1), between 0 and 2 (Topsoe 2000). f*(t) = 4 - t - 4 sqrt(1 - t) for -3 &lt; t &lt; 1.
    /// </summary>
    private static readonly FDivergence Triangular = new(
        "f-triangular", "triangular", at => (at.P - at.Q) * (at.P - at.Q) / (at.P + at.Q),
        v => v.Sigmoid() * 4 - 3, v => 7 - v.Sigmoid() * 4 - (-v).Sigmoid().Sqrt() * 8);

    private static IEnumerable<FDivergence> All => [.. FDivergence.Table, Triangular];

    public static TheoryData<string> Names => [.. All.Select(row => row.Name)];

    /// <summary>f*(t) is the largest of u t - f(u) over all u above 0; where none of them is it, as below t = -2 of Pearson's, f* is continued by its formula.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_conjugate_of_a_row_is_that_of_its_f(string name)
    {
        var row = Named(name);
        for (double v = -3; v <= 3; v += 0.25)
        {
            double t = Value(row.Activation, v);
            double Term(double logU) => Math.Exp(logU) * t - row.Function.At(new(logU, 0));
            double best = Enumerable.Range(-18_000, 36_001).Select(i => i * 1e-3).MaxBy(Term), largest = Term(best);
            if (best <= -18)
            {
                Assert.True(Value(row.Conjugate, v) >= largest, "else D would promise more than the divergence");
                continue;
            }
            // A grid of 1e-3 misses the top by its square; the ends of the grid cut off less than e^-18.
            Assert.Equal(largest, Value(row.Conjugate, v), 1e-5 * Math.Max(1, Math.Abs(largest)));
        }
    }

    [Theory]
    [InlineData("f-kl", 0, double.PositiveInfinity)]
    [InlineData("f-reverse-kl", 0, double.PositiveInfinity)]
    [InlineData("f-pearson", 0, double.PositiveInfinity)]
    [InlineData("f-neyman", 0, double.PositiveInfinity)]
    [InlineData("f-hellinger", 0, 2)]
    [InlineData("f-jensen-shannon", 0, 1.3862943611198906)]
    [InlineData("f-gan", -1.3862943611198906, 0)]
    [InlineData("f-total-variation", 0, 1)]
    [InlineData("f-triangular", 0, 2)]
    public void What_equal_and_disjoint_distributions_have_follows_from_f(string name, double equal, double disjoint)
    {
        var row = Named(name);
        Assert.Equal(equal, row.Function.OfEqual, 1e-12);
        Assert.Equal(-equal, row.Equilibrium, 1e-12);
        Assert.True(Math.Abs(disjoint - row.Function.OfDisjoint) < 1e-12 || disjoint == row.Function.OfDisjoint, $"{row.Function.OfDisjoint}");
        var segments = DistributionPair.Named("segments");
        Assert.Equal(row.Function.OfEqual, segments.Exact(row, 0));
        Assert.Equal(row.Function.OfDisjoint, segments.Exact(row, 0.25));
    }

    /// <summary>Against another rule of integration, of the ratio u that a point of N(d, 1) has.</summary>
    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_new_row_has_its_true_value_between_gaussians(double d)
    {
        double sum = 0;
        const int Parts = 200_000;
        for (int i = 0; i < Parts; i++)
        {
            double x = -12 + (24 + d) * (i + 0.5) / Parts, u = Math.Exp(d * d / 2 - d * x);
            sum += Math.Exp(-(x - d) * (x - d) / 2) / Math.Sqrt(2 * Math.PI) * (u - 1) * (u - 1) / (u + 1) * (24 + d) / Parts;
        }
        Assert.Equal(sum, DistributionPair.Named("shift").Exact(Triangular, d), 1e-8);
        Assert.Equal(sum, DistributionPair.Named("plane").Exact(Triangular, d), 1e-4);
        Assert.Equal(0, DistributionPair.Named("mixture").Exact(Triangular, 0), 1e-12);
        // Far apart both densities underflow between the two.
        Assert.Equal(2, DistributionPair.Named("shift").Exact(Triangular, 90), 1e-9);
    }

    [Fact]
    public void A_discriminator_finds_the_divergence_of_a_new_row()
    {
        var trial = DivergenceStudy.Try(
            Triangular.Name, Triangular, DistributionPair.Named("shift"), 0.75,
            new() { Steps = 600, Batch = 512, Width = 32 }, under.Open(), null, default, TestContext.Current.CancellationToken);
        Assert.Equal(1, trial.Estimate / trial.Exact, 0.03);
    }

    [Fact]
    public void Every_loss_whose_divergence_has_a_name_has_its_truth_everywhere()
    {
        foreach (string loss in DivergenceOptions.AllLosses)
        {
            foreach (var pair in DistributionPair.Table.Where(pair => loss != "wasserstein" || pair.Name != "mixture"))
            {
                Assert.All(pair.Distances, distance => Assert.False(double.IsNaN(pair.Exact(loss, distance))));
            }
        }
        foreach (string loss in Objective.Names.Except(DivergenceOptions.AllLosses))
        {
            Assert.Contains("shift", Assert.Throws<ArgumentException>(() => DistributionPair.Named("shift").Exact(loss, 1)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_f_without_its_limits_is_refused_and_not_taken_for_infinite()
    {
        var f = new DivergenceFunction(at => at.P * (at.LogP - at.LogQ));
        Assert.Contains("p = 0, q = 1", Assert.Throws<InvalidOperationException>(() => f.OfDisjoint).Message, StringComparison.Ordinal);
    }

    private static FDivergence Named(string name) => All.Single(row => row.Name == name);

    private static double Value(Func<Tensor, Tensor> formula, double v)
    {
        var graph = new Graph();
        var result = formula(graph.Literal(Shape.Of(1), (float)v));
        return new HostReference().Run(graph)[result][0];
    }
}
