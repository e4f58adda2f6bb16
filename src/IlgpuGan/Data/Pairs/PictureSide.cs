using System.Collections.Concurrent;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>The pictures of one side of pairs: whole files.</summary>
/// <param name="tree">What holds them.</param>
/// <param name="files">The files.</param>
/// <param name="isGrey">Whether their colours are not looked at.</param>
internal sealed class PictureSide(FileTree tree, IReadOnlyList<TreeFile> files, bool isGrey) : ImageSource
{
    private readonly Lock oneLargeImage = new();
    private readonly ImageRemarks remarks = new();
    private readonly ConcurrentDictionary<int, OriginalImage> seen = [];

    public override string Name => tree.Name;

    public override string Identity => tree.Identity;

    public override int Count => files.Count;

    public override int DefaultChannels => isGrey ? 1 : 3;

    public override string ItemName(int index) => files[index].Path;

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) => Measured(Count, SizeOf, progress, cancellation);

    public override ImageSize SizeOfSmall(ImageSize typical) => throw TooSmall(typical);

    public override OriginalImage? Original(int index) => seen.TryGetValue(index, out OriginalImage image) ? image : null;

    public override bool HasColour(int index, ImageSize size, ImageFit fit) =>
        !isGrey && ImageDecoder.ReadHeader(tree.Read(files[index])).Channels > 2 && ReadsInColour(index, size, fit);

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        byte[] file = tree.Read(files[index]);
        var (height, width) = ImageDecoder.ReadSize(file);
        var size = new ImageSize(height, width);
        using Lock.Scope turn = size.Pixels > EncodedImageSource.LargePixels ? oneLargeImage.EnterScope() : default;
        ImageFacts facts = ImageDecoder.Decode(file, shape, fit, destination);
        remarks.Add(index, facts);
        seen[index] = new OriginalImage(size, facts.IsTransparent);
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks.Of(Name, ItemName));
        return [];
    }

    /// <summary>The sizes of as many items as are measured, without those that are bad.</summary>
    internal static IReadOnlyList<ImageSize> Measured(int count, Func<int, ImageSize> sizeOf, IProgress<Work>? progress, CancellationToken cancellation)
    {
        const int Block = 256;
        int[] indices = EncodedImageSource.MeasuredOf(count);
        var sizes = new ImageSize?[indices.Length];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int first = 0; first < sizes.Length; first += Block)
        {
            int end = Math.Min(first + Block, sizes.Length);
            Parallel.For(first, end, parallel, i =>
            {
                try
                {
                    sizes[i] = sizeOf(indices[i]);
                }
                catch (ImageDecodeException)
                {
                    // Reading will find the same and say it.
                }
            });
            progress?.Report(new Work(WorkKind.Measuring, end, sizes.Length));
        }

        return [.. sizes.OfType<ImageSize>()];
    }

    private ImageSize SizeOf(int index)
    {
        ImageHeader header = ImageDecoder.ReadHeader(tree.Read(files[index]));
        return new ImageSize(header.Height, header.Width);
    }
}
