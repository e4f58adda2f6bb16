using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Ranks;
using IlgpuGan.Runs;
using IlgpuGan.Training;
using static IlgpuGan.Tests.Training.LeavesTests;

namespace IlgpuGan.Tests.Ranks;

/// <summary>Ranks that train together, as threads of one process, against one that trains alone.</summary>
public sealed class RankTrainingTests
{
    private static readonly TrainingOptions Small =
        new TrainingOptions() with { Network = "r3", Width = 4, Depth = 1, GroupSize = 2, LatentSize = 7, Batch = 24, LearningRate = 1e-3f, PenaltyWeight = 1 };

    private static readonly Dictionary<string, TrainingOptions> Kinds = new()
    {
        ["r3 with r1 and r2, labels, ada and LeCam"] =
            Small with { Leaves = 8, Condition = "kind", Augment = "ada", AdaKimg = 0.1f, AdaTarget = -0.9f, LeCam = 0.1f, Flip = true },
        ["r3 with a lazy penalty and two steps of D"] = Small with { Leaves = 12, PenaltyEvery = 2, DiscriminatorSteps = 2, Loss = "hinge" },
        ["dcgan with batch normalisation"] = Presets.Radford2016 with { Width = 4, LatentSize = 7, Batch = 24, Leaves = 8 },
        ["resnet with spectral normalisation"] =
            Presets.Radford2016 with { Network = "resnet", SpectralNorm = true, Loss = "hinge", Width = 8, LatentSize = 8, Batch = 24, Leaves = 6 },
    };

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Any_number_of_ranks_has_the_bits_of_one(string kind)
    {
        var options = Kinds[kind];
        // Alone with all workers, as ranks with one each: that is all the same, too.
        using var device = ComputeDevice.Open("cpu");
        using var images = Images(options);
        using var alone = new GanTrainer(device, options, images);
        Run(alone, 3);
        var (expected, report) = (alone.SaveState(), alone.Report());

        foreach (int ranks in new[] { 2, 3, Math.Min(8, options.Leaves) })
        {
            var states = Train(ranks, options, trainer =>
            {
                Run(trainer, 3);
                AssertEqual(expected, trainer.SaveState());
                var own = trainer.Report();
                Assert.Equal(report, own with { RankWaits = null });
                Assert.Equal(Enumerable.Range(0, ranks).Select(rank => $"{rank} on {rank}"), own.RankWaits!.Keys);
            });
            Assert.All(states, state => AssertSameWeights(expected, state));
        }
    }

    [Fact]
    public void Sums_in_any_order_are_those_of_one_process_but_for_the_last_digits()
    {
        var options = Kinds["dcgan with batch normalisation"];
        using var device = ComputeDevice.Open("cpu");
        using var images = Images(options);
        using var alone = new GanTrainer(device, options, images);
        Run(alone, 1);
        var report = alone.Report();
        var states = Train(4, options with { Reduce = RankReduction.Fast }, trainer =>
        {
            Run(trainer, 1);
            var own = trainer.Report();
            Assert.Equal(report.DiscriminatorLoss, own.DiscriminatorLoss, 1e-5 * Math.Abs(report.DiscriminatorLoss));
            Assert.Equal(report.GeneratorGradientNorm, own.GeneratorGradientNorm, 1e-4 * report.GeneratorGradientNorm);
        });

        Assert.All(states, state => AssertEqual(states[0], state));
    }

    [Fact]
    public void Rank_0_alone_decides_and_the_others_follow_it_back_to_earlier_states()
    {
        var options = Kinds["r3 with r1 and r2, labels, ada and LeCam"];
        var states = Train(4, options, trainer =>
        {
            Run(trainer, 2);
            var early = trainer.SaveState();
            Run(trainer, 2);
            var late = trainer.SaveState();
            trainer.LoadState(early);
            Run(trainer, 2);
            AssertEqual(late, trainer.SaveState());
            trainer.LoadState(early);
            trainer.Rollbacks = 2;
            Run(trainer, 1);
            _ = trainer.Report();
        }, mostImageBytes: 0);

        Assert.Equal([3], states[0]["counters"].Integers!.Take(1));
        Assert.Equal(0.25f, states[0]["rate.scale"].Floats![0]);
        Assert.All(states, state => AssertEqual(states[0], state));
    }

