using IlgpuGan.Data;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>Updates of D and of G that are asked for one by one.</summary>
[Collection(nameof(TestDevice))]
public sealed class SingleUpdateTests(TestDevice under) : IDisposable
{
    private static readonly TrainingOptions Points = RunSettings.For("ring").Training with
    {
        Width = 16, Depth = 2, Batch = 64, Loss = "non-saturating", Penalty = "none", PenaltyWeight = null, LearningRate = 2e-3f, AverageHalfLifeKimg = 0,
    };

    private readonly TrainingData data = TrainingData.Of(PointSet.Ring(4096, 1));

    public static TheoryData<string> Kinds => ["plain", "two of D", "lazy penalty and reals for G", "leaves"];

    public void Dispose() => data.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void In_the_order_of_the_algorithm_they_are_its_steps_bit_for_bit(string kind)
    {
        var options = kind switch
        {
            "two of D" => Points with { DiscriminatorSteps = 2, InstanceNoise = 0.1f },
            "lazy penalty and reals for G" => Points with { Loss = "rpgan", Penalty = "r1+r2", PenaltyWeight = 0.1f, PenaltyEvery = 2 },
            "leaves" => Points with { Leaves = 4 },
            _ => Points,
        };
        using var whole = new GanTrainer(under.Open(), options, data);
        using var single = new GanTrainer(under.Open(), options, data, mostImageBytes: 0, isSingle: true);
        for (int step = 0; step < 5; step++)
        {
            whole.RunStep();
            for (int i = 0; i < options.DiscriminatorSteps; i++)
            {
                single.UpdateDiscriminator();
            }
            single.UpdateGenerator();
        }

        AssertEqual(whole.SaveState(), single.SaveState());
        Assert.Equal((5, 5 * options.DiscriminatorSteps), (single.Step, single.DiscriminatorUpdates));
    }

    [Fact]
    public void Whoever_is_fixed_stays_as_it_is_to_the_last_bit()
    {
        using var trainer = new GanTrainer(under.Open(), Points, data, mostImageBytes: 0, isSingle: true);
        var before = Weights(trainer);
        trainer.UpdateDiscriminator();
        trainer.UpdateDiscriminator();
        var between = Weights(trainer);
        trainer.UpdateGenerator();
        trainer.UpdateGenerator();
        var after = Weights(trainer);

        Assert.Equal(before.Generator, between.Generator);
        Assert.NotEqual(before.Discriminator, between.Discriminator);
        Assert.Equal(between.Discriminator, after.Discriminator);
        Assert.NotEqual(between.Generator, after.Generator);
        Assert.Equal((2, 2), (trainer.Step, trainer.DiscriminatorUpdates));
    }

    [Fact]
    public void D_alone_learns_to_tell_and_G_alone_learns_to_fool_it()
    {
        using var trainer = new GanTrainer(under.Open(), Points, data, mostImageBytes: 0, isSingle: true);
        double Fakes() => trainer.Judge(trainer.Draw(seed: 5, first: 0, count: 500)).Average();
        double Reals() => trainer.Judge(data.Points!.Points.AsSpan(0, 1000)).Average();
        Repeat(60, trainer.UpdateDiscriminator);
        var (fakes, reals) = (Fakes(), Reals());
        Repeat(60, trainer.UpdateGenerator);

        Assert.True(reals > fakes + 0.5, $"D says {reals} of reals and {fakes} of fakes");
        Assert.Equal(reals, Reals());
        Assert.True(Fakes() > fakes + 0.5, $"D says {Fakes()} of fakes after {fakes}");
    }

    [Fact]
    public void Further_updates_of_G_have_latents_of_their_own()
    {
        // Weights that as good as stay: two gradients then differ by their latents alone.
        var options = Points.With(UpdateRule.Sgd) with { Momentum = 0, LearningRate = 1e-9f };
        using var trainer = new GanTrainer(under.Open(), options, data, mostImageBytes: 0, isSingle: true);
        float[] Gradient()
        {
            trainer.UpdateGenerator();
            return trainer.SaveState()["generator.adam.m.layer0.weight"].Floats!;
        }
        trainer.UpdateDiscriminator();
        float[][] gradients = [Gradient(), Gradient(), Gradient()];
        double Length(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));

        Assert.All(gradients.Zip(gradients.Skip(1)), pair => Assert.True(Length(pair.First.Zip(pair.Second, (a, b) => a - b)) > 0.01 * Length(pair.First)));
    }

    [Fact]
    public void After_a_restart_all_is_as_at_first()
    {
        using var trainer = new GanTrainer(under.Open(), Points, data, mostImageBytes: 0, isSingle: true);
        trainer.UpdateDiscriminator();
        trainer.UpdateGenerator();
        var once = trainer.SaveState();
        trainer.UpdateGenerator();
        trainer.Restart();
        Assert.Equal((0, 0), (trainer.Step, trainer.DiscriminatorUpdates));
        trainer.UpdateDiscriminator();
        trainer.UpdateGenerator();

        AssertEqual(once, trainer.SaveState());
    }

    [Fact]
    public void Verdicts_are_of_each_row_alone_and_those_of_images_too()
    {
        var options = Points with { Network = "dcgan", Width = 4, LatentSize = 8, Batch = 4, DiscriminatorNorm = DiscriminatorNormalization.None };
        using var images = TrainingData.Of(ImageSet.FromBytes("grey", 16, 16, 1, [.. Enumerable.Range(0, 8 * 256).Select(i => (byte)(i * 7))]));
        using var trainer = new GanTrainer(under.Open(), options, images, mostImageBytes: 1 << 20, isSingle: true);
        float[] drawn = trainer.Draw(seed: 1, first: 0, count: 3);
        Assert.Equal(3 * 256, drawn.Length);
        float[] together = trainer.Judge(drawn);

        Assert.Equal(together[1..2], trainer.Judge(drawn.AsSpan(256, 256)));
        Assert.Equal(3, together.Distinct().Count());
    }

    private static void Repeat(int times, Action update)
    {
        for (int i = 0; i < times; i++)
        {
            update();
        }
    }

    private static void AssertEqual(IReadOnlyDictionary<string, StateTensor> expected, IReadOnlyDictionary<string, StateTensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.True((tensor.Floats ?? []).AsSpan().SequenceEqual(actual[name].Floats ?? []), $"{name} differs");
            Assert.Equal(tensor.Integers, actual[name].Integers);
        }
    }

    private static (float[] Generator, float[] Discriminator) Weights(GanTrainer trainer)
    {
        var state = trainer.SaveState();
        float[] Of(string network) => [.. state.Where(entry => entry.Key.StartsWith($"{network}.values.", StringComparison.Ordinal)).OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .SelectMany(entry => entry.Value.Floats!)];
        return (Of("generator"), Of("discriminator"));
    }
}
