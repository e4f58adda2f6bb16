using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>The looks that the watchdog takes at the real trainer.</summary>
[Collection(nameof(TestDevice))]
public sealed class CheckupTests(TestDevice under)
{
    private static readonly TrainingOptions Small = Presets.Radford2016 with { Width = 4, LatentSize = 8, Batch = 6, LearningRate = 1e-3f };

    private static readonly Dictionary<string, Func<TrainingOptions, TrainingOptions>> Kinds = new()
    {
        ["plain"] = options => options,
        ["spectral normalisation"] = options => options with { SpectralNorm = true, MinibatchDeviation = true },
        ["lazy relativistic"] = options => options with { Loss = "rpgan", Penalty = "r1+r2", PenaltyEvery = 2 },
        ["mlp"] = options => options with { Network = "mlp" },
    };

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    private ComputeDevice Device => under.Open();

    private static TrainingData Images(int count = 40)
    {
        var noise = new float[count * 16 * 16 * 3];
        Initialization.Normal(noise, seed: 3, stream: 0);
        return TrainingData.Of(ImageSet.FromBytes("noise", 16, 16, 3, [.. noise.Select(value => (byte)Math.Clamp(128 + 40 * value, 0, 255))]));
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void A_checkup_changes_nothing(string kind)
    {
        using var data = Images();
        using var looked = new GanTrainer(Device, Kinds[kind](Small), data);
        using var alone = new GanTrainer(Device, Kinds[kind](Small), data);
        for (var step = 0; step < 3; step++)
        {
            looked.RunStep();
            alone.RunStep();
            var before = looked.SaveState();
            var checkup = looked.Examine();
            AssertEqual(before, looked.SaveState());
            Assert.Equivalent(checkup, looked.Examine(), strict: true);
        }

        AssertEqual(alone.SaveState(), looked.SaveState());
    }

    [Fact]
    public void The_layers_norms_make_up_the_norm_of_the_whole_gradient()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { SpectralNorm = true }, data);
        trainer.RunStep();
        var norms = trainer.Examine().DiscriminatorGradientNorms!;
        var whole = trainer.Report().DiscriminatorGradientNorm;

