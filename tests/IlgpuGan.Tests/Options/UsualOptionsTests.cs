using IlgpuGan.Networks;
using IlgpuGan.Objectives;
using IlgpuGan.Options;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Options;

/// <summary>What images take by default, and where it gives way.</summary>
public sealed class UsualOptionsTests
{
    private static readonly TrainingOptions Usual = RunSettings.For("photos").Training;

    private static readonly NetworkFamily Own = new("own", (_, _) => { }, (_, _) => { });

    private static readonly Dictionary<string, (Func<TrainingOptions, TrainingOptions> Change, bool Deviation, int Every, Upsampling Upsampling)> Changes = new()
    {
        ["nothing"] = (o => o, true, 4, Upsampling.Resize),
        ["what has nothing to do with it"] = (o => o with { Loss = "wasserstein", Clip = 0.01f, Batch = 4, Leaves = 2, Halving = Halving.Even, Augment = "ada" }, true, 4, Upsampling.Resize),
        ["no penalty"] = (o => o with { Penalty = "none" }, true, 1, Upsampling.Resize),
        ["another penalty"] = (o => o with { Penalty = "wgan-gp" }, true, 1, Upsampling.Resize),
        ["a penalty of one's own"] = (o => o.With(new GradientPenalty("mine", 1, (_, _, _, _) => throw new NotSupportedException())), true, 1, Upsampling.Resize),
        ["another penalty and back"] = (o => o with { Penalty = "none" } with { Penalty = "r1+r2" }, true, 4, Upsampling.Resize),
        ["mlp"] = (o => o with { Network = "mlp" }, false, 1, Upsampling.Transposed),
        ["r3"] = (o => o with { Network = "r3" }, false, 1, Upsampling.Transposed),
        ["resnet"] = (o => o with { Network = "resnet" }, false, 1, Upsampling.Transposed),
        ["networks of one's own"] = (o => o.With(Own), false, 1, Upsampling.Transposed),
        ["other kernels"] = (o => o with { GeneratorKernel = 5 }, true, 4, Upsampling.Transposed),
        ["all that is given"] = (o => o with { MinibatchDeviation = false, PenaltyEvery = 2, Upsampling = Upsampling.Transposed }, false, 2, Upsampling.Transposed),
        ["r3 with what is given before"] = (o => o with { MinibatchDeviation = true, PenaltyEvery = 4, Network = "r3" }, true, 4, Upsampling.Transposed),
        ["r3 with what is given after"] = (o => o with { Network = "r3", MinibatchDeviation = true, PenaltyEvery = 4 }, true, 4, Upsampling.Transposed),
        ["another penalty as seldom"] = (o => o with { PenaltyEvery = 4, Penalty = "r1" }, true, 4, Upsampling.Resize),
    };

    public static TheoryData<string> Names => [.. Changes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_nobody_gave_gives_way_where_it_was_not_measured_and_what_was_given_stays(string name)
    {
        var (change, deviation, every, upsampling) = Changes[name];
        var training = new GanTraining("photos").With(change);

        Assert.Equal((deviation, every, upsampling), (training.Settings.Training.MinibatchDeviation, training.Settings.Training.PenaltyEvery, training.Settings.Training.Upsampling));
        training.Settings.Validate();
    }

    [Fact]
    public void Three_options_are_others_than_those_of_a_new_object_and_options_are_equal_by_their_values()
    {
        var given = new TrainingOptions { MinibatchDeviation = true, PenaltyEvery = 4, Upsampling = Upsampling.Resize };

        Assert.Equal(given, Usual);
        Assert.Equal(given.GetHashCode(), Usual.GetHashCode());
        Assert.NotEqual(new TrainingOptions(), Usual);
        Assert.Equal(given with { Network = "r3", MinibatchDeviation = false, PenaltyEvery = 1, Upsampling = Upsampling.Transposed }, Usual with { Network = "r3" });
    }

    [Fact]
    public void What_cannot_be_is_refused_as_soon_as_it_is_given()
    {
        TrainingOptions[] refused =
        [
            Usual with { Penalty = "none", PenaltyEvery = 4 },
            Usual with { Network = "mlp", MinibatchDeviation = true },
            Usual with { GeneratorKernel = 6, Upsampling = Upsampling.Resize },
        ];

        Assert.All(refused, training => Assert.Throws<OptionException>(() => (RunSettings.For("photos") with { Training = training }).Validate()));
    }

    [Fact]
    public void Presets_of_purposes_have_it_and_those_of_papers_points_and_translations_none_of_it()
    {
        foreach (string name in Presets.Names.Skip(1))
        {
            var training = Presets.Named(name);
            bool isTimed = Presets.PurposeOf(name) is not null;
            Assert.Equal((isTimed, isTimed ? 4 : 1, isTimed ? Upsampling.Resize : Upsampling.Transposed), (training.MinibatchDeviation, training.PenaltyEvery, training.Upsampling));
            var changed = training with { Penalty = "r1", Network = "resnet" };
            Assert.Equal((false, 1), (changed.MinibatchDeviation, changed.PenaltyEvery));
        }

        var points = RunSettings.For("ring").Training;
        Assert.Equal((false, 1, Upsampling.Transposed), (points.MinibatchDeviation, points.PenaltyEvery, points.Upsampling));
        var back = RunSettings.For("pairs:faces").ForMethod(TranslationMethod.None).Training;
        Assert.Equal(Usual, back);
    }

    [Fact]
    public void A_program_goes_on_with_a_run_that_has_others_unless_it_gives_its_own()
    {
        var saved = new TrainingOptions();

        Assert.Equal(saved, Usual.GoingOn(saved));
        Assert.Equal(saved with { PenaltyEvery = 4 }, (Usual with { PenaltyEvery = 4 }).GoingOn(saved));
        Assert.Equal(saved with { PenaltyEvery = 2 }, new TrainingOptions { PenaltyEvery = 2 }.GoingOn(Usual));
    }
}
