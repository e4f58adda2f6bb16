using System.Globalization;
using IlgpuGan.Data.Labelling;
using IlgpuGan.Devices;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>
/// The images of a sequence: brought to their size as they come where one is asked for, else held as they are until one is chosen. Each is let go when it is
/// read, so that the set and what it is made of lie in memory beside each other only in part.
/// </summary>
/// <param name="images">The sequence.</param>
/// <param name="options">What was asked for.</param>
/// <param name="free">Bytes of memory that may be taken now.</param>
internal sealed class SequenceSource(ImageSequence images, ImageSetOptions options, Func<long> free) : ImageSource
{
    /// <summary>Bytes from one question after the machine's memory to the next, and what is left alone of it.</summary>
    internal const long MemoryStep = 32 << 20;

    private const int ItemsPerProcessor = 4;

    private readonly Lock oneLargeImage = new();
    private readonly ImageRemarks remarks = new();
    private readonly List<Item> items = [];
    private bool isColoured;
    private long taken, asked;

    public override string Name => images.Name;

    // Nothing tells one sequence from another before it has been gone through.
    public override bool CanBeCached => false;

    public override string Identity => images.Source;

    public override int Count => items.Count;

    public override string ItemName(int index) => items[index].Name;

    public override void Prepare(IProgress<Work>? progress, CancellationToken cancellation)
    {
        var block = new List<SourceImage>();
        foreach (SourceImage? image in images.Begin(cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            block.Add(image ?? throw new ArgumentException($"Image {items.Count + block.Count} of '{Name}' is null."));
            Take(image.Bytes);
            if (block.Count == Environment.ProcessorCount * ItemsPerProcessor)
            {
                Accept(block, progress, cancellation);
            }
        }

        Accept(block, progress, cancellation);
        if (Count == 0)
        {
            throw new SourceUnsupportedException($"'{Name}' has no images: the sequence that was handed over is empty; hand over at least one.");
        }
    }

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) =>
        [.. EncodedImageSource.MeasuredOf(Count).Select(index => items[index]).Where(item => item.IsMeasured).Select(item => item.Size)];

    public override ImageSize SizeOfSmall(ImageSize typical) => throw TooSmall(typical);

    public override OriginalImage? Original(int index) => items[index].Original;

    public override bool HasColour(int index, ImageSize size, ImageFit fit)
    {
        Item item = Sound(index);
        return item.Image is { } image ? image.ReadShape().Channels > 2 && ShowsColour(Decoded(item, image, new ImageShape(size.Height, size.Width, 3), fit)) : item.IsColoured;
    }

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        Item item = Sound(index);
        if (item.Image is { } image)
        {
            Decode(item, image, shape, fit, destination);
        }
        else
        {
            (shape.Channels == 1 && item.Grey is not null ? item.Grey : item.Pixels ?? throw new InvalidOperationException($"{item.Name} was read already.")).CopyTo(destination);
        }

