using IlgpuGan.Data.Files;
using IlgpuGan.Data.Labelling;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Image files of a tree, sorted by their path (ordinal).</summary>
internal sealed class EncodedImageSource(FileTree tree, TrainingPart part) : ImageSource
{
    /// <summary>Files whose size is read to find the most common one; of larger sets every n-th.</summary>
    private const int MaxMeasured = 4096;

    /// <summary>Above this an image takes so much memory that one at a time must do, however many processors there are.</summary>
    private const long LargePixels = 16_000_000;

    private readonly Lock oneLargeImage = new();
    private readonly ImageRemarks remarks = new();

    public override string Name => tree.Name;

    public override string ReadFrom => part.Folder is { } folder ? $"{tree.Name}/{folder}" : tree.Name;

    public override string Identity => tree.Identity;

    public override int Count => part.Images.Count;

    public override string ItemName(int index) => part.Images[index].File.Path;

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        byte[] file = ReadFile(index);
        var (height, width) = ImageDecoder.ReadSize(file);
        if ((long)height * width <= LargePixels)
        {
            remarks.Add(index, ImageDecoder.Decode(file, shape, fit, destination));
            return;
        }

        lock (oneLargeImage)
        {
            remarks.Add(index, ImageDecoder.Decode(file, shape, fit, destination));
        }
    }

    public override ImageSize DefaultSize(IProgress<LoadProgress>? progress, CancellationToken cancellation)
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

        // All bad: decoding will find the same and say it with the list of files.
        ImageSize common = sizes.OfType<ImageSize>().GroupBy(size => size)
            .OrderByDescending(group => group.Count())
            .ThenByDescending(group => (long)group.Key.Height * group.Key.Width)
            .ThenByDescending(group => group.Key.Width)
            .Select(group => group.Key)
            .FirstOrDefault(new ImageSize(ImageSetLoader.SmallestDefaultSide, ImageSetLoader.SmallestDefaultSide));
        return ImageSetLoader.DefaultSize(common) ?? throw new ImagesTooSmallException(
            $"The images in '{Name}' are mostly {common.Height} x {common.Width} pixels (height x width), too small to train on as they are: "
            + $"sides of at least {ImageSetLoader.SmallestDefaultSide} were expected; give a size (--size 32) to enlarge them.");
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks.Of(Name, ItemName));
        return ImageLabels.Of(tree, part.Images, [.. kept.Select(index => part.Images[index])], warnings);
    }

    private byte[] ReadFile(int index) => tree.Read(part.Images[index].File);

    private ImageSize? SizeOrNull(int index)
    {
        try
        {
            var (height, width) = ImageDecoder.ReadSize(ReadFile(index));
            return new ImageSize(height, width);
        }
        catch (ImageDecodeException)
        {
            return null;
        }
    }
}