    [Fact]
    public void A_number_that_is_not_finite_reaches_all_in_the_same_step_and_the_rank_where_it_began_is_named()
    {
        var options = Kinds["r3 with a lazy penalty and two steps of D"] with { LearningRate = 1 };
        var states = Train(3, options with { Augment = "none" }, trainer =>
        {
            var before = trainer.SaveState();
            var spoilt = before.ToDictionary();
            string name = before.Keys.First(key => key.StartsWith("discriminator.values", StringComparison.Ordinal));
            var values = (float[])before[name].Floats!.Clone();
            values[0] = float.NaN;
            spoilt[name] = new(before[name].Shape, values);
            trainer.LoadState(spoilt);
            Run(trainer, 1);
            Assert.True(double.IsNaN(trainer.Report().DiscriminatorLoss));
            Assert.StartsWith(name["discriminator.values.".Length..] + " of the discriminator", trainer.ExplainNonFinite(spoilt, 1), StringComparison.Ordinal);
            trainer.LoadState(before);
            Run(trainer, 1);
        });

        Assert.All(states, state => AssertEqual(states[0], state));
    }

    [Fact]
    public void No_checkpoint_is_made_of_a_rank_that_has_other_weights()
    {
        var options = Kinds["dcgan with batch normalisation"];
        var fault = Assert.Throws<RanksException>(() => ThreadLink.Run(3, link =>
        {
            using var team = new RankTeam(link, $"host{link.Rank}");
            using var device = ComputeDevice.OpenProcessor(workers: 1);
            using var data = Images(options);
            using var trainer = new GanTrainer(device, options, data, long.MaxValue, team);
            if (team.IsLeader)
            {
                Run(trainer, 1);
                _ = ((ITrainer)trainer).TakeCheckpoint();
                Run(trainer, 1);
                return ((ITrainer)trainer).TakeCheckpoint();
            }
            while (team.Next() is { Order: not RankOrder.End } next)
            {
                trainer.Obey(next.Order, next.Argument);
                if (link.Rank == 2 && trainer.Step == 2)
                {
                    trainer.Rollbacks = 1;
                }
            }
            return null;
        }));

        Assert.StartsWith("Rank 2 (host2) has other weights than rank 0 (host0) at step 2: ", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_leaves_than_ranks_are_refused() => Assert.Equal(
        "Leaves 2 are too few for 3 ranks, each of which computes at least one leaf of the batch; give Leaves 3 or more, which divide Batch 24, or fewer ranks.",
        Assert.Throws<OptionException>(() => Trainer.TreeOf(Small with { Leaves = 2 }, 3)).Message);

    [Fact]
    public void A_number_of_ranks_that_shares_unevenly_is_right_all_the_same() => Assert.Equal(4, Trainer.TreeOf(Small with { Leaves = 8 }, 3).MostLeaves);

    /// <summary>Trains on threads: rank 0 does what is given, the others obey.</summary>
    /// <returns>The states of all ranks at the end.</returns>
    private static IReadOnlyDictionary<string, StateTensor>[] Train(int ranks, TrainingOptions options, Action<GanTrainer> lead, long mostImageBytes = long.MaxValue) =>
        ThreadLink.Run(ranks, link =>
        {
            using var team = new RankTeam(link, $"thread {link.Rank}");
            using var device = ComputeDevice.OpenProcessor(workers: 1);
            using var data = Images(options);
            using var trainer = new GanTrainer(device, options, data, mostImageBytes, team);
            if (team.IsLeader)
            {
                lead(trainer);
                return trainer.SaveState();
            }
            while (team.Next() is { Order: not RankOrder.End } next)
            {
                trainer.Obey(next.Order, next.Argument);
            }
            return trainer.SaveState();
        });

    // Reports have emptied the sums.
    private static void AssertSameWeights(IReadOnlyDictionary<string, StateTensor> expected, IReadOnlyDictionary<string, StateTensor> actual) =>
        AssertEqual(expected.Where(pair => pair.Key != "sums").ToDictionary(), actual.Where(pair => pair.Key != "sums").ToDictionary());
}