        (item.Image, item.Pixels, item.Grey) = (null, null, null);
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        warnings.AddRange(remarks.Of(Name, ItemName));
        string[] names = [.. kept.SelectMany(index => items[index].Labels.Keys).Distinct()];
        return [.. names.Select(name => Column(name, [.. kept.Select(index => LabelOf(items[index], name))]))];
    }

    private void Accept(List<SourceImage> block, IProgress<Work>? progress, CancellationToken cancellation)
    {
        Item[] next = [.. block.Select((image, i) => new Item(image.Name ?? string.Create(CultureInfo.InvariantCulture, $"image {items.Count + i}"), image))];
        block.Clear();
        if (options.Size is { } size)
        {
            int channels = options.Channels ?? (isColoured ? 3 : 4);
            Take((long)next.Length * size.Pixels * channels);
        }

        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, next.Length, parallel, i => Look(items.Count + i, next[i]));
        items.AddRange(next);
        taken -= next.Sum(item => item.Let);
        if (!isColoured && next.Any(item => item.IsColoured))
        {
            isColoured = true;
            items.ForEach(item => item.Grey = null);
        }

        progress?.Report(new Work(WorkKind.Receiving, items.Count, items.Count));
    }

    /// <summary>Measures an image, and brings it to the size that is asked for. Where channels are not, in colour, and in grey so long as none has shown any.</summary>
    private void Look(int index, Item item)
    {
        item.Index = index;
        try
        {
            ImageShape own = item.Image!.ReadShape();
            (item.Size, item.IsMeasured) = (new ImageSize(own.Height, own.Width), true);
            if (options.Size is not { } size)
            {
                return;
            }

            item.Pixels = Decoded(item, item.Image, new ImageShape(size.Height, size.Width, options.Channels ?? 3), options.Fit);
            item.IsColoured = options.Channels is null && own.Channels > 2 && ShowsColour(item.Pixels);
            if (options.Channels is null && !isColoured && !item.IsColoured)
            {
                item.Grey = Decoded(item, item.Image, new ImageShape(size.Height, size.Width, 1), options.Fit);
            }

            (item.Let, item.Image) = (item.Image.Bytes, null);
        }
        catch (ImageDecodeException e)
        {
            (item.Failure, item.Image) = (e.Message, null);
        }
    }

    private byte[] Decoded(Item item, SourceImage image, ImageShape shape, ImageFit fit)
    {
        byte[] pixels = new byte[shape.Bytes];
        Decode(item, image, shape, fit, pixels);
        return pixels;
    }

    private void Decode(Item item, SourceImage image, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        using Lock.Scope turn = item.Size.Pixels > EncodedImageSource.LargePixels ? oneLargeImage.EnterScope() : default;
        ImageFacts facts = image.Decode(shape, fit, destination);
        remarks.Add(item.Index, facts);
        item.Original = new OriginalImage(item.Size, facts.IsTransparent);
    }

    private Item Sound(int index) => items[index].Failure is { } failure ? throw new ImageDecodeException(failure) : items[index];

    /// <summary>Counts what is held, and asks the machine before much more is.</summary>
    private void Take(long bytes)
    {
        taken += bytes;
        if (taken - asked < MemoryStep)
        {
            return;
        }

        asked = taken;
        if (free() is var left && left < MemoryStep + bytes)
        {
            throw new TooLittleMemoryException(string.Create(CultureInfo.InvariantCulture,
                $"There is not enough memory for the images of '{Name}': the first {items.Count} take {taken >> 20} MiB, and {left >> 20} MiB are left; "
                + $"{(options.Size is null ? "give a --size, so that each is brought to it as it comes" : "give a smaller --size")}, or hand over fewer."));
        }
    }

    private static string? TextOf(Item item, string name) => item.Labels.GetValueOrDefault(name) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private string LabelOf(Item item, string name) => TextOf(item, name)
        ?? throw new DataOptionException($"{item.Name} of '{Name}' has no label '{name}', though others have; label each image in the same columns, or none.");

    // A program says what is a label: however many different ones there are, they are classes.
    private LabelColumn Column(string name, IReadOnlyList<string> texts)
    {
        if (LabelColumns.OfTexts(name, texts) is { } column)
        {
            return column;
        }

        string[] values = [.. texts.Distinct().Order(StringComparer.Ordinal)];
        return values.Length <= LabelColumns.MaxClass
            ? new LabelColumn(name, values, [.. texts.Select(text => Array.BinarySearch(values, text, StringComparer.Ordinal))])
            : throw new DataOptionException(string.Create(CultureInfo.InvariantCulture, $"The label '{name}' of '{Name}' has {values.Length} different values, where at most "
                + $"{LabelColumns.MaxClass} are classes; leave it out."));
    }

    private sealed class Item(string name, SourceImage image)
    {
        public string Name { get; } = name;

        public IReadOnlyDictionary<string, string> Labels { get; } = image.Labels;

        public int Index { get; set; }

        public ImageSize Size { get; set; }

        public bool IsMeasured { get; set; }

        public OriginalImage? Original { get; set; }

        public string? Failure { get; set; }

        public bool IsColoured { get; set; }

        /// <summary>Bytes of the image as it came, where they are held no longer.</summary>
        public long Let { get; set; }

        /// <summary>The image as it came; null when it has been brought to its shape.</summary>
        public SourceImage? Image { get; set; } = image;

        public byte[]? Pixels { get; set; }

        public byte[]? Grey { get; set; }
    }
}
