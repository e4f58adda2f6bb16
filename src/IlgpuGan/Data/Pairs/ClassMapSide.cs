using System.Collections.Concurrent;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>
/// Maps of class numbers: each pixel becomes the place of its number among those of all maps, one byte. So numbers may have gaps (255 for what is none of the classes)
/// without costing planes.
/// </summary>
/// <param name="tree">What holds them.</param>
/// <param name="files">The files.</param>
/// <param name="stated">How many classes there are; null to count them.</param>
internal sealed class ClassMapSide(FileTree tree, IReadOnlyList<TreeFile> files, int? stated) : ImageSource
{
    /// <summary>Most classes: above it each pixel would take more planes than any network here has channels.</summary>
    public const int MostClasses = 64;

    private readonly ConcurrentDictionary<int, OriginalImage> seen = [];

    public override string Name => tree.Name;

    public override string Identity => tree.Identity;

    public override int Count => files.Count;

    public override int DefaultChannels => 1;

    /// <summary>The class numbers in their order; known after <see cref="CountClasses"/>.</summary>
    public IReadOnlyList<int> Classes { get; private set; } = [];

    public override string ItemName(int index) => files[index].Path;

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) => PictureSide.Measured(Count, index =>
    {
        ImageHeader header = ImageDecoder.ReadHeader(tree.Read(files[index]));
        return new ImageSize(header.Height, header.Width);
    }, progress, cancellation);

    public override ImageSize SizeOfSmall(ImageSize typical) => throw TooSmall(typical);

    public override OriginalImage? Original(int index) => seen.TryGetValue(index, out OriginalImage image) ? image : null;

    /// <summary>Looks through all maps for their class numbers.</summary>
    /// <exception cref="DataException">There are too many, or one beyond those that were stated.</exception>
    public void CountClasses(IProgress<Work>? progress, CancellationToken cancellation)
    {
        if (Classes.Count > 0)
        {
            return;
        }

        const int Block = 256;
        bool[] all = new bool[256];
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        for (int first = 0; first < Count; first += Block)
        {
            int end = Math.Min(first + Block, Count);
            var found = new bool[end - first][];
            Parallel.For(first, end, parallel, i => found[i - first] = NumbersOf(i));
            for (int i = first; i < end; i++)
            {
                Take(i, found[i - first], all);
            }

            progress?.Report(new Work(WorkKind.Measuring, end, Count));
        }

        Classes = stated is { } count ? [.. Enumerable.Range(0, count)] : [.. Enumerable.Range(0, all.Length).Where(number => all[number])];
    }

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        ClassMap map = ClassMapDecoder.Decode(tree.Read(files[index]));
        byte[] places = new byte[256];
        foreach (var (place, number) in Classes.Index())
        {
            places[number] = (byte)place;
        }

        map.Scale(shape.Height, shape.Width, fit, destination);
        foreach (ref byte pixel in destination)
        {
            pixel = places[pixel];
        }

        seen[index] = new OriginalImage(new ImageSize(map.Height, map.Width), false);
    }

    private bool[] NumbersOf(int index)
    {
        bool[] found = new bool[256];
        try
        {
            foreach (byte number in ClassMapDecoder.Decode(tree.Read(files[index])).Classes)
            {
                found[number] = true;
            }
        }
        catch (ImageDecodeException)
        {
            // Reading will find the same and say it.
        }

        return found;
    }

    private void Take(int index, bool[] found, bool[] all)
    {
        int largest = Array.LastIndexOf(found, true);
        if (stated is { } count && largest >= count)
        {
            throw new SourceUnsupportedException($"'{ItemName(index)}' of '{Name}' has the class number {largest}, and --classes {count} allows 0 to {count - 1}; "
                + (largest < MostClasses ? $"give --classes {largest + 1} or more, or none to take those that the maps have."
                    : $"leave --classes out to take those that the maps have, or save them with numbers below {MostClasses}."));
        }

        for (int number = 0; number < found.Length; number++)
        {
            all[number] |= found[number];
        }

        int classes = all.Count(number => number), own = found.Count(number => number);
        if (classes > MostClasses)
        {
            throw new SourceUnsupportedException($"The class maps of '{Name}' have more than {MostClasses} different numbers ('{ItemName(index)}' alone {own}), so they are pictures rather than maps; "
                + "give maps whose pixels are class numbers, or the same as folders A and B to translate pictures.");
        }
    }
}
