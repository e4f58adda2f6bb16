namespace IlgpuGan.Imaging;

/// <summary>How single pictures are written.</summary>
public enum PictureFormat
{
    /// <summary>PNG: every bit of the picture.</summary>
    Png,

    /// <summary>JPEG: smaller, and less exact the lower its quality; what is transparent lies on white.</summary>
    Jpg,
}
