using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Tests.Training;
using IlgpuGan.Theory;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Theory;

/// <summary>The experiments that compare trainings: of gradients, of a D that matches G or does not, of failures.</summary>
[Collection(nameof(TestDevice))]
public sealed class TrialTests
{
    private readonly FakeEngine engine = new();
    private readonly RecordingObserver told = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>An mlp has a layer more than hidden ones; dcgan of 16 x 16 halves twice.</summary>
    [Theory]
    [InlineData("grid", 4)]
    [InlineData("faces", 3)]
    public void Each_layer_of_D_has_one_norm_from_the_image_on_and_clipped_weights_leave_least(string source, int layers)
    {
        var trials = GradientStudy.Run(Small(GradientStudy.Usual(source)), ["clip", "penalty"], 0.01f, 10, new TrainingEngine(), told, Stop).ToList();

        Assert.Equal(["clip", "penalty"], trials.Select(trial => trial.Bound));
        Assert.All(trials, trial =>
        {
            Assert.Equal(Enumerable.Range(0, layers).Select(layer => $"layer{layer}"), trial.Norms.Select(norm => norm.Layer));
            Assert.All(trial.Norms, norm => Assert.InRange(norm.Norm, 1e-29, 1e6));
            Assert.InRange(trial.Ratio, 1, 1e12);
        });
        Assert.All(trials[0].Norms.Zip(trials[1].Norms), pair => Assert.True(pair.First.Norm < pair.Second.Norm / 3, $"{pair.First} and {pair.Second}"));
    }

    /// <summary>Reports of four steps: the second half counts.</summary>
    [Fact]
    public void A_norm_is_the_geometric_mean_of_the_second_half_and_infinite_where_a_report_has_none()
    {
        engine.LayerNorms = step => step < 3 ? new Dictionary<string, double> { ["layer0"] = 100, ["layer1"] = 100, ["layer2"] = 100 }
            : step == 3 ? new Dictionary<string, double> { ["layer0"] = 2, ["layer1"] = 0, ["layer2"] = 1 }
            : new Dictionary<string, double> { ["layer0"] = 8, ["layer1"] = 0 };

        var trial = Gradients(GradientStudy.Usual("grid")).Single();

        Assert.Equal(["layer0", "layer1", "layer2"], trial.Norms.Select(norm => norm.Layer));
        Assert.Equal(4, trial.NormOf("layer0"), 1e-9);
        Assert.Equal(0, trial.NormOf("layer1"));
        Assert.Equal((double.PositiveInfinity, double.PositiveInfinity), (trial.NormOf("layer2"), trial.Ratio));
    }

    [Fact]
    public void Where_no_norm_was_ever_finite_there_is_none()
    {
        engine.LayerNorms = _ => new Dictionary<string, double>();

        var trial = Gradients(GradientStudy.Usual("grid")).Single();

        Assert.Empty(trial.Norms);
        Assert.Equal(double.NaN, trial.Ratio);
    }

    [Fact]
    public void Three_Ds_are_trained_on_points_and_on_images()
    {
        var points = MatchStudy.Run(Small(MatchStudy.Usual("ring")), engine, told, Stop).ToList();
        told.Works.AssertWhole(WorkKind.ComparingTrainings);
        var images = MatchStudy.Run(Small(MatchStudy.Usual("faces")), engine, new RecordingObserver(), Stop).ToList();

        Assert.All((List<MatchTrial>[])[points, images], trials => Assert.Equal(["strong", "weak", "matched"], trials.Select(trial => trial.Name)));
        Assert.All(points, trial => Assert.Equal((4000, 0, true), (trial.Points.Length, trial.Images.Length, trial.Data.IsPoints)));
        Assert.All(images, trial => Assert.Equal((0, 9 * 16 * 16 * 3, false), (trial.Points.Length, trial.Images.Length, trial.Data.IsPoints)));
        Assert.All(points.Concat(images), trial => Assert.Equal([1L, 2L, 3L, 4L], trial.Course.Reports.Select(report => report.Step)));
    }

