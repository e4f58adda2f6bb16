using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Devices;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Loads any source of images as an <see cref="ImageSet"/>: decodes in parallel, scales, keeps the result in a cache file.</summary>
public static class ImageSetLoader
{
    /// <summary>Smallest side that is chosen without being asked: what the dcgan network takes at least.</summary>
    public const int SmallestDefaultSide = 16;

    // One more whenever decoding, scaling or labelling would give another set than before: cache files of older versions are then not taken.
    private const int DecoderVersion = 6;

    /// <summary>Loads a set. Its order and bytes depend on the source and the options alone, not on processors or the cache.</summary>
    /// <param name="options">What to load and how.</param>
    /// <param name="progress">Told from this thread how far it is.</param>
    /// <param name="cancellation">Ends the load; nothing half written stays.</param>
    /// <exception cref="DataException">The data cannot be used; the message names the file and the remedy.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static ImageSet Load(ImageSetOptions options, IProgress<Work>? progress = null, CancellationToken cancellation = default) =>
        Load(options, SizeRule.MultiplesOf4, progress, cancellation);

    /// <summary>Loads a set for a network that draws other sizes than the default one.</summary>
    /// <param name="options">What to load and how.</param>
    /// <param name="sizes">Chooses the size where the options name none.</param>
    /// <param name="progress">Told from this thread how far it is.</param>
    /// <param name="cancellation">Ends the load; nothing half written stays.</param>
    /// <exception cref="DataException">The data cannot be used; the message names the file and the remedy.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static ImageSet Load(ImageSetOptions options, SizeRule sizes, IProgress<Work>? progress, CancellationToken cancellation) =>
        Load(options, sizes, progress, _ => { }, cancellation);

    /// <summary>Loads a set whose shape is looked at before images are read.</summary>
    /// <param name="options">What to load and how.</param>
    /// <param name="sizes">Chooses the size where the options name none.</param>
    /// <param name="progress">Told from this thread how far it is.</param>
    /// <param name="check">Refuses a shape by throwing. First asked about the size that the options name, with one channel where they name none; may be asked twice.</param>
    /// <param name="cancellation">Ends the load; nothing half written stays.</param>
    internal static ImageSet Load(ImageSetOptions options, SizeRule sizes, IProgress<Work>? progress, Action<ImageShape> check, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(sizes);
        Check(options);
        using ImageSource source = SourceFinder.Find(options);
        return Load(source, options, sizes, progress, check, cancellation);
    }

    /// <summary>Loads a set from a source at hand, which stays the caller's.</summary>
    internal static ImageSet Load(ImageSource source, ImageSetOptions options, SizeRule sizes, IProgress<Work>? progress, Action<ImageShape> check, CancellationToken cancellation)
    {
        if (options.Size is { } asked)
        {
            check(new ImageShape(asked.Height, asked.Width, options.Channels ?? 1));
        }

        var warnings = new List<string>();
        DataCache? cache = source.CanBeCached ? DataCache.Open(options, warnings) : null;
        string key = Key(options, sizes, source.Identity);
        ImageSet? set = cache?.TryRead(key, warnings, progress, cancellation);
        if (set is not null)
        {
            return set.SkippedFiles.Count <= options.MaxBadFiles ? set.SeenBy(sizes) : throw Refuse(set);
        }

        source.Prepare(progress, cancellation);
        IReadOnlyList<ImageSize> measured = source.Measure(options.Size, progress, cancellation);
        ImageSize size = options.Size ?? ChooseSize(source, measured, sizes);
        int channels = source.Settle(size, options.Fit, progress, cancellation) ?? options.Channels ?? (HasColour(source, size, options.Fit, progress, cancellation) ? source.DefaultChannels : 1);
        var shape = new ImageShape(size.Height, size.Width, channels);
        check(shape);
        var reader = new SourceReader(source, measured, shape, options, progress, cancellation);
        set = cache?.TryWrite(key, (long)source.Count * shape.Bytes, reader.Read, warnings)
            ?? ReadIntoMemory(source, shape, reader, warnings);
        return set.SeenBy(sizes);

        BadFilesException Refuse(ImageSet cached)
        {
            cached.Dispose();
            return SourceReader.TooManyBadFiles(source.Name, cached.SkippedFiles, options.MaxBadFiles);
        }
    }

