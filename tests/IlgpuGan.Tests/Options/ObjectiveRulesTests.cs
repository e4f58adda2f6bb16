using IlgpuGan.Devices;
using IlgpuGan.Graphs;
using IlgpuGan.Networks;
using IlgpuGan.Options;

namespace IlgpuGan.Tests.Options;

public class ObjectiveRulesTests
{
    // Without a penalty.
    private static readonly TrainingOptions Plain = Presets.Radford2016;

    private static readonly Dictionary<string, TrainingOptions> Forbidden = new()
    {
        ["Loss wasserstein"] = Plain with { Loss = "wasserstein" },
        ["DiscriminatorNorm none"] = Plain with { Penalty = "r1", DiscriminatorNorm = DiscriminatorNormalization.Batch },
        ["one of Penalty and Clip"] = Plain with { Penalty = "wgan-gp", Clip = 0.01f },
        ["SpectralNorm and Clip"] = Plain with { SpectralNorm = true, Clip = 0.01f },
        ["SpectralNorm divides"] = Plain with { SpectralNorm = true, Network = "r3" },
        ["Mismatched pairs"] = Plain with { Mismatched = true },
        ["Mismatched needs"] = Plain with { Mismatched = true, Condition = "all", DiscriminatorCondition = ConditionKind.Classifier },
        ["MinibatchDeviation"] = Plain with { MinibatchDeviation = true, Network = "mlp" },
        ["DiscriminatorNorm layer"] = Plain with { DiscriminatorNorm = DiscriminatorNormalization.Layer, Network = "resnet" },
        ["PenaltyEvery 4"] = Plain with { PenaltyEvery = 4 },
        ["PenaltyWeight 2"] = Plain with { PenaltyWeight = 2 },
        ["Loss is \"best\""] = Plain with { Loss = "best" },
        ["Penalty is \"r3\""] = Plain with { Penalty = "r3" },
        ["DiscriminatorCondition is"] = Plain with { DiscriminatorCondition = (ConditionKind)9 },
        ["Optimizer is \"9\"; it must be one of adam, adamw"] = Plain with { Optimizer = (UpdateRule)9 },
        ["Precision is"] = Plain with { Precision = (Precision)9 },
        ["DiscriminatorNorm is"] = Plain with { DiscriminatorNorm = (DiscriminatorNormalization)9 },
        ["StageWidths is"] = Plain with { StageWidths = "8,x" },
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
        {
            foreach (string penalty in TrainingOptions.Penalties.Where(penalty => penalty != "none"))
            {
                new TrainingOptions { Loss = loss, Penalty = penalty }.Validate();
            }
        }
    }

    [Fact]
    public void Every_preset_is_valid_and_an_unknown_one_is_refused_by_the_names_there_are()
    {
        foreach (string name in Presets.Names)
        {
            Presets.Named(name).Validate();
        }

        Assert.Equal("two minutes on two cores", Presets.PurposeOf("quick"));
        Assert.Null(Presets.PurposeOf("r3-tiny"));
        Assert.Contains("dcgan, dcgan-2016, hw6, hw6-wgan, hw6-wgan-gp, r3-tiny", Assert.Throws<OptionException>(() => Presets.Named("big")).Message, StringComparison.Ordinal);
    }
}
