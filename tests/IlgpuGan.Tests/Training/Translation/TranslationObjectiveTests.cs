using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;
using IlgpuGan.Tests.Graphs;
using IlgpuGan.Training;

namespace IlgpuGan.Tests.Training.Translation;

/// <summary>Every method with losses, penalties and constraints of each kind, and what cannot be.</summary>
[Collection(nameof(TestDevice))]
public sealed class TranslationObjectiveTests(TestDevice device)
{
    private static readonly Dictionary<string, Func<TrainingOptions, TrainingOptions>> Kinds = new()
    {
        ["relativistic pairing with R1 and R2"] = options => options with { Loss = "rpgan", Penalty = "r1+r2" },
        ["relativistic average"] = options => options with { Loss = "ragan", Penalty = "none" },
        ["Wasserstein with gradient penalty"] = options => options with { Loss = "wasserstein", Penalty = "wgan-gp", DiscriminatorSteps = 2 },
        ["Wasserstein with clipped weights"] = options => options with { Loss = "wasserstein", Penalty = "none", Clip = 0.01f },
        ["hinge with spectral normalisation"] = options => options with { Loss = "hinge", Penalty = "none", SpectralNorm = true },
        ["DRAGAN"] = options => options with { Loss = "non-saturating", Penalty = "dragan" },
        ["an f-divergence and a normalised D"] = options => options with { Loss = "f-pearson", Penalty = "none", DiscriminatorNorm = DiscriminatorNormalization.Batch },
        ["one image a batch, mirrored, noisy"] = options => options with { Batch = 1, Flip = true, InstanceNoise = 0.1f },
        ["AdamW and a G normalised by batch"] = options => (options with { Translation = options.Translation! with { Norm = Normalization.Batch } }).With(UpdateRule.AdamW),
    };

    public static TheoryData<string, string> Matrix => new(
        from method in TranslationOptions.Methods from kind in Kinds.Keys where method != TranslationMethod.StarGan || !IsRefusedOfStarGan(kind) select (method, kind));

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Two_steps_are_finite_and_bounded_weights_stay_so(string method, string kind)
    {
        var options = Kinds[kind](TinyTranslation.Options(method));
        using var data = TinyTranslation.Data(options, count: 4);
        using var trainer = new TranslationTrainer(device.Open(), options, data);
        trainer.RunStep();
        trainer.RunStep();

        var report = trainer.Report();
        double[] numbers = [report.DiscriminatorLoss, report.GeneratorLoss, report.RealProbability, report.FakeProbability, report.Penalty ?? 0, .. report.Terms!.Values];
        Assert.All(numbers, number => Assert.True(double.IsFinite(number)));
        Assert.True(report.DiscriminatorGradientNorm > 0 && report.GeneratorGradientNorm > 0);
        Assert.Equal(options.Penalty != "none", report.Penalty > 0);
        var state = trainer.SaveState();
        Assert.All(state.Values, tensor => Assert.All(tensor.Floats ?? [], number => Assert.True(float.IsFinite(number))));
        if (options.Clip > 0)
        {
            Assert.All(state.Where(pair => pair.Key.Contains("discriminator.values", StringComparison.Ordinal)), pair => Assert.All(pair.Value.Floats!, value => Assert.InRange(value, -0.01f, 0.01f)));
        }
        Assert.Equal(options.SpectralNorm, state.Keys.Any(name => name.Contains("spectral", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("SpectralNorm", "hinge with spectral normalisation")]
    [InlineData("DiscriminatorNorm", "an f-divergence and a normalised D")]
    public void What_the_D_of_StarGAN_does_not_have_is_refused_by_its_name(string option, string kind)
    {
        string message = Assert.Throws<OptionException>(() => Kinds[kind](TinyTranslation.Options(TranslationMethod.StarGan)).Validate()).Message;

        Assert.StartsWith(option, message, StringComparison.Ordinal);
        Assert.Contains("stargan", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TranslationMethod.CycleGan, "give Identity 0.")]
    [InlineData(TranslationMethod.Cut, "targets have 1 channels where what is translated has 3")]
    [InlineData(TranslationMethod.FastCut, "targets have 1 channels where what is translated has 3")]
    public void What_is_compared_has_as_many_channels_as_what_it_is_compared_with(string method, string sentence)
    {
        var options = TinyTranslation.Options(method);
        using var data = TinyTranslation.Data(options, count: 2, targetChannels: 1);

        Assert.Contains(sentence, Assert.Throws<OptionException>(() => new TranslationTrainer(device.Open(), options, data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_preset_and_every_method_can_be_trained_as_it_is()
    {
        string[] presets = [.. Presets.Names.Where(name => Presets.Named(name).Translation is not null)];

        Assert.Equal(["pix2pix", "pix2pix-256", "cyclegan", "cyclegan-256", "cut", "cut-256"], presets);
        Assert.All(presets, name => RunSettings.For("unpaired:faces", name).Validate());
        Assert.Equal([TranslatorKind.UNet, TranslatorKind.ResNet, TranslatorKind.ResNet],
            ((string[])["pix2pix-256", "cyclegan-256", "cut-256"]).Select(name => Presets.Named(name).Translation!.Translator));
        Assert.All(TranslationOptions.Methods, method => TinyTranslation.Options(method).Validate());
    }

    [Theory]
    [InlineData(TranslationMethod.Cut)]
    [InlineData(TranslationMethod.FastCut)]
    public void Features_are_contrasted_along_a_resnet_alone(string method)
    {
        var options = TinyTranslation.Options(method, options => options with { Translator = TranslatorKind.UNet, Stages = 3 });
        using var data = TinyTranslation.Data(options, count: 2);

        Assert.Contains("Translator resnet", Assert.Throws<OptionException>(() => new TranslationTrainer(device.Open(), options, data)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void What_is_of_images_from_noise_alone_is_refused_and_not_left_out_in_silence(string method)
    {
        RunSettings Settings(TrainingOptions options) => new() { Data = new() { Source = "unpaired:faces" }, Training = options };
        void Refuses(string option, TrainingOptions options) =>
            Assert.StartsWith(option, Assert.Throws<OptionException>(() => Settings(options).Validate()).Message, StringComparison.Ordinal);
        var options = TinyTranslation.Options(method);

        Settings(options).Validate();
        Refuses("LeCam", options with { LeCam = 0.3f });
        Refuses("Augment", options with { Augment = "ada" });
        Refuses("Leaves", options with { Batch = 4, Leaves = 2 });
        Refuses("FreezeDiscriminator", options with { FreezeDiscriminator = 1 });
    }

    public static TheoryData<string> Methods => [.. TranslationOptions.Methods];

    private static bool IsRefusedOfStarGan(string kind) =>
        Kinds[kind](TinyTranslation.Options(TranslationMethod.StarGan)) is var options && (options.SpectralNorm || options.DiscriminatorNorm != DiscriminatorNormalization.Auto);
}