    /// <summary>What is asked of a D that learns fast, and hardly at all, on real networks: the one tells reals from fakes, the other does not yet.</summary>
    [Fact]
    public void A_strong_D_tells_reals_from_fakes_before_a_weak_one()
    {
        var settings = Small(MatchStudy.Usual("ring"));
        settings = settings with { Training = settings.Training with { Steps = 40, Batch = 64, Width = 16 } };

        var gaps = MatchStudy.Run(settings, new TrainingEngine(), told, Stop)
            .ToDictionary(trial => trial.Name, trial => trial.Course.Reports[^1].RealProbability - trial.Course.Reports[^1].FakeProbability);

        Assert.True(gaps["strong"] > gaps["weak"] + 0.1, string.Join(", ", gaps));
    }

    [Fact]
    public void A_rate_that_is_too_high_for_the_strong_D_is_refused_by_its_own_name()
    {
        var settings = MatchStudy.Usual("ring");
        settings = settings with { Training = settings.Training with { LearningRate = 0.05f } };

        var fault = Assert.Throws<OptionException>(() => MatchStudy.Run(settings, engine, told, Stop));

        Assert.Equal("LearningRate is 0.05; it must be above 0 and at most 0.04.", fault.Message);
    }

    [Fact]
    public void Dropped_modes_are_counted()
    {
        var trials = new List<FailureTrial>();
        foreach (ulong seed in (ulong[])[0, 1])
        {
            trials.Add(FailureStudy.Run(["drop"], 3, seed, "auto", engine, told, Stop).Single());
        }

        Assert.All(trials, trial =>
        {
            Assert.Equal(3, trial.Course.Reports[^1].Step);
            Assert.Equal(((int?)25, (double?)null, (double?)null), (trial.Numbers.OfModes, trial.Numbers.Recall, trial.Numbers.Memorisation));
            Assert.Equal(ModeScore.Of(PointSet.Grid(1, 1), trial.Fakes).Modes, trial.Numbers.Modes);
        });
        Assert.NotEqual(trials[0].Fakes, trials[1].Fakes);
    }

    [Fact]
    public void One_that_memorises_is_shown_beside_the_training_images_that_are_nearest()
    {
        var trial = FailureStudy.Run(["memorise"], 2, 0, "auto", engine, told, Stop).Single();

        using var training = DataImages.Load(trial.Failure.Usual.Data, told, Stop);
        int size = training.BytesPerImage;
        byte[][] shown = [.. trial.Images.Chunk(size)], all = [.. Enumerable.Range(0, training.Count).Select(i => training.Image(i).ToArray())];
        Assert.Equal((4, 12), (all.Length, shown.Length));
        foreach (var pair in shown.Chunk(2))
        {
            Assert.Equal(all.MinBy(image => image.Zip(pair[0], (a, b) => (a - b) * (a - b)).Sum()), pair[1]);
        }

        Assert.Null(trial.Numbers.Modes);
        // Few images of one shade lie where faces do.
        Assert.InRange(trial.Numbers.Precision, 0, 0.5);
        Assert.NotNull(trial.Numbers.Recall);
        Assert.InRange(trial.Numbers.Memorisation!.Value, 0.01, 100);
    }

    [Fact]
    public void A_failure_ends_between_two_steps()
    {
        using var stop = new CancellationTokenSource();
        var steps = new List<long>();
        engine.OnStep = step =>
        {
            steps.Add(step);
            if (step == 2)
            {
                stop.Cancel();
            }
        };

        Assert.Throws<OperationCanceledException>(() => FailureStudy.Run(["drop"], 10, 0, "auto", engine, told, stop.Token).ToList());

        Assert.Equal([1L, 2L], steps);
    }

    private IEnumerable<GradientTrial> Gradients(RunSettings settings) => GradientStudy.Run(Small(settings), ["clip"], 0.01f, 10, engine, told, Stop);

    private static RunSettings Small(RunSettings settings)
    {
        bool isOfPoints = PointSet.IsName(settings.Data.Source);
        return settings with
        {
            Device = "cpu",
            Tune = TuningMode.Off,
            Data = isOfPoints ? settings.Data : settings.Data with { Size = new(16, 16), FaceCount = 8, UseCache = false },
            Training = settings.Training with { Depth = isOfPoints ? 3 : settings.Training.Depth, Width = 8, Batch = 8, Steps = 4 },
        };
    }
}
