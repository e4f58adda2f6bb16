using IlgpuGan.Export;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>The trainer of images from images, on the CPU or the device that ILGPUGAN_TEST_DEVICE names.</summary>
[Collection(nameof(TestDevice))]
public sealed class TranslationTrainerTests(TestDevice device)
{
    // Five images, so that batches lie across epochs; of a pool of three, with two to a batch, both slots are full after two steps.
    private const int Count = 5;

    public static TheoryData<string> Methods => [.. TranslationOptions.Methods];

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_run_is_equal_to_itself_and_goes_on_as_if_never_stopped_with_images_streamed_or_not(string method)
    {
        var options = Options(method);
        var whole = StateAfter(options, 6);
        using var data = TinyTranslation.Data(options, Count);
        using var first = new TranslationTrainer(device.Open(), options, data, mostImageBytes: 0);
        Run(first, 4);
        first.Sample(1, 0, 3);
        first.Examine();
        first.Describe();
        using var second = new TranslationTrainer(device.Open(), options, data);
        second.LoadState(first.SaveState());
        Run(second, 2);

        AssertEqual(whole, second.SaveState());
        AssertEqual(whole, StateAfter(options, 6));
        Assert.NotEqual(whole["generator.values.layer0.weight"].Floats!, StateAfter(options with { Seed = 2 }, 6)["generator.values.layer0.weight"].Floats!);
        Assert.Equal(method == TranslationMethod.CycleGan, whole.ContainsKey("pool"));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Every_network_learns_and_is_counted(string method)
    {
        var options = Options(method);
        using var data = TinyTranslation.Data(options, Count);
        using var trainer = new TranslationTrainer(device.Open(), options, data);
        var before = trainer.SaveState();
        Run(trainer, 1);
        var after = trainer.SaveState();
        string[] weights = [.. before.Keys.Where(name => name.Contains(".values.", StringComparison.Ordinal))];

        Assert.Equal(TinyTranslation.NetworksOf(method).Order(), weights.Select(name => name[..name.IndexOf('.', StringComparison.Ordinal)]).Distinct().Order());
        Assert.All(weights.Where(name => name.EndsWith(".weight", StringComparison.Ordinal)), name => Assert.NotEqual(before[name].Floats!, after[name].Floats!));
        // Networks of one kind begin with weights of their own.
        Assert.Equal(TinyTranslation.NetworksOf(method).Count, TinyTranslation.NetworksOf(method).Select(name => before[$"{name}.values.layer0.weight"].Floats![0]).Distinct().Count());
        long Size(string kind) => weights.Where(name => name[..name.IndexOf('.', StringComparison.Ordinal)].EndsWith(kind, StringComparison.Ordinal)).Sum(name => (long)before[name].Floats!.Length);
        var cost = trainer.Describe();
        Assert.Equal((Size("generator"), Size("discriminator")), (cost.GeneratorParameters, cost.DiscriminatorParameters));
        Assert.True(cost.GflopPerStep > 0 && cost.DeviceBytes > 0);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_report_tells_each_term_of_the_loss_and_samples_are_translations_of_what_is_shown(string method)
    {
        var options = Options(method);
        using var data = TinyTranslation.Data(options, Count);
        using var trainer = new TranslationTrainer(device.Open(), options, data);
        Run(trainer, 2);

        var report = trainer.Report();

        string[] terms = method switch
        {
            TranslationMethod.Pix2Pix => ["l1", "features"],
            TranslationMethod.CycleGan => ["cycle", "identity"],
            TranslationMethod.Cut => ["nce", "identity"],
            TranslationMethod.FastCut => ["nce"],
            _ => ["classes", "cycle", "identity"],
        };
        Assert.Equal(terms, report.Terms!.Keys);
        Assert.All(report.Terms.Values, value => Assert.True(double.IsFinite(value) && value > 0));
        Assert.Equal(2, report.Step);
        int size = TinyTranslation.Side * TinyTranslation.Side * data.Describe().Channels;
        byte[] all = trainer.Sample(1, 0, Count + 1, method == TranslationMethod.StarGan ? [1] : null);
        Assert.Equal((Count + 1) * size, all.Length);
        // Round and round.
        Assert.Equal(all[..size], all[^size..]);
        Assert.NotEqual(all[..size], all[size..(2 * size)]);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void A_number_that_is_not_finite_is_found_in_the_network_that_has_it_first(string method)
    {
        var options = Options(method);
        foreach (string network in TinyTranslation.NetworksOf(method))
        {
            using var data = TinyTranslation.Data(options, Count);
            using var trainer = new TranslationTrainer(device.Open(), options, data);
            Run(trainer, 1);
            var planted = trainer.SaveState().ToDictionary();
            var weight = planted[$"{network}.values.layer0.weight"];
            planted[$"{network}.values.layer0.weight"] = new(weight.Shape, [float.NaN, .. weight.Floats!.Skip(1)]);

            Assert.Contains($"layer0.weight of the {network}", trainer.ExplainNonFinite(planted, 2), StringComparison.Ordinal);
        }
    }

    private static TrainingOptions Options(string method) => TinyTranslation.Options(method, options => options with
    {
        Pool = method == TranslationMethod.CycleGan ? 3 : options.Pool,
        NcePlaces = method is TranslationMethod.Cut or TranslationMethod.FastCut ? 20 : options.NcePlaces,
        Dropout = method == TranslationMethod.StarGan ? 0 : 0.2f,
    }) with
    { Flip = true, InstanceNoise = 0.1f };

    private IReadOnlyDictionary<string, StateTensor> StateAfter(TrainingOptions options, int steps)
    {
        using var data = TinyTranslation.Data(options, Count);
        using var trainer = new TranslationTrainer(device.Open(), options, data);
        Run(trainer, steps);
        return trainer.SaveState();
    }

    private static void Run(TranslationTrainer trainer, int steps)
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
            Assert.True((tensor.Floats ?? []).AsSpan().SequenceEqual(actual[name].Floats ?? []), $"{name} differs");
            Assert.Equal(tensor.Integers ?? [], actual[name].Integers ?? []);
        }
    }
}
