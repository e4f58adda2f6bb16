using IlgpuGan.Imaging;
using SkiaSharp;

namespace IlgpuGan.Data;

/// <summary>
/// Images that a program hands over in place of a file or folder. The sequence is gone through once, from its first image to its last, each time a set of
/// it is loaded (once by a run, and once more by each that goes on), on the thread that loads, and need not be in memory: with <see cref="ImageSetOptions.Size"/>
/// each image is brought to it as it comes, without it all are held until the size that suits them is known. A run can go on only with the same images
/// in the same order.
/// </summary>
/// <example><code>
/// var pets = new ImageSequence("pets", bitmaps);
/// var rows = new ImageSequence("rows", database.Select(row => SourceImage.FromFile(row.Jpeg) with { Label = row.Species }));
/// </code></example>
public sealed class ImageSequence
{
    private const string Prefix = "memory:";

    private readonly Func<CancellationToken, IEnumerable<SourceImage?>> begin;

    private ImageSequence(string name, Func<CancellationToken, IEnumerable<SourceImage?>> begin)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        (Name, this.begin) = (name, begin);
    }

    /// <summary>A sequence of images with or without labels.</summary>
    /// <param name="name">Name for people, as a folder would have one.</param>
    /// <param name="images">At least one image; an exception that it throws ends the loading and is the caller's.</param>
    public ImageSequence(string name, IEnumerable<SourceImage> images)
        : this(name, _ => images) => ArgumentNullException.ThrowIfNull(images);

    /// <summary>A sequence whose images come one by one from elsewhere; the thread that loads waits for each.</summary>
    /// <inheritdoc cref="ImageSequence(string, IEnumerable{SourceImage})"/>
    public ImageSequence(string name, IAsyncEnumerable<SourceImage> images)
        : this(name, images.ToBlockingEnumerable) => ArgumentNullException.ThrowIfNull(images);

    /// <summary>A sequence of bitmaps without labels, which the caller keeps; each may be disposed of when the next is asked for.</summary>
    /// <param name="name">Name for people, as a folder would have one.</param>
    /// <param name="bitmaps">At least one bitmap.</param>
    public ImageSequence(string name, IEnumerable<SKBitmap> bitmaps)
        : this(name, (bitmaps ?? throw new ArgumentNullException(nameof(bitmaps))).Select(SourceImage.FromBitmap))
    {
    }

    /// <summary>Name for people.</summary>
    public string Name { get; }

    /// <summary>What <see cref="ImageSetOptions.Source"/> says of it: a run remembers that its images came from a program.</summary>
    internal string Source => Prefix + Name;

    /// <summary>Begins with the first image.</summary>
    internal IEnumerable<SourceImage?> Begin(CancellationToken cancellation) => begin(cancellation);

    /// <summary>Throws where a source is of images that a program had, and none are handed over.</summary>
    /// <exception cref="SourceUnavailableException">It is.</exception>
    internal static void CheckIsElsewhere(string source)
    {
        if (source.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new SourceUnavailableException(
                $"The images '{source[Prefix.Length..]}' were handed over by a program and lie in no file; do this in that program, or give a folder of the same images.");
        }
    }
}
