namespace IlgpuGan.Options;

/// <summary>Why a run keeps an option for life.</summary>
internal static class KeptReasons
{
    private const string Shapes = "its weights have the shapes that this gives them";

    private static readonly Dictionary<string, string> ByName = new()
    {
        ["preset"] = "it brings networks and an optimiser that the weights are not of",
        ["network"] = Shapes,
        ["width"] = Shapes,
        ["depth"] = Shapes,
        ["stage-widths"] = Shapes,
        ["output-bias"] = Shapes,
        ["linear-start"] = Shapes,
        ["halving"] = Shapes,
        ["upsampling"] = Shapes,
        ["g-kernel"] = Shapes,
        ["d-bias"] = Shapes,
        ["group-size"] = Shapes,
        ["minibatch-stddev"] = Shapes,
        ["condition"] = Shapes,
        ["d-condition"] = Shapes,
        ["latent"] = Shapes,
        ["spectral-norm"] = Shapes,
        ["d-norm"] = Shapes,
        ["seed"] = "its latents and batches are drawn by it",
        ["d-steps"] = "its latents and images are counted by it",
        ["penalty-every"] = "its images are counted by it",
        ["optimizer"] = "what the optimiser has kept was gathered by it",
        ["beta1"] = "what the optimiser has kept was gathered by it",
        ["epsilon"] = "it belongs to what the optimiser has kept",
        ["momentum"] = "what the optimiser has kept was gathered by it",
        ["freeze-d"] = "the optimiser has kept nothing of layers that were frozen",
        ["freeze-g"] = "the optimiser has kept nothing of layers that were frozen",
    };

    /// <summary>Why, as a clause.</summary>
    public static string Of(RunOption option) => ByName.GetValueOrDefault(option.Name)
        ?? (option.Part == OptionPart.Data ? "it has learnt from these images" : "it says what is learnt, which is one thing from the first step to the last");
}
