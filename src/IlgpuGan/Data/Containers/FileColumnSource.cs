using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Containers;

/// <summary>Image files as rows of containers.</summary>
internal sealed class FileColumnSource(string name, string readFrom, string identity, ContainerRows rows) : ContainerSource(name, readFrom, identity, rows)
{
    private readonly Lock oneLargeImage = new();
    private readonly ImageRemarks remarks = new();
    private readonly OriginalImage?[] seen = new OriginalImage?[rows.Count];

    // Some from each place where reading may begin: of a row in the midst all before it would have to be read.
    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation)
    {
        const int MostMeasured = 4096;
        var sizes = new List<ImageSize>();
        int[] starts = [.. Rows.Files.SelectMany(file => file.Starts)];
        int step = (starts.Length + MostMeasured - 1) / MostMeasured;
        int[] taken = [.. starts.Where((_, i) => i % step == 0)];
        int each = Math.Max(1, MostMeasured / taken.Length);
        for (int i = 0; i < taken.Length; i++)
        {
            int place = Array.BinarySearch(starts, taken[i]);
            int end = Math.Min(place + 1 < starts.Length ? starts[place + 1] : Count, taken[i] + each);
            for (int first = taken[i]; first < end; first += MostAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                int count = Math.Min(MostAtOnce, end - first);
                Fetch(first, count);
                sizes.AddRange(Enumerable.Range(first, count).Select(SizeOrNull).OfType<ImageSize>());
            }

            progress?.Report(new Work(WorkKind.Measuring, i + 1, taken.Length));
        }

        return sizes;
    }

    public override ImageSize SizeOfSmall(ImageSize typical) => throw TooSmall(typical);

    public override OriginalImage? Original(int index) => seen[index];

    public override bool HasColour(int index, ImageSize size, ImageFit fit)
    {
        if (ImageDecoder.ReadHeader(RowOf(index).Span).Channels <= 2)
        {
            return false;
        }

        return ReadsInColour(index, size, fit);
    }

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        ReadOnlySpan<byte> file = RowOf(index).Span;
        var (height, width) = ImageDecoder.ReadSize(file);
        var size = new ImageSize(height, width);
        if (size.Pixels <= EncodedImageSource.LargePixels)
        {
            Decode(index, size, file, shape, fit, destination);
            return;
        }

        lock (oneLargeImage)
        {
            Decode(index, size, file, shape, fit, destination);
        }
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks.Of(Name, ItemName));
        return base.Labels(kept, warnings);
    }

    private void Decode(int index, ImageSize size, ReadOnlySpan<byte> file, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        ImageFacts facts = ImageDecoder.Decode(file, shape, fit, destination);
        remarks.Add(index, facts);
        seen[index] = new OriginalImage(size, facts.IsTransparent);
    }

    // Decoding will find the same, and say it with the list of bad rows.
    private ImageSize? SizeOrNull(int index)
    {
        try
        {
            ImageHeader header = ImageDecoder.ReadHeader(RowOf(index).Span);
            return new ImageSize(header.Height, header.Width);
        }
        catch (ImageDecodeException)
        {
            return null;
        }
    }
}