    /// <summary>Says early what is wrong with a source, as far as no image need be decoded for it and nothing unpacked.</summary>
    /// <exception cref="DataException">There are no images that can be read, or the options cannot be had.</exception>
    internal static void Probe(ImageSetOptions options, CancellationToken cancellation)
    {
        Check(options);
        using ImageSource source = SourceFinder.Find(options);
        source.Probe(cancellation);
    }

    /// <summary>The size of images where none is asked for.</summary>
    internal static ImageSize ChooseSize(ImageSource source, IReadOnlyList<ImageSize> measured, SizeRule rule)
    {
        // All bad: decoding will find the same and say it with the list of files.
        if (measured.Count == 0)
        {
            return new ImageSize(SmallestDefaultSide, SmallestDefaultSide);
        }

        ImageSize typical = SizeRule.Typical(measured);
        return rule.For(typical) ?? source.SizeOfSmall(typical);
    }

    /// <summary>Whether any image has colour: nearly always one of the first does, and only where all are grey are all looked at.</summary>
    internal static bool HasColour(ImageSource source, ImageSize size, ImageFit fit, IProgress<Work>? progress, CancellationToken cancellation)
    {
        if (source.DefaultChannels == 1)
        {
            return false;
        }

        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int first = 0, block = Math.Min(Environment.ProcessorCount, source.MostAtOnce); first < source.Count; first += block, block = Math.Min(2 * block, Math.Min(256, source.MostAtOnce)))
        {
            int end = Math.Min(first + block, source.Count);
            source.Fetch(first, end - first);
            ParallelLoopResult looked = Parallel.For(first, end, parallel, (i, loop) =>
            {
                if (HasColour(source, i, size, fit))
                {
                    loop.Stop();
                }
            });
            // Where one of the first has colour nobody need know that it was looked for.
            if (looked.IsCompleted || first > 0)
            {
                progress?.Report(new Work(WorkKind.LookingForColour, looked.IsCompleted ? end : source.Count, source.Count));
            }

            if (!looked.IsCompleted)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasColour(ImageSource source, int index, ImageSize size, ImageFit fit)
    {
        try
        {
            return source.HasColour(index, size, fit);
        }
        catch (ImageDecodeException)
        {
            // It will be left out.
            return false;
        }
    }

    private static ImageSet ReadIntoMemory(ImageSource source, ImageShape shape, SourceReader reader, List<string> warnings)
    {
        long bytes = (long)source.Count * shape.Bytes;
        if (HostMemory.Free() is var free && bytes > free)
        {
            throw new TooLittleMemoryException(string.Create(CultureInfo.InvariantCulture,
                $"The {source.Count} images of '{source.Name}' take {bytes >> 20} MiB as {shape.Width} x {shape.Height} x {shape.Channels}, and {free >> 20} MiB of memory are left; "
                    + $"give a smaller --size, or fewer images."));
        }

        var store = new ChunkedPixels(shape.Bytes, source.Count);
        ImageSetDescription description = reader.Read(store.Append);
        return new ImageSet(description, store) { Warnings = [.. warnings, .. description.Warnings] };
    }

    /// <summary>Refuses what no data could satisfy.</summary>
    internal static void Check(ImageSetOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Source))
        {
            throw new DataOptionException("No data was named; give a folder, a zip, an IDX or CIFAR-10 file, or 'faces'.");
        }

        if (options.Size is ImageSize size && (Bad(size.Height) || Bad(size.Width)))
        {
            throw new DataOptionException($"The size {size} cannot be had: sides from 1 to {ImageSize.MaxSide} pixels were expected; give 64, or width x height such as 64x48.");
        }

        if (options.Channels is < 1 or > 4)
        {
            throw new DataOptionException($"{options.Channels} channels cannot be had; give 1 (grey), 2 (grey and alpha), 3 (RGB) or 4 (RGB and alpha).");
        }

        if (options.FaceCount < 1)
        {
            throw new DataOptionException($"{options.FaceCount} faces cannot be drawn; give a count of at least 1.");
        }

        if (options.MaxBadFiles < 0)
        {
            throw new DataOptionException($"{options.MaxBadFiles} bad files cannot be allowed; give 0 or more.");
        }

        static bool Bad(int side) => side is < 1 or > ImageSize.MaxSide;
    }

    private static string Key(ImageSetOptions options, SizeRule sizes, string identity)
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{DecoderVersion} {ImageDecoder.Version} {options.Size?.ToString() ?? sizes.Name} {options.Channels} {options.Fit}\n{identity}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
