using IlgpuGan.Augmentation;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>What the watchdog says of histories that are written by hand, one report each 50 steps.</summary>
public sealed class WatchdogTests
{
    private static readonly TrainingOptions Plain = Presets.Radford2016;

    /// <summary>A run as one would wish it.</summary>
    private static TrainingReport Healthy(int number) => new(number * 50, number, 0.9 + 0.1 * (number % 3), 1.1, 0.7, 0.3, 1.5, 2)
    {
        PixelSpread = 0.9,
        FeatureSpread = 0.8,
        Coverage = 0.9,
        Fidelity = 0.8,
        Nearness = 0.8,
    };

    private static List<Finding> Watch(TrainingOptions options, int count, Func<TrainingReport, int, TrainingReport> change, bool isPoints = false)
    {
        var (watchdog, reports, found) = (new Watchdog(options, isPoints), new List<TrainingReport>(), new List<Finding>());
        for (var number = 1; number <= count; number++)
        {
            reports.Add(change(Healthy(number), number));
            found.AddRange(watchdog.Look(reports));
        }

        return found;
    }

    private static Finding Only(TrainingOptions options, Func<TrainingReport, TrainingReport> change, int from = 20, int count = 40, bool isPoints = false) =>
        Assert.Single(Watch(options, count, (report, number) => number >= from ? change(report) : report, isPoints));

    [Fact]
    public void A_healthy_run_hears_nothing() => Assert.Empty(Watch(Plain, 200, (report, _) => report));

    [Fact]
    public void Mode_collapse_is_named_when_fakes_stay_alike()
    {
        var finding = Only(Plain, report => report with { PixelSpread = 0.04 });
        Assert.Equal((FindingKind.ModeCollapse, 1000, 1200), (finding.Kind, finding.Onset, finding.Step));
        Assert.True(finding.IsCollapse);
        Assert.Equal(
            "Mode collapse: since step 1000 the generator makes much the same of all latents, its fakes spread 4 % as far as reals; try Loss rpgan Penalty r1+r2, MinibatchDeviation, "
                + "DiscriminatorSteps 2 or a lower GeneratorLearningRate.",
            finding.Sentence);
    }

    [Fact]
    public void A_thing_is_said_once_and_again_only_after_it_has_gone_away()
    {
        var found = Watch(Plain, 60, (report, number) => report with { PixelSpread = number is 35 or < 20 ? 0.9 : 0.1 });
        Assert.Equal([(1000L, 1200L), (1800L, 2000L)], found.Select(finding => (finding.Onset, finding.Step)));
    }

    [Fact]
    public void A_single_bad_report_is_no_finding() =>
        Assert.Empty(Watch(Plain, 60, (report, number) => number % 5 == 0 ? report with { PixelSpread = 0.9 } : report with { PixelSpread = 0.1 }));

    [Fact]
    public void A_generator_that_has_not_spread_yet_has_time_for_it()
    {
        var found = Watch(Plain, 60, (report, _) => report with { PixelSpread = 0.1 });
        Assert.Equal((1550L, 1750L), (found[0].Onset, found[0].Step));
        Assert.Empty(Watch(Plain, 60, (report, number) => report with { PixelSpread = number < 20 ? 0.1 : 0.5 }));
    }

    [Fact]
    public void The_first_steps_are_not_judged()
    {
        TrainingReport Lost(TrainingReport report, int number) => report with { DiscriminatorLoss = 0.01, GeneratorLoss = number };
        var finding = Assert.Single(Watch(Plain, 30, Lost));
        Assert.Equal((450L, 650L), (finding.Onset, finding.Step));
        Assert.Empty(Watch(Plain, 12, Lost));
    }

    [Fact]
    public void A_resumed_run_does_not_repeat_what_its_log_shows_already()
    {
        var reports = Enumerable.Range(1, 30).Select(number => Healthy(number) with { PixelSpread = 0.1 }).ToList();
        var watchdog = new Watchdog(Plain);
        watchdog.Restart(reports);
        reports.Add(Healthy(31) with { PixelSpread = 0.1 });
        Assert.Empty(watchdog.Look(reports));
    }