        Assert.Equal(["layer0", "layer1", "layer2"], norms.Keys);
        Assert.All(norms.Values, norm => Assert.InRange(norm, 1e-12, whole * 1.0001));
        // The rest is in the biases, which are no layers of the plot.
        Assert.InRange(Math.Sqrt(norms.Values.Sum(norm => norm * norm)), whole * 0.8, whole * 1.0001);
    }

    [Fact]
    public void A_layers_norm_is_what_adams_first_moment_says_of_the_first_gradient()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small, data);
        trainer.RunStep();
        var norms = trainer.Examine().DiscriminatorGradientNorms!;
        var state = trainer.SaveState();

        // m = (1 - beta1) g after one step.
        foreach (var (layer, norm) in norms)
        {
            var moment = state[$"discriminator.adam.m.{layer}.weight"].Floats!;
            Assert.Equal(Math.Sqrt(moment.Sum(value => (double)value * value)) / (1 - Small.Beta1), norm, norm * 1e-5);
        }
    }

    [Fact]
    public void A_generator_that_draws_one_image_has_no_spread_and_covers_little()
    {
        using var data = TrainingData.Of(PointSet.Ring(2000, seed: 1));
        using var trainer = new GanTrainer(Device, Small with { Network = "mlp", Width = 16, Batch = 64 }, data);
        trainer.RunStep();
        trainer.LoadState(Changed(trainer, name => name.StartsWith("generator.values.layer", StringComparison.Ordinal) && name.EndsWith("weight", StringComparison.Ordinal), 0));

        var checkup = trainer.Examine();

        Assert.Equal(0, checkup.PixelSpread!.Value, 1e-6);
        Assert.True(checkup.Coverage < 0.2, $"{checkup.Coverage}");
        Assert.Null(checkup.Nearness);
    }

    [Fact]
    public void Nearness_is_known_of_small_sets_of_images_alone()
    {
        using var few = Images();
        using var trainer = new GanTrainer(Device, Small, few);
        Assert.InRange(trainer.Examine().Nearness!.Value, 0.1, 3);

        using var many = TrainingData.Of(ImageSet.FromBytes("many", 16, 16, 1, new byte[3000 * 256]));
        using var other = new GanTrainer(Device, Small, many);
        Assert.Null(other.Examine().Nearness);
    }

    /// <summary>Fewer images than are looked at come round again; a neighbour is another image.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    [InlineData(17, true)]
    public void Each_of_a_few_images_is_compared_with_the_others_alone(int count, bool isKnown)
    {
        using var data = Images(count);
        using var trainer = new GanTrainer(Device, Small with { DiscriminatorNorm = DiscriminatorNormalization.None }, data);
        var checkup = trainer.Examine();
        Assert.Equal((isKnown, isKnown), (checkup.Coverage is not null, checkup.Fidelity is not null));

        // A new G draws grey, which is nearer to each picture of noise than these are to each other.
        Assert.True(!isKnown || checkup.Coverage > 0.5, $"{checkup.Coverage}");
    }

    [Fact]
    public void A_run_goes_on_bit_for_bit_after_its_rates_were_halved()
    {
        using var data = Images();
        using var whole = new GanTrainer(Device, Small, data);
        using var plain = new GanTrainer(Device, Small, data);
        using var resumed = new GanTrainer(Device, Small, data);
        whole.RunStep();
        plain.RunStep();
        whole.Rollbacks = 2;
        resumed.LoadState(whole.SaveState());
        Assert.Equal(2, resumed.Rollbacks);
        foreach (var trainer in (Trainer[])[whole, plain, resumed])
        {
            trainer.RunStep();
        }

        AssertEqual(whole.SaveState(), resumed.SaveState());
        const string weight = "generator.values.layer0.weight";
        Assert.NotEqual(plain.SaveState()[weight].Floats, whole.SaveState()[weight].Floats);
    }

    [Fact]
    public void Halved_rates_make_half_the_step()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { Optimizer = UpdateRule.Sgd, LearningRate = 0.01f }, data);
        trainer.RunStep();
        var state = trainer.SaveState();
        const string weight = "discriminator.values.layer0.weight";
        var start = state[weight].Floats!;
        trainer.RunStep();
        var full = trainer.SaveState()[weight].Floats!;
        trainer.LoadState(state);
        trainer.Rollbacks = 1;
        trainer.RunStep();
        var half = trainer.SaveState()[weight].Floats!;

        Assert.Contains(full.Zip(start), pair => pair.First != pair.Second);
        // Rounding of the weight itself, about 1e-8.
        Assert.All(start.Zip(full, half), item => Assert.Equal((item.Second - item.First) / 2, item.Third - item.First, 1e-7f));
    }

    [Fact]
    public void The_operation_that_first_overflows_is_found()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { DiscriminatorNorm = DiscriminatorNormalization.None }, data);
        trainer.RunStep();
        // 1e30 squared is beyond single precision: the second convolution overflows, in a step that has finite weights.
        var planted = Changed(trainer, name => name is "discriminator.values.layer0.weight" or "discriminator.values.layer1.weight", 1e30f);

        var words = trainer.ExplainNonFinite(planted, 3);

        Assert.NotNull(words);
        Assert.Contains("layer1.weight of the discriminator", words, StringComparison.Ordinal);
        Assert.StartsWith("Convolution [6, 4, 4, 8]", words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_weight_that_was_not_finite_before_is_named()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small, data);
        trainer.RunStep();
        var planted = Changed(trainer, name => name == "generator.values.layer1.weight", float.NaN);

        Assert.Equal("layer1.weight of the generator, which the update of the step before left so", trainer.ExplainNonFinite(planted, 2));
    }

    [Fact]
    public void Where_all_is_finite_nothing_is_said()
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, Small with { Loss = "rpgan", Penalty = "r1+r2", PenaltyEvery = 2, DiscriminatorSteps = 2 }, data);

        Assert.Null(trainer.ExplainNonFinite(null, 3));
    }

    [Fact]
    public void Fakes_on_a_part_of_the_modes_are_good_and_cover_that_part()
    {
        foreach (var truth in (PointSet[])[PointSet.Ring(512, seed: 1), PointSet.Grid(512, seed: 1)])
        {
            int half = truth.Modes.Count / 2;
            // Others of the same modes, each a standard deviation off.
            var fakes = PointSet.Create(truth.Name, 4096, seed: 2);
            float[] kept = [.. Enumerable.Range(0, 4096).Where(i => fakes.ModeOf[i] < half).Take(512).SelectMany(i => new[] { fakes.Points[2 * i] + truth.Sigma, fakes.Points[2 * i + 1] })];
            double share = truth.ModeOf.Count(mode => mode < half) / 512.0;

            var (coverage, fidelity) = CheckupPlan.Overlap(Device, truth.Points, kept);

            Assert.Equal(share, coverage, 0.02);
            Assert.InRange(fidelity, 0.95, 1);
        }
    }

    [Fact]
    public void Spread_is_the_root_of_the_summed_variances() =>
        Assert.Equal(Math.Sqrt(1 + 4), BatchStatistics.Spread([1, 10, 3, 14, 1, 10, 3, 14], columns: 2), 1e-12);

    private static Dictionary<string, StateTensor> Changed(Trainer trainer, Func<string, bool> isMeant, float value) => trainer.SaveState().ToDictionary(
        pair => pair.Key,
        pair => isMeant(pair.Key) ? new StateTensor(pair.Value.Shape, pair.Value.Floats!.Select(_ => value).ToArray()) : pair.Value);

    private static void AssertEqual(IReadOnlyDictionary<string, StateTensor> expected, IReadOnlyDictionary<string, StateTensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.True((tensor.Floats ?? []).AsSpan().SequenceEqual(actual[name].Floats ?? []), $"{name} differs");
            Assert.Equal(tensor.Integers, actual[name].Integers);
        }
    }
}
