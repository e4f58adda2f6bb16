using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>Loads any source of images as an <see cref="ImageSet"/>: decodes in parallel, scales, keeps the result in a cache file.</summary>
public static class ImageSetLoader
{
    /// <summary>Smallest side that is chosen without being asked: what the dcgan network takes at least.</summary>
    public const int SmallestDefaultSide = 16;

    /// <summary>Longest side that is kept as it is; above it the longer side becomes 64.</summary>
    private const int LargestKeptSide = 96;

    private const int ReducedSide = 64;

    // One more whenever decoding, scaling or labelling would give another set than before: cache files of older versions are then not taken.
    private const int DecoderVersion = 2;

    /// <summary>Loads a set. Its order and bytes depend on the source and the options alone, not on processors or the cache.</summary>
    /// <param name="options">What to load and how.</param>
    /// <param name="progress">Told from this thread how far it is.</param>
    /// <param name="cancellation">Ends the load; nothing half written stays.</param>
    /// <exception cref="DataException">The data cannot be used; the message names the file and the remedy.</exception>
    /// <exception cref="OperationCanceledException">The load was cancelled.</exception>
    public static ImageSet Load(ImageSetOptions options, IProgress<LoadProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        using ImageSource source = SourceFinder.Find(options);
        var warnings = new List<string>();
        DataCache? cache = DataCache.Open(options, warnings);
        string key = Key(options, source.Identity);
        ImageSet? set = cache?.TryRead(key, warnings, progress, cancellation);
        if (set is not null)
        {
            return set.SkippedFiles.Count <= options.MaxBadFiles ? set : throw Refuse(set);
        }

        source.Prepare(cancellation);
        ImageSize size = options.Size ?? source.DefaultSize(progress, cancellation);
        var shape = new ImageShape(size.Height, size.Width, options.Channels ?? source.DefaultChannels);
        var reader = new SourceReader(source, shape, options, progress, cancellation);
        return cache?.TryWrite(key, (long)source.Count * shape.Bytes, reader.Read, warnings)
            ?? ReadIntoMemory(source, shape, reader, warnings);

        BadFilesException Refuse(ImageSet cached)
        {
            cached.Dispose();
            return SourceReader.TooManyBadFiles(source.Name, cached.SkippedFiles, options.MaxBadFiles);
        }
    }

    /// <summary>
    /// The size that images get when none is asked for. Sides up to 96 stay, rounded down to a multiple of 4 (what the dcgan network
    /// takes): 72 x 72 emoji stay 72 x 72. Of larger images the longer side becomes 64 and the other follows, rounded
    /// to a multiple of 4 and at least 16: 218 x 178 portraits become 64 x 52. Null when a side is below 16: those are not enlarged unasked.
    /// </summary>
    /// <param name="mostCommon">The most common size of the images.</param>
    public static ImageSize? DefaultSize(ImageSize mostCommon)
    {
        int longest = Math.Max(mostCommon.Height, mostCommon.Width);
        if (Math.Min(mostCommon.Height, mostCommon.Width) < SmallestDefaultSide)
        {
            return null;
        }

        return longest <= LargestKeptSide
            ? new ImageSize(mostCommon.Height / 4 * 4, mostCommon.Width / 4 * 4)
            : new ImageSize(Reduced(mostCommon.Height), Reduced(mostCommon.Width));

        int Reduced(int side) => Math.Max(SmallestDefaultSide, (int)Math.Round((double)side * ReducedSide / longest / 4) * 4);
    }

    private static ImageSet ReadIntoMemory(ImageSource source, ImageShape shape, SourceReader reader, List<string> warnings)
    {
        var store = new ChunkedPixels(shape.Bytes, source.Count);
        ImageSetDescription description = reader.Read(store.Append);
        return new ImageSet(description, store) { Warnings = [.. warnings, .. description.Warnings] };
    }

    private static void Check(ImageSetOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Source))
        {
            throw new DataOptionException("No data was named; give a folder, a zip, an IDX or CIFAR-10 file, or 'faces'.");
        }

        if (options.Size is ImageSize size && (Bad(size.Height) || Bad(size.Width)))
        {
            throw new DataOptionException($"The size {size} cannot be had: sides from 1 to {ImageSize.MaxSide} pixels were expected; give 64 or 48x64.");
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

    private static string Key(ImageSetOptions options, string identity)
    {
        string text = string.Create(CultureInfo.InvariantCulture,
            $"{DecoderVersion} {ImageDecoder.Version} {options.Size} {options.Channels} {options.Fit}\n{identity}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
    }
}