    [Fact]
    public void Mode_dropping_is_named_when_good_fakes_leave_reals_without_any()
    {
        var finding = Only(Plain with { Loss = "rpgan", Penalty = "r1+r2", Network = "mlp" }, report => report with { Fidelity = 0.9, Coverage = 0.4 }, isPoints: true);
        Assert.Equal(FindingKind.ModeDropping, finding.Kind);
        Assert.Equal(
            "Mode dropping: since step 1000 90 % of the fakes look like reals, but 60 % of the reals have no fake near, so the generator leaves part of the data out; try "
                + "DiscriminatorSteps 2 or a lower GeneratorLearningRate.",
            finding.Sentence);
    }

    [Fact]
    public void Modes_that_are_still_being_found_are_not_dropped() =>
        Assert.Empty(Watch(Plain, 40, (report, number) => report with { Fidelity = 0.9, Coverage = Math.Min(1, number * 0.025) }, isPoints: true));

    [Fact]
    public void Images_are_spread_before_their_coverage_counts()
    {
        Assert.Equal(FindingKind.ModeDropping, Only(Plain, report => report with { Fidelity = 0.9, Coverage = 0.1 }).Kind);
        Assert.Empty(Watch(Plain, 40, (report, _) => report with { Fidelity = 0.9, Coverage = 0.1, FeatureSpread = 0.5 }));
    }

