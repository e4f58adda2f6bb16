namespace IlgpuGan.Faces;

/// <summary>What a pixel of a face shows. Where it can have one of several colours each of them is a class of its own, so that the map tells the whole face.</summary>
internal enum FaceRegion
{
    /// <summary>What is behind everything.</summary>
    Background,
    /// <summary>Face and neck.</summary>
    Skin,
    /// <summary>Hair before and behind the face.</summary>
    Hair,
    /// <summary>The white of the eyes.</summary>
    Eye,
    /// <summary>Iris and pupil.</summary>
    Iris,
    /// <summary>Brows and lashes.</summary>
    Brow,
    /// <summary>Lips, and what is between them.</summary>
    Mouth,
    /// <summary>Clothes.</summary>
    Outfit,
    /// <summary>Collar of the clothes.</summary>
    Collar,
    /// <summary>Ribbon at the neck and bows in the hair.</summary>
    Ribbon,
}

/// <summary>The classes of <see cref="FaceMedium.Regions"/>: each region, or each region in each of its colours.</summary>
internal static class FaceRegions
{
    // In the order of FaceRegion, with the attribute of FacePainter.Schema that gives a region its colour; none for those that look alike in all faces.
    private static readonly (FaceRegion Region, int? Attribute)[] Coloured =
    [
        (FaceRegion.Background, 7), (FaceRegion.Skin, 5), (FaceRegion.Hair, 0), (FaceRegion.Eye, null), (FaceRegion.Iris, 2),
        (FaceRegion.Brow, null), (FaceRegion.Mouth, null), (FaceRegion.Outfit, 6), (FaceRegion.Collar, 6), (FaceRegion.Ribbon, 6),
    ];

    /// <summary>Names of the classes in the order of their numbers: <c>background-sky</c>, ..., <c>eye</c>, <c>iris-brown</c>, ...</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Coloured.SelectMany(Classes)];

    /// <summary>The class of a region of a face.</summary>
    public static byte ClassOf(FaceRegion region, FaceAttributes face)
    {
        int first = Coloured.Take((int)region).Sum(row => Classes(row).Length);
        return (byte)(first + (Coloured[(int)region].Attribute is { } attribute ? face[attribute] : 0));
    }

    private static string[] Classes((FaceRegion Region, int? Attribute) row)
    {
        string name = row.Region.ToString().ToLowerInvariant();
        return row.Attribute is { } attribute ? [.. FacePainter.Schema[attribute].Values.Select(value => $"{name}-{value}")] : [name];
    }
}
