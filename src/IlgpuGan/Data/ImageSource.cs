using IlgpuGan.Data.Pairs;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Where images come from: a list of items in a fixed order, each of which can be read at any shape, from several threads.</summary>
internal abstract class ImageSource : IDisposable
{
    // A lossy WebP of grey pixels is off by one before it is scaled.
    private const int GreyTolerance = 1;

    /// <summary>Name for people.</summary>
    public abstract string Name { get; }

    /// <summary>The file or folder that is read, for people; known after <see cref="Prepare(IProgress{Work}, CancellationToken)"/>.</summary>
    public virtual string ReadFrom => Name;

    /// <summary>Everything outside the options that decides the images: paths, sizes and times of files. Cheap: nothing is opened for it.</summary>
    public abstract string Identity { get; }

    /// <summary>Number of items; known after <see cref="Prepare(IProgress{Work}, CancellationToken)"/>.</summary>
    public abstract int Count { get; }

    /// <summary>Channels when none are asked for.</summary>
    public virtual int DefaultChannels => 3;

    /// <summary>Whether <see cref="Identity"/> decides the images, so that a cache file may stand for them.</summary>
    public virtual bool CanBeCached => true;

    /// <summary>Opens and checks what is to be read; called once, and only when no cache file serves.</summary>
    public virtual void Prepare(IProgress<Work>? progress, CancellationToken cancellation) => Prepare(cancellation);

    /// <inheritdoc cref="Prepare(IProgress{Work}, CancellationToken)"/>
    public virtual void Prepare(CancellationToken cancellation)
    {
    }

    /// <summary>Says what is wrong with what is to be read as far as nothing need be unpacked for it; called instead of all else.</summary>
    public virtual void Probe(CancellationToken cancellation)
    {
    }

    /// <summary>Looks at the sizes of the items to choose one for all: of all of them, of some thousand, or the one of all; empty where none can be read.</summary>
    /// <param name="asked">The size that is asked for, or null; what is drawn can be drawn at any.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public abstract IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation);

    /// <summary>The size when none is asked for and the items are too small for the rule.</summary>
    /// <exception cref="ImagesTooSmallException">They are not taken so.</exception>
    public virtual ImageSize SizeOfSmall(ImageSize typical) => typical;

    /// <summary>What reading an item showed of it; null before, and where all items are opaque and of the one size that was measured.</summary>
    public virtual OriginalImage? Original(int index) => null;

    /// <summary>Whether an item, brought to three channels of a size, has a pixel that is not grey.</summary>
    public virtual bool HasColour(int index, ImageSize size, ImageFit fit) => DefaultChannels > 1;

    /// <summary>Looks at the items before they are read where the source itself decides the channels of an image; null where it does not.</summary>
    /// <param name="size">The size of an image.</param>
    /// <param name="fit">How images are brought to it.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Gives up.</param>
    public virtual int? Settle(ImageSize size, ImageFit fit, IProgress<Work>? progress, CancellationToken cancellation) => null;

    /// <summary>Name of an item in messages.</summary>
    public abstract string ItemName(int index);

    /// <summary>The most items that <see cref="Fetch"/> should be asked for at once.</summary>
    public virtual int MostAtOnce => int.MaxValue;

    /// <summary>Has items at hand that are read next; a source whose items lie one behind the other reads them in one go. While it runs nobody reads.</summary>
    public virtual void Fetch(int first, int count)
    {
    }

    /// <summary>Reads one item as [shape.Height, shape.Width, shape.Channels].</summary>
    /// <exception cref="ImageDecodeException">The item is bad and may be left out.</exception>
    public abstract void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination);

    /// <summary>Label columns of the items that were kept, in their order; a warning for labels that were found and not taken.</summary>
    public virtual IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings) => [];

    /// <summary>What images are made of that show two pictures each; null for plain ones.</summary>
    /// <param name="kept">The items that were kept, in their order.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="shape">The shape that they were brought to.</param>
    public virtual PairFacts? Facts(IReadOnlyList<int> kept, ImageSetOptions options, ImageShape shape) => null;

    public virtual void Dispose()
    {
    }

    /// <summary>What to say where images of many sizes are too small for the rule.</summary>
    protected ImagesTooSmallException TooSmall(ImageSize typical) => new(
        $"The images in '{Name}' are mostly {typical.Words} pixels, too small to train on as they are: "
        + $"sides of at least {ImageSetLoader.SmallestDefaultSide} were expected; give a size (--size 32) to enlarge them.");

    /// <summary>Whether an image, read in colour, is not all grey.</summary>
    protected bool ReadsInColour(int index, ImageSize size, ImageFit fit)
    {
        var shape = new ImageShape(size.Height, size.Width, 3);
        byte[] rgb = new byte[shape.Bytes];
        Read(index, shape, fit, rgb);
        return ShowsColour(rgb);
    }

    /// <summary>Whether RGB pixels, [pixels, 3], are not all grey.</summary>
    protected static bool ShowsColour(ReadOnlySpan<byte> rgb)
    {
        for (int i = 0; i < rgb.Length; i += 3)
        {
            var (red, green, blue) = (rgb[i], rgb[i + 1], rgb[i + 2]);
            if (Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) > GreyTolerance)
            {
                return true;
            }
        }

        return false;
    }
}
