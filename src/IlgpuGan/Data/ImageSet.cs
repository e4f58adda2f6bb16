using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Data.Pairs;

namespace IlgpuGan.Data;

/// <summary>
/// Images of one shape as bytes, layout [Count, Height, Width, Channels], with optional labels. The bytes lie in
/// memory or in a mapped cache file, so a set may be larger than 2 GB. Reading is safe from several threads; dispose when all have ended.
/// </summary>
public sealed class ImageSet : IDisposable
{
    private readonly PixelStore pixels;

    internal ImageSet(ImageSetDescription description, PixelStore pixels)
    {
        Description = description;
        this.pixels = pixels;
        Labels = [.. description.Labels.Where(column => !column.OnlyNumbers)];
        Fingerprint = FingerprintOf(description);
    }

    /// <summary>Most channels of an image: two pictures of RGB and alpha.</summary>
    public const int MostChannels = 8;

    /// <summary>Name for people: <c>faces</c>, or the last part of the source's path.</summary>
    public string Name => Description.Name;

    /// <summary>Number of images, at least 1.</summary>
    public int Count => Description.Count;

    /// <summary>Rows of an image, in pixels.</summary>
    public int Height => Description.Height;

    /// <summary>Columns of an image, in pixels.</summary>
    public int Width => Description.Width;

    /// <summary>
    /// 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (alpha is straight, not multiplied into the colour); of pairs (<see cref="Pairs.PairSet"/>) those of the input, then
    /// those of the target, up to <see cref="MostChannels"/>.
    /// </summary>
    public int Channels => Description.Channels;

    /// <summary>Label columns, possibly none.</summary>
    public IReadOnlyList<LabelColumn> Labels { get; }

    /// <summary>The columns of <see cref="Labels"/>, and those that only number the images, which are labels only to who asks for them by name.</summary>
    public IReadOnlyList<LabelColumn> NamedLabels => Description.Labels;

    /// <summary>Files that could not be decoded and were left out, in the order of their paths.</summary>
    public IReadOnlyList<SkippedFile> SkippedFiles => Description.SkippedFiles;

    /// <summary>Sentences the user should see: what was left out and why, labels that were not taken, a cache that could not be used.</summary>
    public IReadOnlyList<string> Warnings { get; internal init; } = [];

    /// <summary>What was taken, from where, and what was left out; its remarks are those of <see cref="Warnings"/> that belong to the data.</summary>
    public ImageSetSummary Summary => new(Description.Source ?? Name, Count, [.. Labels.Select(LabelSummary.Of)], Description.Warnings)
    {
        Originals = Originals,
        Numbered = NamedLabels.Where(column => column.OnlyNumbers).Select(LabelSummary.Of).FirstOrDefault(),
    };

    /// <summary>What the images were like before they were brought to one shape; null for a set that was made of bytes.</summary>
    public OriginalImages? Originals { get; private set; }

    /// <summary>Whether the pixels came from the cache of an earlier run.</summary>
    public bool FromCache { get; internal init; }

    /// <summary>128 bits of the hash of pixels, shape and labels in hexadecimal: equal for equal data, wherever it was read from.</summary>
    public string Fingerprint { get; }

    /// <summary>Bytes of one image: Height * Width * Channels.</summary>
    public int BytesPerImage => Height * Width * Channels;

    /// <summary>Bytes of all images.</summary>
    public long Bytes => (long)Count * BytesPerImage;

    internal ImageSetDescription Description { get; }

