namespace IlgpuGan.Generation;

/// <summary>How images are translated.</summary>
public sealed record TranslationWish
{
    /// <summary>The usual side of tiles: a gigabyte or two of memory for the published networks.</summary>
    public const int DefaultTile = 1024;

    /// <summary>Images of a folder or archive that may fail to decode, unless another number is asked for.</summary>
    internal const int DefaultMaxBadFiles = 10;

    /// <summary>The largest side of tiles: of larger ones, features could not be counted.</summary>
    internal const int LargestTile = 4096;

    /// <summary>
    /// Pixels of a side above which an image is translated in tiles of that side, or of the multiple below it that the network takes. Tiles lie over each other as far as the network looks
    /// around a pixel and are blended there, so that no seam is seen; normalisation by instance sees a tile where it would have seen the whole.
    /// </summary>
    public int Tile { get; init; } = DefaultTile;

    /// <summary>What images are to become, such as <c>hair=blue</c>, for a run that translates between labels; null for others.</summary>
    public string? Label { get; init; }

    /// <summary>Whether what is transparent in an image is left opaque; else its alpha is put on what was drawn, where that has none of its own.</summary>
    public bool IsOpaque { get; init; }
}
