using System.Text.Json.Serialization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>What to load and the shape to bring it to.</summary>
public sealed record ImageSetOptions
{
    /// <summary>Names of the data that needs no file; a folder of such a name is written <c>./faces</c>.</summary>
    public static IReadOnlyList<string> BuiltIn { get; } = ["faces", "ring", "grid"];

    /// <summary>Side of the drawn faces when no size is given, in pixels.</summary>
    public const int DefaultFaceSize = 48;

    /// <summary>Number of drawn faces when no count is given: at 0.85 ms each (48 px, one core) two cores draw them in a third of a second.</summary>
    public const int DefaultFaceCount = 768;

    /// <summary>
    /// <c>faces</c> for the built-in drawn faces; a folder, zip or tar (plain or gzip, WebDataset's shards too) of images, of IDX files or of
    /// CIFAR-10's or CIFAR-100's binary files; npz, npy, and, with their packages beside the program, Parquet and HDF5;
    /// or one of those files, or several as a list or a pattern. A folder that is itself called faces is written <c>./faces</c>.
    /// Of a set in parts the training part is taken; what was taken and left out is in <see cref="ImageSet.Summary"/>.
    /// <c>stack3:</c> before an IDX file or its folder makes three of its images, picked at random, the red, green and blue of one.
    /// </summary>
    public required string Source { get; init; }

    /// <summary>Images that the program itself hands over, in place of <see cref="Source"/>; see <see cref="Of"/>. Null for those of the source.</summary>
    [JsonIgnore]
    public ImageSequence? Images { get; init; }

    /// <summary>
    /// Size of the images. Default: what a <see cref="SizeRule"/> makes of the images' own; for faces <see cref="DefaultFaceSize"/>.
    /// </summary>
    public ImageSize? Size { get; init; }

    /// <summary>1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha. Default: 1 where all images are grey, otherwise 3. Without an alpha channel images are put on white.</summary>
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

    /// <summary>Whether decoded images are kept in, and taken from, a cache file; those that a program hands over never are.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Folder of the cache files; null: the sub-folder <c>ilgpugan/data</c> of the user's cache folder.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Bytes that all cache files together may take; beyond it those unused longest are deleted.</summary>
    public long CacheLimitBytes { get; init; } = 10L << 30;

    /// <summary>Whether points could have been named in place of images: then what is said of a source that is none names them, too.</summary>
    internal bool OrPoints { get; init; }

    /// <summary>Images that the program itself hands over.</summary>
    public static ImageSetOptions Of(ImageSequence images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new() { Source = images.Source, Images = images };
    }
}
