using System.Collections.Concurrent;
using IlgpuGan.Data.Files;
using IlgpuGan.Data.Labelling;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Image files of a tree, sorted by their path (ordinal).</summary>
internal sealed class EncodedImageSource(FileTree tree, TrainingPart part) : ImageSource
{
    /// <summary>Files whose size is read to choose one for all; of larger sets every n-th.</summary>
    private const int MaxMeasured = 4096;

    /// <summary>Above this an image takes so much memory that one at a time must do, however many processors there are.</summary>
    internal const long LargePixels = 16_000_000;

    private readonly Lock oneLargeImage = new();
    private readonly ImageRemarks remarks = new();
    private readonly ConcurrentDictionary<int, OriginalImage> seen = [];

    public override string Name => tree.Name;

    public override string ReadFrom => part.Folder is { } folder ? $"{tree.Name}/{folder}" : tree.Name;

    public override string Identity => tree.Identity;

    public override int Count => part.Images.Count;

    public override string ItemName(int index) => part.Images[index].File.Path;

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

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation)
    {
        int[] indices = MeasuredOf(Count);
        int measured = indices.Length;
        var sizes = new ImageSize?[measured];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        const int Block = 256;
        for (int first = 0; first < measured; first += Block)
        {
            int end = Math.Min(first + Block, measured);
            Parallel.For(first, end, parallel, i => sizes[i] = SizeOrNull(indices[i]));
            progress?.Report(new Work(WorkKind.Measuring, end, measured));
        }

        return [.. sizes.OfType<ImageSize>()];
    }

    /// <summary>Which of so many images are measured.</summary>
    internal static int[] MeasuredOf(int count)
    {
        int measured = Math.Min(count, MaxMeasured);
        return [.. Enumerable.Range(0, measured).Select(i => (int)((long)i * count / measured))];
    }

    public override ImageSize SizeOfSmall(ImageSize typical) => throw TooSmall(typical);

    public override OriginalImage? Original(int index) => seen.TryGetValue(index, out OriginalImage image) ? image : null;

    public override bool HasColour(int index, ImageSize size, ImageFit fit)
    {
        if (ImageDecoder.ReadHeader(ReadFile(index)).Channels <= 2)
        {
            return false;
        }

        return ReadsInColour(index, size, fit);
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks.Of(Name, ItemName));
        return ImageLabels.Of(tree, part, [.. kept.Select(index => part.Images[index])], warnings);
    }

    private byte[] ReadFile(int index) => tree.Read(part.Images[index].File);

    private void Decode(int index, ImageSize size, byte[] file, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        ImageFacts facts = ImageDecoder.Decode(file, shape, fit, destination);
        remarks.Add(index, facts);
        seen[index] = new OriginalImage(size, facts.IsTransparent);
    }

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
