using IlgpuGan.Graphs;

namespace IlgpuGan.Networks.Translation;

/// <summary>What a generator from image to image is built by. Parameters have the same names and shapes for every size of one depth: what was learnt at one size draws at another.</summary>
/// <param name="Image">Shape of what comes in [H, W, C]; C is 1 to 4, or a plane for each class.</param>
/// <param name="Channels">Channels of what is drawn.</param>
/// <param name="Width">Channels of the features nearest the image; 64 is published.</param>
public sealed record TranslationDesign(Shape Image, int Channels, int Width)
{
    /// <summary>Normalisation between layers. That of instances has no scale and shift, and needs no measured moments to draw.</summary>
    public Normalization Norm { get; init; } = Normalization.Instance;

    /// <summary>How sides double.</summary>
    public Upsampling Upsampling { get; init; }

    /// <summary>The share that is dropped behind the first three stages of the way up; published are 0.5 for a U-Net and 0 for the others.</summary>
    public float Dropout { get; init; }

    /// <summary>How often a U-Net halves the sides, or the residual blocks of the others; null: as many as suit the size.</summary>
    public int? Depth { get; init; }

    /// <summary>Planes of labels that a generator of StarGAN takes beside the image.</summary>
    public int Labels { get; init; }
}
