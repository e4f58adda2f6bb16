using IlgpuGan.Options;

namespace IlgpuGan.Tests.Options;

public class ObjectiveRulesTests
{
    private static readonly Dictionary<string, TrainingOptions> Forbidden = new()
    {
        ["Loss wasserstein"] = new() { Loss = "wasserstein" },
        ["DiscriminatorNorm none"] = new() { Penalty = "r1", DiscriminatorNorm = "batch" },
        ["one of Penalty and Clip"] = new() { Penalty = "wgan-gp", Clip = 0.01f },
        ["SpectralNorm and Clip"] = new() { SpectralNorm = true, Clip = 0.01f },
        ["SpectralNorm divides"] = new() { SpectralNorm = true, Network = "r3" },
        ["Mismatched pairs"] = new() { Mismatched = true },
        ["Mismatched needs"] = new() { Mismatched = true, Condition = "all", DiscriminatorCondition = "classifier" },
        ["MinibatchDeviation"] = new() { MinibatchDeviation = true, Network = "mlp" },
        ["DiscriminatorNorm layer"] = new() { DiscriminatorNorm = "layer", Network = "resnet" },
        ["PenaltyEvery 4"] = new() { PenaltyEvery = 4 },
        ["PenaltyWeight 2"] = new() { PenaltyWeight = 2 },
        ["Loss is \"best\""] = new() { Loss = "best" },
        ["Penalty is \"r3\""] = new() { Penalty = "r3" },
        ["DiscriminatorCondition is"] = new() { DiscriminatorCondition = "none" },
        ["StageWidths is"] = new() { StageWidths = "8,x" },
    };

    public static TheoryData<string> Sentences => [.. Forbidden.Keys];

    [Theory]
    [MemberData(nameof(Sentences))]
    public void What_the_literature_forbids_is_refused_with_the_reason_and_the_remedy(string part)
    {
        var fault = Assert.Throws<OptionException>(Forbidden[part].Validate);

        Assert.Contains(part, fault.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_objective_goes_with_every_penalty()
    {
        foreach (string loss in TrainingOptions.Losses)
            foreach (string penalty in TrainingOptions.Penalties.Where(penalty => penalty != "none"))
                new TrainingOptions { Loss = loss, Penalty = penalty }.Validate();
    }

    [Fact]
    public void Every_preset_is_valid_and_an_unknown_one_is_refused_by_the_names_there_are()
    {
        foreach (string name in Presets.Names)
            Presets.Named(name).Validate();

        Assert.Contains("dcgan, dcgan-2016, r3-tiny", Assert.Throws<OptionException>(() => Presets.Named("big")).Message, StringComparison.Ordinal);
    }
}
