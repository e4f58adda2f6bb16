using System.Globalization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>What to load and the shape to bring it to.</summary>
public sealed record ImageSetOptions
{
    /// <summary>Side of the drawn faces when no size is given, in pixels.</summary>
    public const int DefaultFaceSize = 48;

    /// <summary>Number of drawn faces when no count is given: at 0.85 ms each (48 px, one core) two cores draw them in a third of a second.</summary>
    public const int DefaultFaceCount = 768;

    /// <summary>
    /// <c>faces</c> for the built-in drawn faces; a folder, zip or tar (plain or gzip, WebDataset's shards too) of images, of IDX files or of
    /// CIFAR-10's or CIFAR-100's binary files; or one of those files. A folder that is itself called faces is written <c>./faces</c>.
    /// Of a set in parts the training part is taken; what was taken and left out is in <see cref="ImageSet.Summary"/>.
    /// <c>stack3:</c> before an IDX file or its folder makes three of its images, picked at random, the red, green and blue of one.
    /// </summary>
    public required string Source { get; init; }

    /// <summary>
    /// Size of the images. Default: for folders and zips the most common size of the images, see <see cref="ImageSetLoader.DefaultSize"/>;
    /// for IDX and CIFAR-10 that of the file; for faces <see cref="DefaultFaceSize"/>.
    /// </summary>
    public ImageSize? Size { get; init; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. Default: 1 for IDX, otherwise 3. Without an alpha channel images are put on white.</summary>
    public int? Channels { get; init; }

    /// <summary>How an image of another shape is brought to the size.</summary>
    public ImageFit Fit { get; init; } = ImageFit.Crop;

    /// <summary>Number of drawn faces; other sources ignore it.</summary>
    public int FaceCount { get; init; } = DefaultFaceCount;

    /// <summary>Seed of the drawn faces; other sources ignore it.</summary>
    public ulong FaceSeed { get; init; } = 1;

    /// <summary>Number of stacks that <c>stack3:</c> makes; other sources ignore it. The default is as many as the MNIST family has images.</summary>
    public int StackCount { get; init; } = 60_000;

    /// <summary>Seed of the stacks; other sources ignore it.</summary>
    public ulong StackSeed { get; init; } = 1;

    /// <summary>Files that may fail to decode and be left out; with one more the load stops and lists them.</summary>
    public int MaxBadFiles { get; init; } = 10;

    /// <summary>Whether decoded images are kept in, and taken from, a cache file.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Folder of the cache files; null: the sub-folder <c>ilgpugan/data</c> of the user's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Bytes that all cache files together may take; beyond it those unused longest are deleted.</summary>
    public long CacheLimitBytes { get; init; } = 10L << 30;
}

/// <summary>Height and width of an image in pixels.</summary>
public readonly record struct ImageSize(int Height, int Width)
{
    /// <summary>Longest side that is read, drawn or trained: above it a single image would no longer fit a batch anywhere.</summary>
    public const int MaxSide = 4096;

    /// <summary>Reads <c>64</c> (square) or <c>48x64</c> (height x width); sides from 1 to <see cref="MaxSide"/>.</summary>
    public static bool TryParse(string? text, out ImageSize size)
    {
        size = default;
        string[] sides = (text ?? "").Split('x', 'X');
        if (sides.Length > 2 || !TrySide(sides[0], out int height) || !TrySide(sides[^1], out int width))
        {
            return false;
        }

        size = new ImageSize(height, width);
        return true;

        static bool TrySide(string side, out int value) =>
            int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= 1 and <= MaxSide;
    }

    /// <summary>Height x width, as <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}x{Width}");
}
