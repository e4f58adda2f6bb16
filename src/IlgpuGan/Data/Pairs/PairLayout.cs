namespace IlgpuGan.Data.Pairs;

/// <summary>How the images of two kinds lie beside each other.</summary>
public enum PairLayout
{
    /// <summary>Each file shows A on its left half and B on its right.</summary>
    SideBySide,

    /// <summary>Two folders with equal names in them, <c>A</c> and <c>B</c>.</summary>
    Folders,

    /// <summary>The folders of CycleGAN's sets, <c>trainA</c>, <c>trainB</c>, <c>testA</c>, <c>testB</c>: pairs where the names are equal, else unpaired.</summary>
    Domains,

    /// <summary>A folder of maps of class numbers, and one of pictures with equal names.</summary>
    Labels,

    /// <summary>Pictures in colour, and the same in grey.</summary>
    Grey,

    /// <summary>Drawn faces: line drawings, and the faces in colour.</summary>
    Faces,

    /// <summary>Drawn faces: maps of what each pixel shows, and the faces in colour.</summary>
    FaceLabels,

    /// <summary>Drawn faces with hair of one colour, and other faces with hair of another.</summary>
    FaceHair,
}

/// <summary>A layout in words.</summary>
/// <param name="Layout">Which one.</param>
/// <param name="Name">Its name as an option has it, or the source's where the data needs no file.</param>
/// <param name="Recognised">How it is known, as the rest of a sentence: "folders A and B with equal names ...".</param>
/// <param name="IsBuiltIn">Whether the data needs no file.</param>
public sealed record PairLayoutRow(PairLayout Layout, string Name, string Recognised, bool IsBuiltIn = false)
{
    /// <summary>All layouts, in the order of their numbers.</summary>
    public static IReadOnlyList<PairLayoutRow> All { get; } =
    [
        new(PairLayout.SideBySide, "side-by-side", "files that show A on the left and B on the right, in folders train and val or test, or where --layout side-by-side says so"),
        new(PairLayout.Folders, "folders", "folders A and B with equal names in them (or input and target; train_A and train_B; A/train and B/train), or any two where --layout folders says so"),
        new(PairLayout.Domains, "domains", "folders trainA and trainB (with testA and testB, or valA and valB)"),
        new(PairLayout.Labels, "labels", "folders train_label and train_img, the first of PNG files with class numbers as their pixels"),
        new(PairLayout.Grey, "grey", "one folder of pictures in colour, where --layout grey says so"),
        new(PairLayout.Faces, "pairs:faces", "line drawings and drawn faces", IsBuiltIn: true),
        new(PairLayout.FaceLabels, "pairs:faces-label", "maps of regions and drawn faces", IsBuiltIn: true),
        new(PairLayout.FaceHair, "unpaired:faces", "drawn faces with hair of two colours", IsBuiltIn: true),
    ];

    /// <summary>The row of a layout.</summary>
    public static PairLayoutRow Of(PairLayout layout) => All[(int)layout];

    /// <summary>The layout of data without a file that a word names; null where it names none.</summary>
    public static PairLayoutRow? BuiltIn(string source) => PairFaces.LayoutOf(source) is { } layout ? Of(layout) : null;

    /// <summary>What is read, for messages.</summary>
    internal static string Known => string.Join("; ", All.Where(row => !row.IsBuiltIn).Select(row => row.Recognised));
}
