using IlgpuGan.Graphs;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Theory;

namespace IlgpuGan.Tests.Theory;

/// <summary>The Dirac-GAN: which way each loss pushes, and which pairs of loss and penalty come to rest, as published.</summary>
[Collection(nameof(TestDevice))]
public sealed class DiracTests(TestDevice under, KnownTrials known) : IClassFixture<KnownTrials>
{
    public static TheoryData<string> Losses => [.. Objective.Names];

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (string loss in Objective.Names)
            {
                foreach (string penalty in GradientPenalty.Names)
                {
                    pairs.Add(loss, penalty);
                }
            }
            return pairs;
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void D_learns_to_raise_its_answer_where_the_reals_are_and_G_goes_there(string loss)
    {
        using var game = Game(loss, "none");
        foreach (double theta in (double[])[-0.5, -0.1, 0.1, 0.5])
        {
            // Fakes lie right of the reals: D must learn to fall to the right. The more it falls, the further G must go back.
            double psi = game.Direction(new(theta, 0)).Psi;
            Assert.True(psi * theta < 0, $"at theta {theta} psi goes {psi}");
            double slope = theta;
            double move = game.Direction(new(theta, slope)).Theta;
            Assert.True(move * slope > 0, $"on a slope of {slope} theta goes {move}");
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_equilibrium_is_one(string loss)
    {
        using var game = Game(loss, "none");

        Assert.Equal(0, game.Direction(new(0, 0)).Theta, 1e-7);
        Assert.Equal(0, game.Direction(new(0, 0)).Psi, 1e-7);
        // D of LSGAN is balanced half way between its targets, that of the Kullback-Leibler divergence where e^(v - 1) = 1.
        Assert.Equal(loss switch { "lsgan" => 0.5, "f-kl" => 1, _ => 0 }, game.Offset, 1e-6);
    }

    [Theory]
    [InlineData("r1", true)]
    [InlineData("r2", true)]
    [InlineData("r1+r2", true)]
    [InlineData("wgan-gp", false)]
    [InlineData("wgan-lp", false)]
    [InlineData("dragan", false)]
    public void The_literature_lets_R1_and_R2_come_to_rest(string penalty, bool does) => Assert.Equal(does, GradientPenalty.Named(penalty)!.ComesToRest);

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Training_comes_to_rest_exactly_where_the_literature_says(string loss, string penalty)
    {
        var trial = Try(loss, penalty);

        Assert.Equal(trial.ConvergesByTheory, trial.Continuous == DiracVerdict.Converges);
        Assert.Equal(trial.ConvergesByTheory, trial.Discrete == DiracVerdict.Converges);
    }

    [Theory]
    [InlineData("non-saturating", 0.5)]
    [InlineData("minimax", 0.5)]
    [InlineData("lsgan", 0.5)]
    [InlineData("hinge", 1)]
    [InlineData("wasserstein", 1)]
    [InlineData("rpgan", 0.5)]
    [InlineData("ragan", 1)]
    public void Without_a_penalty_the_eigenvalues_are_imaginary(string loss, double frequency)
    {
        // Mescheder et al. 2018, lemma 2.2: +- f'(0) i.
        var (first, second) = Try(loss, "none").Eigenvalues;

        Assert.Equal(0, first.Real, 1e-6);
        Assert.Equal(frequency, first.Imaginary, 1e-6);
        Assert.Equal(-frequency, second.Imaginary, 1e-6);
    }

    [Theory]
    [InlineData("r1", 1)]
    [InlineData("r2", 1)]
    [InlineData("r1+r2", 2)]
    public void A_penalty_of_weight_gamma_moves_them_to_the_roots_of_its_polynomial(string penalty, double terms)
    {
        // Mescheder et al. 2018, lemma 4.1: x^2 + gamma x + f'(0)^2.
        foreach (float gamma in (float[])[0.3f, 1.5f])
        {
            var (first, second) = Try("rpgan", penalty, gamma).Eigenvalues;
            double damping = gamma * terms;

            Assert.Equal(-damping, (first + second).Real, 1e-5);
            Assert.Equal(0.25, (first * second).Real, 1e-5);
        }
    }

    [Fact]
    public void Trajectories_do_what_the_eigenvalues_say()
    {
        Assert.True(Distance(Try("rpgan", "r1+r2").Path[^1]) < 0.05);
        Assert.True(Distance(Try("wasserstein", "r1").Path[^1]) < 1e-3);
        // In turns the Wasserstein GAN goes round and round, at once it is driven out.
        Assert.InRange(Distance(Try("wasserstein", "none").Path[^1]), 1, 2);
        Assert.True(Distance(Try("wasserstein", "none", isAlternating: false).Path[^1]) > 5);
    }

    [Fact]
    public void WGAN_GP_drives_every_pair_from_the_equilibrium_that_of_wasserstein_onto_a_wide_orbit_and_others_to_a_place_far_off()
    {
        Assert.All(Objective.Names, loss => Assert.Equal(DiracVerdict.Diverges, Try(loss, "wgan-gp").Discrete));
        Assert.All(Try("wasserstein", "wgan-gp").Path.Skip(50), point => Assert.InRange(Distance(point), 1, 2.5));
        // Where the pull of the penalty towards a slope of 1, 2 lambda, is that of the data towards 0, theta / 2.
        Assert.All(Try("non-saturating", "wgan-gp").Path.TakeLast(50), point => Assert.InRange(Distance(point), 3.5, 4.5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_step_of_descent_is_the_field_times_the_rate(bool isAlternating)
    {
        using var game = new DiracGan(under.Open(), Objective.Named("rpgan"), GradientPenalty.Named("r1"), 1, isAlternating);
        var start = new DiracPoint(0.7, 0.4);
        var after = game.Descend(start, 0.1, 1)[1];

        double psi = start.Psi + 0.1 * game.Direction(start).Psi;
        double theta = start.Theta + 0.1 * game.Direction(isAlternating ? start with { Psi = psi } : start).Theta;
        Assert.Equal(psi, after.Psi, 1e-6);
        Assert.Equal(theta, after.Theta, 1e-6);
    }

    [Fact]
    public void The_jacobian_is_the_derivative_of_the_field()
    {
        using var game = Game("f-neyman", "r1+r2");
        var at = new DiracPoint(0.3, -0.6);
        var jacobian = game.Jacobian(at);

        // Central differences of single-precision numbers: rounding of 1e-7 over a step of 1e-2.
        const double Step = 1e-2, Bound = 1e-3;
        DiracPoint Difference(DiracPoint more, DiracPoint less)
        {
            var (a, b) = (game.Direction(more), game.Direction(less));
            return new((a.Theta - b.Theta) / (2 * Step), (a.Psi - b.Psi) / (2 * Step));
        }

        var byPsi = Difference(at with { Psi = at.Psi + Step }, at with { Psi = at.Psi - Step });
        var byTheta = Difference(at with { Theta = at.Theta + Step }, at with { Theta = at.Theta - Step });
        Assert.Equal(byPsi.Psi, jacobian.A, Bound);
        Assert.Equal(byTheta.Psi, jacobian.B, Bound);
        Assert.Equal(byPsi.Theta, jacobian.C, Bound);
        Assert.Equal(byTheta.Theta, jacobian.D, Bound);
    }

    [Theory]
    [InlineData("Loss", "gan", "none", 0.1f, 10)]
    [InlineData("Penalty", "rpgan", "r3", 0.1f, 10)]
    [InlineData("LearningRate", "rpgan", "r1", 0f, 10)]
    [InlineData("Steps", "rpgan", "r1", 0.1f, 0)]
    public void What_is_not_allowed_is_refused_by_the_name_of_its_option(string option, string loss, string penalty, float rate, int steps)
    {
        var options = new DiracOptions { Losses = [loss], Penalties = [penalty], Rate = rate, Steps = steps };

        Assert.StartsWith(option, Assert.Throws<OptionException>(options.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_study_tells_how_far_it_is_up_to_the_whole()
    {
        var told = new WorkRecorder();
        var options = new DiracOptions { Losses = ["rpgan", "hinge"], Penalties = ["none", "r1"], Steps = 1 };

        Assert.Equal(4, DiracStudy.Run(options, under.Open(), told, TestContext.Current.CancellationToken).Count());

        told.AssertWhole(WorkKind.TryingPenalties);
        Assert.Equal(["rpgan, none", "rpgan, r1", "hinge, none", "hinge, r1"], told.All.Select(work => work.Part));
    }

    private DiracGan Game(string loss, string penalty) => new(under.Open(), Objective.Named(loss), GradientPenalty.Named(penalty), 1, isAlternating: true);

    private DiracTrial Try(string loss, string penalty, float weight = 1, bool isAlternating = true) => known.Of((loss, penalty, weight, isAlternating), () => DiracStudy.Run(
        new DiracOptions { Losses = [loss], Penalties = [penalty], PenaltyWeight = weight, IsAlternating = isAlternating },
        under.Open(), null, TestContext.Current.CancellationToken).Single());

    private static double Distance(DiracPoint point) => Math.Sqrt((point.Theta * point.Theta) + (point.Psi * point.Psi));
}

/// <summary>What the tests of a class have tried already: a trial is a function of its options, and several look at the same ones.</summary>
public sealed class KnownTrials
{
    private readonly Dictionary<(string Loss, string Penalty, float Weight, bool IsAlternating), DiracTrial> trials = [];

    internal DiracTrial Of((string Loss, string Penalty, float Weight, bool IsAlternating) options, Func<DiracTrial> run) =>
        trials.TryGetValue(options, out var trial) ? trial : trials[options] = run();
}
