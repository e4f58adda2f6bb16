using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>What a discriminator of patches is built by.</summary>
/// <param name="Image">Shape of what it judges [H, W, C]: an image, or what was translated with the translation behind its channels.</param>
/// <param name="Width">Channels of its first features; 64 is published.</param>
public sealed record PatchDesign(Shape Image, int Width)
{
    /// <summary>Halvings, 0 to 5: what a logit sees is 1, 16, 34, 70, 142 or 286 pixels wide.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Normalisation between layers. That of instances has no scale and shift.</summary>
    public Normalization Norm { get; init; } = Normalization.Instance;

    /// <summary>Whether weights are divided by their largest singular value.</summary>
    public bool HasSpectralNorm { get; init; }
}
