using System.Security.Cryptography;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Takes the next bytes of [Count, Height, Width, Channels].</summary>
internal delegate void AppendPixels(ReadOnlySpan<byte> bytes);

/// <summary>Reads all items of a source in order: a block of them in parallel, then the good ones appended.</summary>
internal sealed class SourceReader(
    ImageSource source, IReadOnlyList<ImageSize> measured, ImageShape shape, ImageSetOptions options, IProgress<Work>? progress, CancellationToken cancellation)
{
    /// <summary>Items per processor in a block: enough that waiting for the slowest does not show, few enough that progress does.</summary>
    private const int ItemsPerProcessor = 16;

    private const int MaxBlockBytes = 64 << 20;

    private const int MaxListed = 5;

    /// <summary>Reads everything; may be called again.</summary>
    /// <exception cref="BadFilesException">More items are bad than the options allow, or all are.</exception>
    public ImageSetDescription Read(AppendPixels append)
    {
        int block = Math.Min(Math.Clamp(MaxBlockBytes / shape.Bytes, 1, Environment.ProcessorCount * ItemsPerProcessor), source.MostAtOnce);
        byte[] pixels = new byte[block * shape.Bytes];
        string?[] failures = new string?[block];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var kept = new List<int>(source.Count);
        var skipped = new List<SkippedFile>();
        for (int first = 0; first < source.Count; first += block)
        {
            int count = Math.Min(block, source.Count - first);
            source.Fetch(first, count);
            Parallel.For(0, count, parallel, i => failures[i] = TryRead(first + i, pixels.AsSpan(i * shape.Bytes, shape.Bytes)));
            for (int i = 0; i < count; i++)
            {
                if (failures[i] is string reason)
                {
                    skipped.Add(new SkippedFile(source.ItemName(first + i), reason));
                    continue;
                }

                ReadOnlySpan<byte> image = pixels.AsSpan(i * shape.Bytes, shape.Bytes);
                hash.AppendData(image);
                append(image);
                kept.Add(first + i);
            }

            if (skipped.Count > options.MaxBadFiles)
            {
                throw TooManyBadFiles(source.Name, skipped, options.MaxBadFiles);
            }

            progress?.Report(new Work(WorkKind.Decoding, first + count, source.Count));
        }

        if (kept.Count == 0)
        {
            string none = source.Count == 1 ? $"The only image in '{source.Name}' could not" : $"None of the {source.Count} images in '{source.Name}' could";
            throw new BadFilesException($"{none} be decoded: {Listed(skipped)}; give images that can be read.", skipped);
        }

        var warnings = new List<string>();
        IReadOnlyList<LabelColumn> labels = source.Labels(kept, warnings);
        PairFacts? pairs = source.Facts(kept, options, shape);
        return new ImageSetDescription
        {
            Name = source.Name,
            Source = source.ReadFrom,
            Count = kept.Count,
            Height = shape.Height,
            Width = shape.Width,
            Channels = shape.Channels,
            Pairs = pairs,
            Originals = pairs is not null ? null : Originals(kept),
            Labels = labels,
            SkippedFiles = skipped,
            Warnings = warnings,
            PixelHash = Convert.ToHexString(hash.GetHashAndReset()),
        };
    }

    public static BadFilesException TooManyBadFiles(string name, IReadOnlyList<SkippedFile> files, int allowed) => new(
        $"More than {Amount.Of(allowed, "image")} in '{name}' could not be decoded: {Listed(files)}; repair or remove them, or allow more with --max-bad-files.", files);

    private OriginalImages Originals(List<int> kept)
    {
        OriginalImage[] originals = [.. kept.Select(source.Original).OfType<OriginalImage>()];
        IReadOnlyList<ImageSize> sizes = originals.Length > 0 ? [.. originals.Select(image => image.Size)] : measured;
        return OriginalImages.Of(sizes, kept.Count, originals.Count(image => image.IsTransparent), options, shape);
    }

    private static string Listed(IReadOnlyList<SkippedFile> files)
    {
        string list = string.Join(", ", files.Take(MaxListed));
        return files.Count <= MaxListed ? list : $"{list} and {files.Count - MaxListed} more";
    }

    private string? TryRead(int index, Span<byte> destination)
    {
        try
        {
            source.Read(index, shape, options.Fit, destination);
            return null;
        }
        catch (ImageDecodeException e)
        {
            return e.Message;
        }
    }
}
