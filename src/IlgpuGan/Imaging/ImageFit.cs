namespace IlgpuGan.Imaging;

/// <summary>How an image is brought to a shape that is not its own.</summary>
public enum ImageFit
{
    /// <summary>Scaled until it covers the shape; what juts out is cut off evenly on both sides.</summary>
    Crop,

    /// <summary>Scaled until it fits inside the shape; the rest is transparent, or white where there is no alpha channel.</summary>
    Pad,

    /// <summary>Each side scaled on its own; the proportions change.</summary>
    Stretch,
}