    [Theory]
    [InlineData("non-saturating", 0.01, "loss does not come down")]
    [InlineData("minimax", 0.01, "gradient fades (vanishing gradient, norm 2)")]
    [InlineData("rpgan", 0.01, "loss does not come down")]
    [InlineData("hinge", 0.01, "loss does not come down")]
    public void A_discriminator_that_wins_is_named(string loss, double discriminatorLoss, string sign)
    {
        var finding = Only(Plain with { Loss = loss }, report => report with { DiscriminatorLoss = discriminatorLoss, RealProbability = 0.99, FakeProbability = 0.01, GeneratorLoss = 5 });
        Assert.Equal(FindingKind.DiscriminatorWins, finding.Kind);
        Assert.StartsWith("The discriminator wins: since step 1000 D(x) is 0.99 and D(G(z)) 0.01", finding.Sentence, StringComparison.Ordinal);
        Assert.Contains(sign, finding.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_generator_that_catches_up_has_not_lost() => Assert.DoesNotContain(Watch(
        Plain, 40, (report, number) => report with { DiscriminatorLoss = 0.01, GeneratorLoss = 20 * Math.Pow(0.9, number) + 1 }), finding => finding.Step < 1000);

    [Theory]
    [InlineData("non-saturating", 1.3863)]
    [InlineData("rpgan", 0.6931)]
    [InlineData("ragan", 1.3863)]
    [InlineData("lsgan", 0.25)]
    [InlineData("hinge", 2)]
    [InlineData("f-pearson", 0)]
    [InlineData("f-gan", 1.3863)]
    public void A_blind_discriminator_is_told_from_an_honest_equilibrium_by_the_fakes(string loss, double equilibrium)
    {
        var options = Plain with { Loss = loss };
        TrainingReport Flat(TrainingReport report) => report with { DiscriminatorLoss = equilibrium * 1.005 };
        var finding = Only(options, report => Flat(report) with { PixelSpread = 0.4, Coverage = 0.2, Fidelity = 0.1 });
        Assert.Equal(FindingKind.DiscriminatorBlind, finding.Kind);
        Assert.False(finding.IsCollapse);
        Assert.StartsWith("The discriminator is blind: since step 1000 its loss is within 1 % of", finding.Sentence, StringComparison.Ordinal);
        Assert.Empty(Watch(options, 40, (report, _) => Flat(report)));
    }

    [Fact]
    public void Copies_of_the_data_are_named()
    {
        var finding = Only(Plain, report => report with { Nearness = 0.1 });
        Assert.Equal(FindingKind.Memorising, finding.Kind);
        Assert.Empty(Watch(Plain, 40, (report, _) => report with { Nearness = null }));
    }

    [Fact]
    public void Augmentation_at_its_limit_is_named() =>
        Assert.Equal(FindingKind.AugmentationLimit, Only(Plain, report => report with { AugmentationProbability = 1 }).Kind);

    [Fact]
    public void Augmentations_that_the_generator_takes_up_are_named_and_the_discriminator_is_not_blamed()
    {
        var options = Plain with { Loss = "rpgan", Penalty = "r1+r2", Augment = "ada", AdaProbability = 0.95f };
        var finding = Only(options, report => report with { AugmentationProbability = 0.95, DiscriminatorLoss = Math.Log(2), PixelSpread = 0.8, Coverage = 0.0156, Fidelity = 0.1 });
        Assert.Equal(FindingKind.AugmentationLeak, finding.Kind);
        Assert.Equal(
            "The augmentation leaks: since step 1000 its p is 0.95, so that D hardly ever sees an image unchanged, and 2 % of the reals have a fake near: the generator draws images "
                + "that are turned, moved or recoloured; try AdaProbability 0.6 or less, an AugmentPolicy without what must not be learnt, such as xflip,xint,brightness or more images.",
            finding.Sentence);
        Assert.Empty(Watch(options, 40, (report, _) => report with { AugmentationProbability = 0.95 }));
    }

    [Fact]
    public void A_p_that_was_given_is_no_sign_of_a_discriminator_that_overfits() =>
        Assert.Empty(Watch(Plain with { Augment = "ada", AdaProbability = 1 }, 40, (report, _) => report with { AugmentationProbability = 1 }));

    /// <summary>Losses as they may be, of every objective, with and without augmentation.</summary>
    [Fact]
    public void Reports_without_any_fake_near_a_real_never_pass_in_silence()
    {
        foreach (string loss in Objective.Names)
        {
            foreach (double level in (double[])[-1, 0, 0.01, 0.3, Math.Log(2), 1.4, 2, 5])
            {
                foreach (double? p in (double?[])[null, 0.3, 0.95])
                {
                    foreach (double spread in (double[])[0.1, 0.5, 1, 3])
                    {
                        var options = Plain with { Loss = loss, Augment = p is null ? "none" : "ada" };
                        Assert.NotEmpty(Watch(options, 16, (report, _) => report with
                        {
                            DiscriminatorLoss = level, AugmentationProbability = p, PixelSpread = spread, Coverage = 0, Fidelity = 0,
                        }));
                    }
                }
            }
        }
    }

    [Fact]
    public void Fakes_unlike_reals_are_named_where_nothing_explains_them()
    {
        var finding = Only(Plain, report => report with { Coverage = 0, Fidelity = 0 });
        Assert.Equal((FindingKind.UnlikeReals, 1000, 1200), (finding.Kind, finding.Onset, finding.Step));
        Assert.False(finding.IsCollapse);
        Assert.Equal(
            "Fakes are unlike reals: since step 1000 0 % of the reals have a fake near and 0 % of the fakes are near a real, whatever the losses say; look at the samples, give it more "
                + "steps if they still improve, else try Loss rpgan Penalty r1+r2, a lower LearningRate or a greater Width.",
            finding.Sentence);
        Assert.Equal(FindingKind.ModeCollapse, Only(Plain, report => report with { PixelSpread = 0.1, Coverage = 0, Fidelity = 0 }).Kind);
    }

    [Fact]
    public void Losses_that_swing_ever_wider_are_named()
    {
        double Swing(int number, double growth) => 1 + Math.Pow(growth, number - 20) * 0.1 * (number % 2 == 0 ? 1 : -1);
        var found = Watch(Plain, 34, (report, number) => number < 20 ? report : report with { DiscriminatorLoss = Swing(number, 1.15) });
        Assert.Equal(FindingKind.Oscillation, Assert.Single(found).Kind);
        Assert.Empty(Watch(Plain, 60, (report, number) => report with { DiscriminatorLoss = Swing(number, 1) }));
    }

    [Fact]
    public void Losses_that_scatter_do_not_oscillate()
    {
        var random = new Random(1);
        Assert.Empty(Watch(Plain, 2000, (report, _) => report with { DiscriminatorLoss = 1 + 0.4 * (random.NextDouble() - 0.5) }));
    }
}
