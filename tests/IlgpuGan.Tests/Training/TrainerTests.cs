using IlgpuGan.Augmentation;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>The real trainer on small networks, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class TrainerTests(TestDevice under)
{
    private static readonly TrainingOptions Small = Presets.Radford2016 with { Width = 4, LatentSize = 8, Batch = 6, LearningRate = 1e-3f };

    public static TheoryData<string, string, int, bool> Variants => new()
    {
        { "dcgan", "non-saturating", 1, false },
        { "dcgan", "minimax", 3, true },
        { "mlp", "non-saturating", 2, true },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Two_runs_of_one_seed_are_equal_bit_for_bit(string network, string loss, int discriminatorSteps, bool flip)
    {
        var options = Small with { Network = network, Loss = loss, DiscriminatorSteps = discriminatorSteps, Flip = flip, InstanceNoise = flip ? 0.2f : 0 };

        AssertEqual(StateAfter(options, 4), StateAfter(options, 4));
    }

    [Fact]
    public void Another_seed_is_another_run()
    {
        var one = StateAfter(Small, 1)["generator.values.layer0.weight"].Floats!;
        var other = StateAfter(Small with { Seed = 2 }, 1)["generator.values.layer0.weight"].Floats!;

        Assert.NotEqual(one, other);
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_run_that_was_saved_and_loaded_goes_on_as_if_never_stopped(string network, string loss, int discriminatorSteps, bool flip)
    {
        var options = Small with { Network = network, Loss = loss, DiscriminatorSteps = discriminatorSteps, Flip = flip, InstanceNoise = flip ? 0.2f : 0 };
        using var data = Images();
        using var resumed = new GanTrainer(Device, options, data);

        resumed.LoadState(StateAfter(options, 3));
        Run(resumed, 2);

        AssertEqual(StateAfter(options, 5), resumed.SaveState());
    }

    public static TheoryData<UpdateRule> Optimizers => [.. Enum.GetValues<UpdateRule>()];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_run_goes_on_as_if_never_stopped_with_every_optimiser(UpdateRule optimizer) =>
        AssertGoesOn(Small.With(optimizer) with { WeightDecay = 0.01f });

    /// <summary>Five steps show 0.03 thousand images: the schedules end under way.</summary>
    [Theory]
    [InlineData("LearningRate", "linear:1e-3:0:0.02")]
    [InlineData("LearningRate", "cosine:1e-3:1e-4:0.02")]
    [InlineData("DiscriminatorLearningRate", "linear:0:1e-3:0.02")]
    [InlineData("GeneratorLearningRate", "cosine:1e-3:0:0.02")]
    [InlineData("Beta2", "cosine:0.9:0.99:0.02")]
    [InlineData("AverageHalfLifeKimg", "linear:0:0.05:0.02")]
    [InlineData("PenaltyWeight", "cosine:1:0.1:0.02")]
    [InlineData("Beta2 with a lazy penalty", "cosine:0.9:0.99:0.02")]
    public void A_run_goes_on_as_if_never_stopped_with_every_schedule(string option, string text)
    {
        Assert.True(Schedule.TryParse(text, out var schedule));
        var scheduled = option switch
        {
            "LearningRate" => Small with { LearningRate = schedule! },
            "DiscriminatorLearningRate" => Small with { DiscriminatorLearningRate = schedule },
            "GeneratorLearningRate" => Small with { GeneratorLearningRate = schedule },
            "Beta2" => Small with { Beta2 = schedule! },
            "PenaltyWeight" => Small with { Penalty = "r1", PenaltyWeight = schedule },
            "Beta2 with a lazy penalty" => Small with { Beta2 = schedule!, Penalty = "r1", PenaltyEvery = 2, PenaltyWeight = schedule },
            _ => Small with { AverageHalfLifeKimg = schedule! },
        };

        var whole = AssertGoesOn(scheduled);

        Assert.NotEqual(StateAfter(Small, 5)["generator.average.layer0.weight"].Floats!, whole["generator.average.layer0.weight"].Floats!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_rate_that_has_fallen_to_zero_leaves_the_weights_alone(int discriminatorSteps)
    {
        // Two steps long; the third begins at the end of the way.
        var options = Small with { DiscriminatorSteps = discriminatorSteps, LearningRate = Schedule.Linear(1e-3f, 0, 2 * discriminatorSteps * Small.Batch / 1000f) };
        var (before, at, after) = (StateAfter(options, 1), StateAfter(options, 3), StateAfter(options, 5));

        foreach (string name in at.Keys.Where(name => name.Contains(".values.", StringComparison.Ordinal)))
        {
            Assert.True(at[name].Floats.AsSpan().SequenceEqual(after[name].Floats), $"{name} still changes");
            Assert.False(at[name].Floats.AsSpan().SequenceEqual(before[name].Floats), $"{name} has never changed");
        }
    }

    [Fact]
    public void Each_network_has_its_own_rate()
    {
        var before = StateAfter(Small, 0);
        var after = StateAfter(Small with { GeneratorLearningRate = Schedule.Linear(0, 1, 1000) }, 1);

        foreach (var (name, tensor) in before.Where(pair => pair.Key.Contains(".values.", StringComparison.Ordinal)))
        {
            Assert.Equal(name.StartsWith("generator", StringComparison.Ordinal), tensor.Floats.AsSpan().SequenceEqual(after[name].Floats));
        }
    }

    [Theory]
    [InlineData("diffaugment", null)]
    [InlineData("ada", null)]
    [InlineData("ada", 0.5f)]
    public void An_augmented_run_that_was_saved_and_loaded_goes_on_as_if_never_stopped(string augment, float? probability)
    {
        // Saved between two updates of p: its sum is part of the state.
        var options = Augmented(augment, probability);
        using var data = Images();
        using var resumed = new GanTrainer(Device, options, data);

        resumed.LoadState(StateAfter(options, 7));
        Run(resumed, 6);

        var expected = StateAfter(options, 13);
        AssertEqual(expected, resumed.SaveState());
        if (augment == "ada" && probability is null)
        {
            Assert.True(expected["augmentation.ada"].Floats![0] > 0);
        }
        Assert.NotEqual(StateAfter(Small, 13)["generator.values.layer0.weight"].Floats!, expected["generator.values.layer0.weight"].Floats!);
    }

    [Fact]
    public void A_report_of_a_run_with_ada_tells_p_and_others_do_not()
    {
        using var data = Images();
        using var plain = new GanTrainer(Device, Small, data);
        using var ada = new GanTrainer(Device, Augmented("ada", 0.25f), data);
        Run(plain, 2);
        Run(ada, 2);

        Assert.Null(plain.Report().AugmentationProbability);
        Assert.Equal(0.25, ada.Report().AugmentationProbability!.Value, 6);
    }

    [Fact]
    public void Augmentation_at_p_0_is_the_run_without_it_bit_for_bit()
    {
        var expected = StateAfter(Small, 3);
        var actual = StateAfter(Augmented("ada", 0), 3);

        foreach (string name in expected.Keys.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)))
        {
            Assert.Equal(expected[name].Floats!, actual[name].Floats!);
        }
    }

    [Fact]
    public void Points_cannot_be_augmented()
    {
        using var data = TrainingData.Of(PointSet.Ring(500, seed: 1));

        var fault = Assert.Throws<OptionException>(() => new GanTrainer(Device, Small with { Network = "mlp", Augment = "diffaugment" }, data));

        Assert.Contains("Augment", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AugmentPolicy", "color,shear")]
    [InlineData("AugmentPolicy", "color,color")]
    [InlineData("AugmentPolicy", "")]
    public void A_policy_that_names_no_change_is_refused(string option, string policy) =>
        Assert.Contains(option, Assert.Throws<OptionException>(() => (Small with { AugmentPolicy = policy }).Validate()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("color,translation")]
    [InlineData("blit,xflip")]
    [InlineData("hue,color")]
    [InlineData("all")]
    [InlineData("none")]
    [InlineData("")]
    public void Parts_of_ada_that_there_are_not_or_that_come_twice_are_refused(string policy) =>
        Assert.Contains("AugmentPolicy", Assert.Throws<OptionException>(() => (Small with { Augment = "ada", AdaPolicy = policy }).Validate()).Message, StringComparison.Ordinal);

    [Fact]
    public void The_parts_of_ada_that_are_chosen_decide_what_is_learnt()
    {
        float[] Weights(string policy)
        {
            using var data = Images();
            using var trainer = new GanTrainer(Device, Small with { Augment = "ada", AdaProbability = 1, AdaPolicy = policy }, data);
            trainer.RunStep();
            return [.. trainer.SaveState().Where(entry => entry.Key.StartsWith("discriminator.values", StringComparison.Ordinal)).SelectMany(entry => entry.Value.Floats!)];
        }

        Assert.Equal(Weights("blit,geom,color"), Weights(" color,geom,xflip,rotate90,xint"));
        Assert.NotEqual(Weights("blit,geom,color"), Weights("xflip,brightness"));
    }

    [Fact]
    public void More_steps_than_the_counters_count_are_refused()
    {
        (Small with { Steps = 1_000_000_000 }).Validate();
        var fault = Assert.Throws<OptionException>(() => (Small with { Steps = 1_000_000_000, DiscriminatorSteps = 5 }).Validate());
        Assert.Equal("Steps is 1000000000; with DiscriminatorSteps 5 at most 357913941 can be counted.", fault.Message);
        (Small with { Steps = 357913941, DiscriminatorSteps = 5 }).Validate();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(32)]
    public void Depths_up_to_32_are_allowed(int depth) => (Small with { Depth = depth }).Validate();

    [Theory]
    [InlineData(0)]
    [InlineData(33)]
    public void Other_depths_are_refused_by_their_one_bound(int depth) =>
        Assert.Equal($"Depth is {depth}; it must be between 1 and 32.", Assert.Throws<OptionException>(() => (Small with { Depth = depth }).Validate()).Message);

    [Theory]
    [InlineData("mlp")]
    [InlineData("r3")]
    public void A_network_of_the_greatest_depth_trains(string network)
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { Network = network, Depth = 32, GroupSize = 4, Penalty = "r1+r2", Loss = "rpgan" }, data);
        trainer.RunStep();
        Assert.True(double.IsFinite(trainer.Report().DiscriminatorLoss));
    }

    [Fact]
    public void Values_of_ada_out_of_range_are_refused()
    {
        foreach (var (option, options) in new[]
        {
            ("Augment", Small with { Augment = "turned" }), ("AdaTarget", Small with { AdaTarget = 1 }),
            ("AdaKimg", Small with { AdaKimg = 0 }), ("AdaProbability", Small with { AdaProbability = 1.5f }),
        })
        {
            Assert.Contains(option, Assert.Throws<OptionException>(options.Validate).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Tf32)]
    [InlineData(Precision.Bf16)]
    public void The_cost_names_the_precision_that_the_device_has_and_not_the_one_it_was_asked_for(Precision precision)
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { Precision = precision }, data);

        Assert.Equal(Device.Traits.HasTensorCores ? Choice.Name(precision) : "fp32", trainer.Describe().Precision);
    }

    [Fact]
    public void Looking_at_samples_and_costs_changes_nothing()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small, data);
        Run(trainer, 2);
        trainer.Sample(5, 0, 3);
        trainer.Describe();
        Run(trainer, 1);
        trainer.Sample(6, 10, 70);

        AssertEqual(StateAfter(Small, 3), trainer.SaveState());
    }

    [Fact]
    public void An_image_depends_on_its_latent_alone()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small, data);
        Run(trainer, 3);
        int size = data.Describe().BytesPerImage;

        var all = trainer.Sample(5, 0, 70);

        Assert.Equal(all[(66 * size)..(68 * size)], trainer.Sample(5, 66, 2));
        Assert.NotEqual(all[..size], all[size..(2 * size)]);
        Assert.NotEqual(all, trainer.Sample(6, 0, 70));
    }

    [Fact]
    public void A_report_averages_what_happened_since_the_last()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { DiscriminatorSteps = 2 }, data);
        Run(trainer, 3);

        var report = trainer.Report();

        Assert.Equal(3, report.Step);
        Assert.Equal(3 * 2 * Small.Batch / 1000.0, report.Kimg, 12);
        Assert.InRange(report.RealProbability, 0, 1);
        Assert.InRange(report.FakeProbability, 0, 1);
        Assert.Equal((Math.Log(4) - report.DiscriminatorLoss) / 2, report.DivergenceBound!.Value, 12);
        Assert.True(report.DiscriminatorGradientNorm > 0 && report.GeneratorGradientNorm > 0);
    }

    private static readonly Dictionary<string, Func<TrainingOptions, TrainingOptions>> Kinds = new()
    {
        ["relativistic pairing with R1 and R2"] = options => options with { Loss = "rpgan", Penalty = "r1+r2" },
        ["relativistic average"] = options => options with { Loss = "ragan" },
        ["Wasserstein with gradient penalty"] = options => options with { Loss = "wasserstein", Penalty = "wgan-gp", DiscriminatorSteps = 2 },
        ["Wasserstein with clipped weights"] = options => options with { Loss = "wasserstein", Clip = 0.01f },
        ["hinge with spectral normalisation"] = options => options with { Loss = "hinge", SpectralNorm = true },
        ["lazy R1"] = options => options with { Penalty = "r1", PenaltyEvery = 2, DiscriminatorSteps = 3 },
        ["relativistic with lazy penalty"] = options => options with { Loss = "rpgan", Penalty = "r1+r2", PenaltyEvery = 3, DiscriminatorSteps = 2 },
        ["DRAGAN"] = options => options with { Penalty = "dragan", DiscriminatorNorm = DiscriminatorNormalization.Layer },
        ["LeCam"] = options => options with { Loss = "lsgan", LeCam = 0.3f },
        ["an f-divergence"] = options => options with { Loss = "f-pearson", DiscriminatorNorm = DiscriminatorNormalization.Instance },
    };

    private static readonly Dictionary<string, Func<TrainingOptions, TrainingOptions>> LabelledKinds = new()
    {
        ["projection"] = options => options with { Condition = "all" },
        ["projection with mismatched pairs"] = options => options with { Condition = "kind,shade", Mismatched = true, Loss = "hinge" },
        ["concatenation in a relativistic game"] = options => options with { Condition = "kind", DiscriminatorCondition = ConditionKind.Concatenation, Loss = "rpgan", Penalty = "r1+r2" },
        ["auxiliary classifier"] = options => options with { Condition = "shade,kind", DiscriminatorCondition = ConditionKind.Classifier },
        ["mlp"] = options => options with { Condition = "all", Network = "mlp", Mismatched = true },
        ["r3 with a lazy penalty"] = options => options with { Condition = "all", Network = "r3", Width = 8, Loss = "rpgan", Penalty = "r1+r2", PenaltyEvery = 2 },
        ["resnet with spectral normalisation"] = options => options with { Condition = "kind", Network = "resnet", SpectralNorm = true, MinibatchDeviation = true },
    };

    public static TheoryData<string> LabelledKindNames => [.. LabelledKinds.Keys];

    [Theory]
    [MemberData(nameof(LabelledKindNames))]
    public void Every_kind_of_run_with_labels_goes_on_bit_for_bit_and_draws_what_it_is_asked_for(string kind)
    {
        var options = LabelledKinds[kind](Small);
        using var set = Labelled();
        var data = set.ConditionedOn(options.Condition);
        using var whole = new GanTrainer(Device, options, data);
        Run(whole, 5);
        using var first = new GanTrainer(Device, options, data, mostImageBytes: 0);
        Run(first, 2);
        using var second = new GanTrainer(Device, options, data);
        second.LoadState(first.SaveState());
        Run(second, 3);

        AssertEqual(whole.SaveState(), second.SaveState());
        var asked = new int?[data.Labels!.Columns.Count];
        asked[0] = 0;
        var zero = whole.Sample(7, 0, 4, asked);
        asked[0] = 1;
        Assert.NotEqual(zero, whole.Sample(7, 0, 4, asked));
        Assert.True(double.IsFinite(whole.Report().GeneratorLoss));
    }

    [Fact]
    public void A_column_that_the_data_has_not_is_refused_by_the_names_it_has()
    {
        using var data = Labelled();

        Assert.Contains("kind, shade", Assert.Throws<OptionException>(() => data.ConditionedOn("hair")).Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Every_kind_of_run_goes_on_bit_for_bit(string kind)
    {
        var options = Kinds[kind](Small);
        var whole = StateAfter(options, 5);
        using var data = Images();
        using var first = new GanTrainer(Device, options, data);
        Run(first, 2);
        using var second = new GanTrainer(Device, options, data, mostImageBytes: 0);
        second.LoadState(first.SaveState());
        Run(second, 3);

        AssertEqual(whole, second.SaveState());
        Assert.True(double.IsFinite(second.Report().DiscriminatorLoss));
        const string weight = "discriminator.values.layer1.weight";
        Assert.NotEqual(whole[weight].Floats!, StateAfter(Small, 5)[weight].Floats!);
    }

    [Fact]
    public void Clipped_weights_stay_within_their_bound()
    {
        var state = StateAfter(Small with { Loss = "wasserstein", Clip = 0.01f, LearningRate = 0.1f }, 2);

        Assert.All(state.Where(pair => pair.Key.StartsWith("discriminator.values", StringComparison.Ordinal)),
            pair => Assert.All(pair.Value.Floats!, value => Assert.InRange(value, -0.01f, 0.01f)));
    }

    [Fact]
    public void Updating_one_network_leaves_the_other_as_it_was()
    {
        var before = StateAfter(Small, 0);
        var after = StateAfter(Small with { LearningRate = 0.1f }, 1);

        foreach (string name in (string[])["generator.values.layer0.weight", "discriminator.values.layer0.weight"])
        {
            Assert.NotEqual(before[name].Floats!, after[name].Floats!);
        }
        Assert.Equal([1, 1, 1, Small.Batch], after["counters"].Integers!);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_that_stream_in_are_the_images_that_lie_on_the_device(bool flip)
    {
        var options = Small with { Flip = flip };
        using var data = Images();
        using var streamed = new GanTrainer(Device, options, data, mostImageBytes: 0);
        Run(streamed, 4);

        AssertEqual(StateAfter(options, 4), streamed.SaveState());
    }

    [Fact]
    public void Points_are_learnt_as_images_are()
    {
        using var data = TrainingData.Of(PointSet.Ring(500, seed: 1));
        using var trainer = new GanTrainer(Device, Small with { Network = "mlp", Width = 16, Batch = 64 }, data);
        Run(trainer, 5);

        Assert.Equal(2 * 10, trainer.SamplePoints(1, 0, 10).Length);
        Assert.True(double.IsFinite(trainer.Report().DiscriminatorLoss));
    }

    [Fact]
    public void A_discriminator_that_is_trained_alone_learns_to_tell_dark_from_bright()
    {
        // G hardly moves at this rate of updates; D's loss falls from 2 log 2 and its bound of the divergence rises.
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { DiscriminatorSteps = 20, LearningRate = 2e-3f }, data);
        Run(trainer, 1);
        var first = trainer.Report();
        Run(trainer, 3);
        var last = trainer.Report();

        Assert.True(last.DiscriminatorLoss < first.DiscriminatorLoss, $"{last.DiscriminatorLoss} is not below {first.DiscriminatorLoss}");
        Assert.True(last.DivergenceBound <= Math.Log(2));
    }

    [Fact]
    public void State_of_another_network_is_refused_and_changes_nothing()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small, data);
        var wider = StateAfter(Small with { Width = 8 }, 1);

        var fault = Assert.Throws<StateMismatchException>(() => trainer.LoadState(wider));

        Assert.Contains("generator.values.layer0.weight", fault.Message, StringComparison.Ordinal);
        AssertEqual(StateAfter(Small, 0), trainer.SaveState());
    }

    [Fact]
    public void Costs_are_known_before_the_first_step()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small, data);

        var cost = trainer.Describe();

        Assert.Equal(IlgpuGan.Networks.Dcgan.Generator(new(Shape.Of(16, 16, 3), 8, 4)).Parameters.Size, cost.GeneratorParameters);
        Assert.True(cost.GflopPerStep > 0 && cost.DeviceBytes > 0);
    }

    private ComputeDevice Device => under.Open();

    // A p that moves by 0.24 every four updates.
    private static TrainingOptions Augmented(string augment, float? probability) =>
        Small with { Augment = augment, AdaProbability = probability, AdaKimg = 0.1f, AdaTarget = -0.9f };

    /// <summary>Forty images of 16 x 16, all bright, each of its own colour.</summary>
    private static TrainingData Images()
    {
        var noise = new float[40 * 16 * 16 * 3];
        Initialization.Normal(noise, seed: 3, stream: 0);
        return TrainingData.Of(ImageSet.FromBytes("bright", 16, 16, 3, [.. noise.Select(value => (byte)Math.Clamp(200 + 20 * value, 0, 255))]));
    }

    /// <summary>The images with two columns of labels.</summary>
    private static TrainingData Labelled()
    {
        using var plain = Images();
        var set = plain.Images!;
        var pixels = new byte[set.Bytes];
        set.CopyTo(0, pixels);
        return TrainingData.Of(ImageSet.FromBytes("bright", 16, 16, 3, pixels,
        [
            new("kind", ["a", "b", "c"], [.. Enumerable.Range(0, set.Count).Select(i => i % 3)]),
            new("shade", ["dark", "light"], [.. Enumerable.Range(0, set.Count).Select(i => i / 20)]),
        ]));
    }

    private IReadOnlyDictionary<string, StateTensor> StateAfter(TrainingOptions options, int steps)
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, options, data);
        Run(trainer, steps);
        return trainer.SaveState();
    }

    /// <summary>Checks that five steps are three and two more after a resume; returns the state after them.</summary>
    private IReadOnlyDictionary<string, StateTensor> AssertGoesOn(TrainingOptions options)
    {
        var whole = StateAfter(options, 5);
        using var data = Images();
        using var resumed = new GanTrainer(Device, options, data);
        resumed.LoadState(StateAfter(options, 3));
        Run(resumed, 2);
        AssertEqual(whole, resumed.SaveState());
        return whole;
    }

    private static void Run(Trainer trainer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            trainer.RunStep();
        }
    }

    private static void AssertEqual(IReadOnlyDictionary<string, StateTensor> expected, IReadOnlyDictionary<string, StateTensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.Equal(tensor.Shape, actual[name].Shape);
            Assert.True((tensor.Floats ?? []).AsSpan().SequenceEqual(actual[name].Floats ?? []), $"{name} differs");
            Assert.Equal(tensor.Integers, actual[name].Integers);
        }
    }
}
