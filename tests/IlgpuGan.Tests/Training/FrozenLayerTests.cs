using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Layers nearest the image that learn nothing, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class FrozenLayerTests(TestDevice under)
{
    private static readonly TrainingOptions Small = Presets.Radford2016 with { Width = 4, LatentSize = 8, Batch = 6, LearningRate = 1e-3f, AverageHalfLifeKimg = 0.01f };

    public static TheoryData<string, string, UpdateRule, float> Kinds => new()
    {
        { "dcgan", "none", UpdateRule.Adam, 0 },
        { "dcgan", "r1", UpdateRule.AdamW, 0 },
        { "r3", "r1+r2", UpdateRule.Adam, 0.1f },
        { "mlp", "none", UpdateRule.Sgd, 0.1f },
        { "resnet", "none", UpdateRule.RmsProp, 0.1f },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frozen_layers_keep_every_bit_and_all_others_learn(string network, string penalty, UpdateRule optimizer, float decay)
    {
        var options = Options(network, penalty).With(optimizer) with { WeightDecay = decay, FreezeDiscriminator = 2, FreezeGenerator = 1 };
        var (before, after) = (StateAfter(options, 0), StateAfter(options, 3));
        var (generator, discriminator) = options.Build(Shape.Of(16, 16, 3), 0);

        foreach (var (net, frozen) in new[] { (generator, generator.Blocks.TakeLast(1)), (discriminator, discriminator.Blocks.Take(2)) })
        {
            foreach (var parameter in net.Parameters.Parameters)
            {
                foreach (string variable in new[] { "values", "average", "adam.m", "adam.v" })
                {
                    string name = $"{net.Parameters.Name}.{variable}.{parameter.Name}";
                    bool isSame = before[name].Floats.AsSpan().SequenceEqual(after[name].Floats);
                    Assert.True(isSame || !frozen.Contains(Block.NumberOf(parameter)!.Value), $"{name} has changed");
                    Assert.True(!isSame || variable != "values" || frozen.Contains(Block.NumberOf(parameter)!.Value), $"{name} has not changed");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_first_update_of_the_other_layers_is_that_of_a_run_without_frozen_ones(string network, string penalty, UpdateRule optimizer, float decay)
    {
        var options = Options(network, penalty).With(optimizer) with { WeightDecay = decay };
        var free = StateAfter(options, 1);
        AssertSame("discriminator", options with { FreezeDiscriminator = 2 });
        // G follows the D that was updated before it.
        AssertSame("generator", options with { FreezeGenerator = 1 });

        void AssertSame(string name, TrainingOptions frozen)
        {
            var (generator, discriminator) = frozen.Build(Shape.Of(16, 16, 3), 0);
            var learning = name == "generator" ? generator.Without(1, areLast: true) : discriminator.Without(2, areLast: false);
            var state = StateAfter(frozen, 1);
            Assert.NotEmpty(learning);
            foreach (string tensor in learning.Select(parameter => $"{name}.values.{parameter.Name}"))
            {
                Assert.Equal(free[tensor].Floats, state[tensor].Floats);
            }
        }
    }

    [Fact]
    public void Clipping_leaves_frozen_layers_alone()
    {
        var options = Options("dcgan", "none") with { Loss = "wasserstein", Clip = 1e-4f, FreezeDiscriminator = 1 };
        var (before, after) = (StateAfter(options, 0), StateAfter(options, 1));

        Assert.Equal(before["discriminator.values.layer0.weight"].Floats, after["discriminator.values.layer0.weight"].Floats);
        Assert.All(after["discriminator.values.layer1.weight"].Floats!, value => Assert.InRange(value, -1e-4f, 1e-4f));
    }

    [Fact]
    public void A_frozen_run_that_was_saved_and_loaded_goes_on_as_if_never_stopped()
    {
        var options = Options("dcgan", "r1") with { PenaltyEvery = 2, FreezeDiscriminator = 1, FreezeGenerator = 2 };
        using var data = Images();
        using var resumed = new GanTrainer(Device, options, data);
        resumed.LoadState(StateAfter(options, 3));
        resumed.RunStep();
        resumed.RunStep();
        var (whole, goneOn) = (StateAfter(options, 5), resumed.SaveState());
        Assert.All(whole, pair => Assert.Equal(pair.Value.Floats, goneOn[pair.Key].Floats));
    }

    /// <summary>Of the layer that works most no weight gradient is left.</summary>
    [Fact]
    public void What_is_frozen_is_not_computed()
    {
        using var data = Images();
        using var free = new GanTrainer(Device, Options("dcgan", "r1"), data);
        using var frozen = new GanTrainer(Device, Options("dcgan", "r1") with { FreezeDiscriminator = 2, FreezeGenerator = 2 }, data);

        Assert.InRange(frozen.Describe().GflopPerStep, 0, 0.9 * free.Describe().GflopPerStep);
    }

    [Theory]
    [InlineData(3, 0, "FreezeDiscriminator is 3, but the discriminator has 3 layers, of which one at least must learn; give at most 2.")]
    [InlineData(0, 9, "FreezeGenerator is 9, but the generator has 3 layers, of which one at least must learn; give at most 2.")]
    public void A_network_that_would_learn_nothing_is_refused(int discriminator, int generator, string sentence)
    {
        var options = Options("dcgan", "none") with { FreezeDiscriminator = discriminator, FreezeGenerator = generator };
        Assert.Equal(sentence, Assert.Throws<OptionException>(() => options.Build(Shape.Of(16, 16, 3), 0)).Message);
    }

    private ComputeDevice Device => under.Open();

    private static TrainingOptions Options(string network, string penalty) => Small with
    {
        Network = network, Penalty = penalty, DiscriminatorNorm = network == "dcgan" && penalty != "none" ? DiscriminatorNormalization.None : DiscriminatorNormalization.Auto, GroupSize = 4,
    };

    private IReadOnlyDictionary<string, StateTensor> StateAfter(TrainingOptions options, int steps)
    {
        using var data = Images();
        using var trainer = new GanTrainer(Device, options, data);
        for (int i = 0; i < steps; i++)
        {
            trainer.RunStep();
        }

        return trainer.SaveState();
    }

    private static TrainingData Images()
    {
        var pixels = new byte[20 * 16 * 16 * 3];
        new Random(5).NextBytes(pixels);
        return TrainingData.Of(ImageSet.FromBytes("noise", 16, 16, 3, pixels));
    }
}
