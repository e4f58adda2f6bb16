using IlgpuGan.Data.Pairs;
using IlgpuGan.Devices;
using IlgpuGan.Networks.Translation;
using IlgpuGan.Runs;

namespace IlgpuGan.Sampling;

/// <summary>What a generator from image to image is, but for its weights.</summary>
/// <param name="Family">Its kind.</param>
/// <param name="Design">What it was built by, the size that it was trained at included.</param>
/// <param name="Input">What it takes.</param>
/// <param name="Output">What it makes of it.</param>
internal sealed record TranslatorModel(TranslationFamily Family, TranslationDesign Design, PairSide Input, PairSide Output)
{
    /// <summary>The name of its parameters in a saved state.</summary>
    public string Name { get; init; } = "generator";

    /// <summary>The labels that it translates to; null for one that takes none.</summary>
    public LabelChoice? Labels { get; init; }

    /// <summary>How it multiplies.</summary>
    public Precision Precision { get; init; } = Precision.Tf32;

    /// <summary>Name of the tensor with the moments of batch normalisation; in a state without it each image has its own, as it had in training.</summary>
    public string Moments => $"{Name}.moments";
}
