using System.Globalization;
using System.Text.RegularExpressions;
using IlgpuGan.Data;
using IlgpuGan.Devices;
using IlgpuGan.Export;
using IlgpuGan.Graphs;
using IlgpuGan.Options;
using IlgpuGan.Runs;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training;

/// <summary>A batch in leaves, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class LeavesTests(TestDevice under)
{
    // Nothing in it couples images, but the pairs of the loss, which are those of the whole batch. The latents of a leaf begin within a block of random numbers.
    private static readonly TrainingOptions Uncoupled =
        new TrainingOptions() with { Network = "r3", Width = 4, Depth = 1, GroupSize = 2, LatentSize = 7, Batch = 24, LearningRate = 1e-3f, PenaltyWeight = 1 };

    private static readonly Dictionary<string, TrainingOptions> Kinds = new()
    {
        ["r3 with r1 and r2"] = Uncoupled with { Flip = true },
        ["r3 with a lazy penalty, labels and LeCam"] = Uncoupled with { PenaltyEvery = 2, Condition = "kind,shade", Loss = "hinge", LeCam = 0.1f, DiscriminatorSteps = 2 },
        ["r3 with ada and noise"] = Uncoupled with { Augment = "ada", AdaKimg = 0.1f, AdaTarget = -0.9f, InstanceNoise = 0.1f },
        ["r3 with labels that are mismatched and diffaugment"] = Uncoupled with { Augment = "diffaugment", Condition = "kind", Mismatched = true },
        ["r3 with frozen layers"] = Uncoupled with { FreezeDiscriminator = 1, FreezeGenerator = 1 },
        ["dcgan with batch normalisation"] = Presets.Radford2016 with { Width = 4, LatentSize = 7, Batch = 24 },
        ["resnet with spectral normalisation"] = Presets.Radford2016 with { Network = "resnet", SpectralNorm = true, Loss = "hinge", Width = 8, LatentSize = 8, Batch = 24 },
        ["dcgan with a deviation over groups and adaptive p"] = Presets.Radford2016 with
        {
            Width = 4, LatentSize = 8, Batch = 24, MinibatchDeviation = true, Augment = "ada", AdaKimg = 0.1f, AdaTarget = -0.9f, Penalty = "dragan", Loss = "ragan",
            DiscriminatorNorm = DiscriminatorNormalization.Layer,
        },
    };

    public static TheoryData<string, int> Leaves => new(
        from kind in Kinds where kind.Value.Network == "r3" from leaves in (int[])[2, 3, 4, 8, 24] select (kind.Key, leaves));

    public static TheoryData<string> KindNames => [.. Kinds.Keys];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Gradients_and_figures_are_those_of_the_whole_batch_where_nothing_couples_images(string kind, int leaves)
    {
        // Gradients as they are: an optimiser that divides by their size makes much of the last digits of small ones.
        var options = Kinds[kind].With(UpdateRule.Sgd) with { Momentum = 0 };
        var (whole, expected) = Train(options, 2);
        var (parts, actual) = Train(options with { Leaves = leaves }, 2);

        foreach (var (name, tensor) in whole.Where(pair => pair.Key.Contains(".adam.m.", StringComparison.Ordinal)))
        {
            float largest = tensor.Floats!.Max(Math.Abs);
            // Sums of 24 images and their pixels in another order, through two steps; penalties differentiate twice.
            Assert.All(tensor.Floats!.Zip(parts[name].Floats!), pair => Assert.InRange(pair.Second, pair.First - 2e-3f * largest - 1e-7f, pair.First + 2e-3f * largest + 1e-7f));
        }
        Assert.Equal(expected.DiscriminatorLoss, actual.DiscriminatorLoss, 1e-4);
        Assert.Equal(expected.GeneratorLoss, actual.GeneratorLoss, 1e-4);
        Assert.Equal(expected.RealProbability, actual.RealProbability, 1e-4);
        Assert.Equal(expected.FakeProbability, actual.FakeProbability, 1e-4);
        Assert.Equal(expected.Penalty!.Value, actual.Penalty!.Value, 1e-3 * expected.Penalty.Value);
        Assert.Equal(expected.DiscriminatorGradientNorm, actual.DiscriminatorGradientNorm, 1e-3 * expected.DiscriminatorGradientNorm);
        foreach (var name in (string[])["augmentation.ada", "lecam"])
        {
            if (whole.TryGetValue(name, out var state))
            {
                Assert.All(state.Floats!.Zip(parts[name].Floats!), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
            }
        }
    }

    [Theory]
    [MemberData(nameof(KindNames))]
    public void A_run_in_leaves_is_equal_to_itself_and_goes_on_as_if_never_stopped_with_images_streamed_or_not(string kind)
    {
        var options = Kinds[kind] with { Leaves = 4 };
        var (whole, _) = Train(options, 7);
        using var data = Images(options);
        using var first = new GanTrainer(under.Open(), options, data, mostImageBytes: 0);
        Run(first, 3);
        using var second = new GanTrainer(under.Open(), options, data);
        second.LoadState(first.SaveState());
        Run(second, 4);

        AssertEqual(whole, second.SaveState());
        if (kind.Contains("adaptive", StringComparison.Ordinal))
        {
            Assert.True(whole["augmentation.ada"].Floats![0] > 0);
        }
    }

    [Fact]
    public void A_run_may_go_on_in_other_leaves()
    {
        var options = Kinds["r3 with r1 and r2"];
        var (begun, _) = Train(options with { Leaves = 3 }, 2);
        using var data = Images(options);
        using var trainer = new GanTrainer(under.Open(), options with { Leaves = 8 }, data);
        trainer.LoadState(begun);
        Run(trainer, 1);

        Assert.Equal(3, trainer.Step);
        Assert.True(double.IsFinite(trainer.Report().DiscriminatorLoss));
        Assert.Equal(Keeps.UntilLogged, OptionRows.Table.Rows.Single(option => option.Name == "leaves").Keeps);
    }

    [Fact]
    public void Points_are_learnt_in_leaves_as_whole()
    {
        var options = Uncoupled with { Network = "mlp", Width = 16, LatentSize = 2, Optimizer = UpdateRule.Sgd };
        using var points = TrainingData.Of(PointSet.Ring(500, seed: 1));
        using var whole = new GanTrainer(under.Open(), options, points);
        using var parts = new GanTrainer(under.Open(), options with { Leaves = 6 }, points);
        Run(whole, 2);
        Run(parts, 2);

        Assert.Equal(whole.Report().DiscriminatorLoss, parts.Report().DiscriminatorLoss, 1e-5);
    }

    [Fact]
    public void Memory_is_that_of_a_leaf_and_told_beforehand()
    {
        var options = Uncoupled with { Width = 16, GroupSize = 16 };
        using var data = Images(options);
        using var whole = new GanTrainer(under.Open(), options, data);
        using var parts = new GanTrainer(under.Open(), options with { Leaves = 24 }, data);
        long weights = 4 * sizeof(float) * (long)(whole.Describe().GeneratorParameters + whole.Describe().DiscriminatorParameters);

        Assert.InRange(parts.Plans.First().ArenaBytes, 1, whole.Plans.First().ArenaBytes / 8);
        // With a processor's own kernels the plan that is only thought of is the plan itself; others may be timed and chosen.
        Assert.InRange(GanTrainer.BytesOf(under.Open(), options with { Leaves = 24 }, data), weights, 2 * parts.Describe().DeviceBytes);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void What_does_not_fit_is_refused_with_the_fewest_leaves_that_do(int leaves)
    {
        var options = Uncoupled with { Width = 16, GroupSize = 16 };
        using var data = Images(options);
        var device = under.Open();
        long free = GanTrainer.BytesOf(device, options with { Leaves = leaves }, data);
        var fault = new DeviceMemoryException("There is not enough memory", "give less", 2 * free, free, null);

        Assert.Contains($"; give Leaves {leaves}, with which it takes ", LeafSearch.Advise(device, options, data, imageBytes: 0, free, fault).Message, StringComparison.Ordinal);
        Assert.Equal("There is not enough memory; give a smaller Batch, Width or Size, or free some.", LeafSearch.Advise(device, options, data, imageBytes: free, free, fault).Message);
    }

    [Fact]
    public void A_batch_of_more_numbers_than_can_be_counted_is_refused_with_leaves_for_which_there_is_memory()
    {
        var options = Uncoupled with { Width = 8, Batch = 8192 };
        var shape = new RunData("", 0, 512, 512, 3, IsPoints: false);
        using var opened = ((ITrainingEngine)new TrainingEngine()).Open("cpu", TuningMode.Off, _ => { });
        string message = Assert.Throws<OptionException>(() => opened.Check(options, shape)).Message;

        var said = Regex.Match(message, "can be counted; give Leaves ([0-9]+), with which it takes ");
        Assert.True(said.Success, message);
        int leaves = int.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture);
        using var device = ComputeDevice.Open("cpu");
        using var data = TrainingData.OfShape(shape);
        Assert.InRange(GanTrainer.BytesOf(device, options with { Leaves = leaves }, data), 1, device.MemoryBytes);
    }

    [Theory]
    [InlineData(24, 5, "Leaves is 5, which does not divide Batch 24 into equal parts; give 4 or 6.")]
    [InlineData(24, 48, "Leaves is 48, which does not divide Batch 24 into equal parts; give 24.")]
    public void Leaves_that_do_not_divide_the_batch_are_refused(int batch, int leaves, string message) =>
        Assert.Equal(message, Assert.Throws<OptionException>((Uncoupled with { Batch = batch, Leaves = leaves }).Validate).Message);

    [Fact]
    public void A_leaf_of_one_image_is_refused_where_images_are_normalised_or_compared()
    {
        Assert.Contains("Leaves 24", Assert.Throws<OptionException>((Kinds["dcgan with batch normalisation"] with { Leaves = 24 }).Validate).Message, StringComparison.Ordinal);
        Assert.Contains("MinibatchDeviation", Assert.Throws<OptionException>((Uncoupled with { MinibatchDeviation = true, Leaves = 24 }).Validate).Message, StringComparison.Ordinal);
        (Uncoupled with { Leaves = 24 }).Validate();
    }

    private (IReadOnlyDictionary<string, StateTensor> State, TrainingReport Report) Train(TrainingOptions options, int steps)
    {
        using var data = Images(options);
        using var trainer = new GanTrainer(under.Open(), options, data);
        Run(trainer, steps);
        var state = trainer.SaveState();
        return (state, trainer.Report());
    }

    internal static void Run(Trainer trainer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            trainer.RunStep();
        }
    }

    /// <summary>Fifty-one images of 16 x 16, so that batches lie across epochs, with two columns of labels.</summary>
    internal static TrainingData Images(TrainingOptions options)
    {
        const int count = 51;
        var noise = new float[count * 16 * 16 * 3];
        Initialization.Normal(noise, seed: 3, stream: 0);
        return TrainingData.Of(ImageSet.FromBytes("bright", 16, 16, 3, [.. noise.Select(value => (byte)Math.Clamp(128 + 40 * value, 0, 255))],
        [
            new("kind", ["a", "b", "c"], [.. Enumerable.Range(0, count).Select(i => i % 3)]),
            new("shade", ["dark", "light"], [.. Enumerable.Range(0, count).Select(i => i / 26)]),
        ])).ConditionedOn(options.Condition);
    }

    internal static void AssertEqual(IReadOnlyDictionary<string, StateTensor> expected, IReadOnlyDictionary<string, StateTensor> actual)
    {
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach (var (name, tensor) in expected)
        {
            Assert.True((tensor.Floats ?? []).AsSpan().SequenceEqual(actual[name].Floats ?? []), $"{name} differs");
        }
    }
}
