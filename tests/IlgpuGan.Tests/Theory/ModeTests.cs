using IlgpuGan.Data;
using IlgpuGan.Options;
using IlgpuGan.Tests.Training;
using IlgpuGan.Theory;

namespace IlgpuGan.Tests.Theory;

public class ModeTests
{
    [Fact]
    public void Real_points_find_all_modes_in_equal_shares_and_nearly_all_are_good()
    {
        foreach (var truth in (PointSet[])[PointSet.Grid(ModeScore.Points, 3), PointSet.Ring(ModeScore.Points, 3)])
        {
            var score = ModeScore.Of(truth, truth.Points);

            Assert.Equal(truth.Modes.Count, score.Modes);
            // Within three deviations of the centre lie 1 - e^-4.5 of a Gaussian of the plane.
            Assert.Equal(1 - Math.Exp(-4.5), score.HighQuality, 0.005);
            Assert.InRange(score.Imbalance, 0, 0.01);
        }
    }

    [Fact]
    public void A_generator_that_has_collapsed_has_one_mode()
    {
        var truth = PointSet.Grid(100, 1);
        var points = new float[2 * 1000];
        for (int i = 0; i < points.Length; i += 2)
        {
            (points[i], points[i + 1]) = truth.Modes[7];
        }

        var score = ModeScore.Of(truth, points);

        Assert.Equal((1, 1.0), (score.Modes, score.HighQuality));
        Assert.Equal(Math.Log(25), score.Imbalance, 1e-9);
    }

    [Theory]
    [InlineData(2.9f, true)]
    [InlineData(3.1f, false)]
    public void A_point_is_good_within_three_deviations(float deviations, bool isGood)
    {
        var truth = PointSet.Ring(1, 1);

        Assert.Equal(isGood ? 1 : 0, ModeScore.Of(truth, [truth.Modes[0].X, truth.Modes[0].Y + (deviations * truth.Sigma)]).HighQuality);
    }

    [Fact]
    public void A_few_strays_make_no_mode()
    {
        var truth = PointSet.Grid(100, 1);
        var points = new List<float>();
        for (int i = 0; i < ModeScore.FewestPoints; i++)
        {
            points.AddRange([truth.Modes[0].X, truth.Modes[0].Y]);
        }
        for (int i = 0; i < ModeScore.FewestPoints - 1; i++)
        {
            points.AddRange([truth.Modes[1].X, truth.Modes[1].Y]);
        }

        Assert.Equal(1, ModeScore.Of(truth, points.ToArray()).Modes);
    }

    [Fact]
    public void Points_that_are_no_numbers_are_not_good()
    {
        var score = ModeScore.Of(PointSet.Ring(1, 1), [float.NaN, 0, float.PositiveInfinity, 1]);

        Assert.Equal((0, 0.0), (score.Modes, score.HighQuality));
        Assert.Equal(double.PositiveInfinity, score.Imbalance);
    }

    [Fact]
    public void Each_seed_is_a_training_of_its_own()
    {
        var engine = new FakeEngine();
        var settings = RunSettings.For("ring");
        settings = settings with { Training = settings.Training with { Steps = 200, Seed = 5 } };
        var told = new WorkRecorder();

        var trials = ModeStudy.Run(settings, 3, engine, _ => { }, told, engine.Clock, TestContext.Current.CancellationToken).ToList();

        Assert.Equal([5ul, 6ul, 7ul], trials.Select(trial => trial.Seed));
        Assert.Equal(600, told.All.Count);
        Assert.Equal(["seed 5", "seed 6", "seed 7"], told.All.Select(work => work.Part).Distinct());
        told.AssertWhole(WorkKind.TrainingSeeds);
        Assert.All(trials, trial =>
        {
            Assert.Equal([2L, 6L, 20L, 60L, 200L], trial.Snapshots.Select(snapshot => snapshot.Step));
            Assert.Equal(trial.Score, trial.Snapshots[^1].Score);
            Assert.Equal(20, trial.Seconds, 1e-6);
        });
    }

    [Fact]
    public void Pictures_have_no_known_modes()
    {
        var engine = new FakeEngine();

        var fault = Assert.Throws<OptionException>(() => ModeStudy.Run(
            RunSettings.For("faces"), 1, engine, _ => { }, null, engine.Clock, TestContext.Current.CancellationToken));

        Assert.Equal("'faces' has no known modes; give ring (8 modes) or grid (25 modes).", fault.Message);
    }
}
