using System.Collections.Concurrent;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Image files in a folder or a zip, sorted by their relative path (ordinal).</summary>
internal abstract class EncodedImageSource : ImageSource
{
    /// <summary>Bytes of the largest file that is read: room for an uncompressed picture of 64 megapixels.</summary>
    protected const long MaxFileBytes = 256L << 20;

    /// <summary>Files whose size is read to choose one for all; of larger sets every n-th.</summary>
    private const int MaxMeasured = 4096;

    /// <summary>Above this an image takes so much memory that one at a time must do, however many processors there are.</summary>
    private const long LargePixels = 16_000_000;

    // A lossy WebP of grey pixels is off by one before it is scaled.
    private const int GreyTolerance = 1;

    private readonly Lock oneLargeImage = new();
    private readonly ConcurrentDictionary<int, OriginalImage> seen = [];

    /// <summary>Relative paths of the images with <c>/</c> between their parts, in order.</summary>
    protected abstract IReadOnlyList<string> Paths { get; }

    public override int Count => Paths.Count;

    /// <summary>The bytes of an image file.</summary>
    /// <exception cref="ImageDecodeException">The file cannot be read.</exception>
    protected abstract byte[] ReadFile(int index);

    /// <summary>The text of StyleGAN's <c>dataset.json</c> with its name for messages, or null.</summary>
    protected abstract (string Name, byte[] Json)? ReadDatasetJson();

    public static bool IsImageName(string name) => Path.GetExtension(name).ToUpperInvariant() is
        ".PNG" or ".JPG" or ".JPEG" or ".JPE" or ".JFIF" or ".WEBP" or ".GIF" or ".BMP" or ".DIB";

    public override string ItemName(int index) => Paths[index];

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        byte[] file = ReadFile(index);
        var (height, width) = ImageDecoder.ReadSize(file);
        var size = new ImageSize(height, width);
        if (size.Pixels <= LargePixels)
        {
            Decode(index, size, file, shape, fit, destination);
            return;
        }

        lock (oneLargeImage)
        {
            Decode(index, size, file, shape, fit, destination);
        }
    }

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<LoadProgress>? progress, CancellationToken cancellation)
    {
        int measured = Math.Min(Count, MaxMeasured);
        var sizes = new ImageSize?[measured];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        const int Block = 256;
        for (int first = 0; first < measured; first += Block)
        {
            int end = Math.Min(first + Block, measured);
            Parallel.For(first, end, parallel, i => sizes[i] = SizeOrNull((int)((long)i * Count / measured)));
            progress?.Report(new LoadProgress(LoadPhase.Measuring, end, measured));
        }

        return [.. sizes.OfType<ImageSize>()];
    }

    public override ImageSize SizeOfSmall(ImageSize typical) => throw new ImagesTooSmallException(
        $"The images in '{Name}' are mostly {typical.Words} pixels, too small to train on as they are: "
        + $"sides of at least {ImageSetLoader.SmallestDefaultSide} were expected; give a size (--size 32) to enlarge them.");

    public override OriginalImage? Original(int index) => seen.TryGetValue(index, out OriginalImage image) ? image : null;

    public override bool HasColour(int index, ImageSize size, ImageFit fit)
    {
        if (ImageDecoder.ReadHeader(ReadFile(index)).Channels <= 2)
        {
            return false;
        }

        var shape = new ImageShape(size.Height, size.Width, 3);
        byte[] rgb = new byte[shape.Bytes];
        Read(index, shape, fit, rgb);
        for (int i = 0; i < rgb.Length; i += shape.Channels)
        {
            var (red, green, blue) = (rgb[i], rgb[i + 1], rgb[i + 2]);
            if (Math.Max(red, Math.Max(green, blue)) - Math.Min(red, Math.Min(green, blue)) > GreyTolerance)
            {
                return true;
            }
        }

        return false;
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        string[] paths = [.. kept.Select(index => Paths[index])];
        LabelColumn? column = ReadDatasetJson() is var (name, json)
            ? DatasetJson.Labels(name, json, paths, warnings)
            : FolderLabels.Of(paths, warnings);
        return column is null ? [] : [column];
    }

    private void Decode(int index, ImageSize size, byte[] file, ImageShape shape, ImageFit fit, Span<byte> destination) =>
        seen[index] = new OriginalImage(size, ImageDecoder.Decode(file, shape, fit, destination).IsTransparent);

    // One that is bad is left out here, too: decoding will find the same and say it with the list of files.
    private ImageSize? SizeOrNull(int index)
    {
        try
        {
            ImageHeader header = ImageDecoder.ReadHeader(ReadFile(index));
            return new ImageSize(header.Height, header.Width);
        }
        catch (ImageDecodeException)
        {
            return null;
        }
    }
}
