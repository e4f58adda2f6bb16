namespace IlgpuGan.Data.Pairs;

/// <summary>Which side of the pairs is translated into which.</summary>
public enum PairDirection
{
    /// <summary>A is the input, B is what is to be made of it.</summary>
    AtoB,

    /// <summary>B is the input.</summary>
    BtoA,
}

/// <summary>Whether images of both kinds belong together.</summary>
public enum Pairing
{
    /// <summary>As the layout has it, and where it leaves that open as the names have it.</summary>
    ByNames,

    /// <summary>Each input has its target.</summary>
    Paired,

    /// <summary>Inputs and targets are two sets, whose partners are not looked at in training.</summary>
    Unpaired,
}

/// <summary>What to load for the translation of images, and the shape to bring it to.</summary>
public sealed record PairOptions
{
    /// <summary>Words that name data without a file: <c>pairs:faces</c>, <c>pairs:faces-label</c>, <c>unpaired:faces</c> (which two colours may follow: <c>unpaired:faces:red:green</c>).</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = [.. PairLayoutRow.All.Where(row => row.IsBuiltIn).Select(row => row.Name)];

    /// <summary>
    /// Source, size, fit, faces, bad files and cache, as for any set. <see cref="ImageSetOptions.Size"/> is the size that images are stored at: for random crops larger than
    /// what a network sees (<see cref="StoredFor"/>). <see cref="ImageSetOptions.Channels"/> is not asked; see <see cref="InputChannels"/>.
    /// </summary>
    public required ImageSetOptions Data { get; init; }

    /// <summary>The layout; null: what the names of folders say.</summary>
    public PairLayout? Layout { get; init; }

    /// <summary>Which side is the input.</summary>
    public PairDirection Direction { get; init; }

    /// <summary>Whether pairs are wanted.</summary>
    public Pairing Pairing { get; init; }

    /// <summary>Channels of the input, 1 to 4; null: 1 where all are grey, otherwise 3. Maps of classes have one.</summary>
    public int? InputChannels { get; init; }

    /// <summary>Channels of the target.</summary>
    public int? TargetChannels { get; init; }

    /// <summary>Classes of maps, from 0 on; null: those that the maps have.</summary>
    public int? Classes { get; init; }

    /// <summary>The size to store images at, of which windows of a size are cut at random: larger by 286 / 256, as pix2pix has it (Isola et al. 2017).</summary>
    public static ImageSize StoredFor(ImageSize size) => new(Larger(size.Height), Larger(size.Width));

    private static int Larger(int side) => Math.Min(ImageSize.MaxSide, (int)Math.Round(side * 286.0 / 256));
}
