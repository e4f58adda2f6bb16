namespace IlgpuGan.Networks;

/// <summary>What an image is to be of: labels as one-hot rows, which G embeds beside the latent and D judges the image by.</summary>
/// <param name="Classes">Length of a row of labels.</param>
/// <param name="Kind">How D takes them.</param>
public sealed record Condition(int Classes, ConditionKind Kind)
{
    // Enough to keep a few dozen values apart, and never more than the latent they stand beside needs.
    private const int MostFeatures = 32;

    /// <summary>Length of what labels are embedded into.</summary>
    internal int Features => Math.Min(MostFeatures, Classes);
}
