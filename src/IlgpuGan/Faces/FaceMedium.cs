namespace IlgpuGan.Faces;

/// <summary>How a face is put on paper. All three show the same shapes at the same places.</summary>
internal enum FaceMedium
{
    /// <summary>Painted, three channels.</summary>
    Colours,

    /// <summary>Contours in coloured pencil on white paper, three channels; what a shape covers is not seen through it.</summary>
    Lines,

    /// <summary>For each pixel the number of what it shows, one channel; see <see cref="FaceRegions"/>.</summary>
    Regions,
}