    /// <summary>A set made of bytes at hand; for tests and for data that no loader knows.</summary>
    /// <param name="name">Name for people.</param>
    /// <param name="height">Rows of an image.</param>
    /// <param name="width">Columns of an image.</param>
    /// <param name="channels">1 to <see cref="MostChannels"/>.</param>
    /// <param name="pixels">[Count, height, width, channels], at least one image; copied.</param>
    /// <param name="labels">Label columns with one value per image.</param>
    /// <exception cref="ArgumentException">The bytes are not a whole number of images, or a label column has another length.</exception>
    public static ImageSet FromBytes(
        string name, int height, int width, int channels, ReadOnlySpan<byte> pixels, IReadOnlyList<LabelColumn>? labels = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(channels, MostChannels);
        int bytesPerImage = checked(height * width * channels);
        if (pixels.IsEmpty || pixels.Length % bytesPerImage != 0)
        {
            throw new ArgumentException($"{pixels.Length} bytes are not one or more images of {bytesPerImage} bytes.", nameof(pixels));
        }

        int count = pixels.Length / bytesPerImage;
        foreach (LabelColumn column in labels ?? [])
        {
            if (column.Values.Count != count)
            {
                throw new ArgumentException($"Label column '{column.Name}' has {column.Values.Count} values for {count} images.", nameof(labels));
            }
        }

        var store = new ChunkedPixels(bytesPerImage, count);
        store.Append(pixels);
        var description = new ImageSetDescription
        {
            Name = name,
            Count = count,
            Height = height,
            Width = width,
            Channels = channels,
            Labels = labels ?? [],
            PixelHash = Convert.ToHexString(SHA256.HashData(pixels)),
        };
        return new ImageSet(description, store);
    }

    /// <summary>The bytes of one image, [Height, Width, Channels]; valid until the set is disposed.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is not below <see cref="Count"/>.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return pixels.Slice((long)index * BytesPerImage, BytesPerImage);
    }

    /// <summary>Copies bytes of [Count, Height, Width, Channels] from <paramref name="firstByte"/> on, across images; fills the destination.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range is not inside the set.</exception>
    public void CopyTo(long firstByte, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstByte);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstByte, Bytes - destination.Length);
        pixels.CopyTo(firstByte, destination);
    }

    /// <summary>Lets go of the memory or the mapped file.</summary>
    public void Dispose() => pixels.Dispose();

    /// <summary>Some of its images that follow one another, as a set of their own that ends with this one.</summary>
    /// <param name="name">Name for people.</param>
    /// <param name="first">The first of them.</param>
    /// <param name="count">How many, at least 1.</param>
    internal ImageSet Part(string name, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Count);
        string hash = string.Create(CultureInfo.InvariantCulture, $"{Description.PixelHash} {first} {count}");
        ImageSetDescription part = Description with
        {
            Name = name,
            Count = count,
            Labels = [.. Description.Labels.Select(column => column with { Values = [.. column.Values.Skip(first).Take(count)] })],
            PixelHash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(hash))),
        };
        return new ImageSet(part, new PartOfPixels(pixels, (long)first * BytesPerImage)) { Warnings = Warnings, FromCache = FromCache };
    }

    /// <summary>The set, with what a network that a rule is of could have had of its images.</summary>
    internal ImageSet SeenBy(SizeRule rule)
    {
        Originals = Description.Originals?.SeenBy(rule);
        return this;
    }

    private static string FingerprintOf(ImageSetDescription d)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{d.Count} {d.Height} {d.Width} {d.Channels} {d.PixelHash}\n");
        foreach (LabelColumn column in d.Labels)
        {
            text.Append(column.Name).Append('\0').AppendJoin('\0', column.ValueNames).Append('\n').AppendJoin(' ', column.Values).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}

/// <summary>All of an image set but its pixels.</summary>
internal sealed record ImageSetDescription
{
    public required string Name { get; init; }

    /// <summary>The file or folder that was read; null where the set was made of bytes at hand.</summary>
    public string? Source { get; init; }

    public required int Count { get; init; }

    public required int Height { get; init; }

    public required int Width { get; init; }

    public required int Channels { get; init; }

    public OriginalImages? Originals { get; init; }

    /// <summary>What images are made of that show two pictures each; null for plain ones.</summary>
    public PairFacts? Pairs { get; init; }

    public IReadOnlyList<LabelColumn> Labels { get; init; } = [];

    public IReadOnlyList<SkippedFile> SkippedFiles { get; init; } = [];

    /// <summary>Warnings that belong to the data, not to one run: they are cached with it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>SHA-256 of the bytes [Count, Height, Width, Channels].</summary>
    public required string PixelHash { get; init; }
}
