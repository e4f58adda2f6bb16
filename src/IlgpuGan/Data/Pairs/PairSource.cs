using System.Buffers;
using System.Globalization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Pairs;

/// <summary>Items of a side in an order.</summary>
/// <param name="Images">The side.</param>
/// <param name="Name">Its name.</param>
/// <param name="Items">Which of its items.</param>
/// <param name="Asked">The channels that are asked for; null to choose.</param>
internal sealed record PairItems(ImageSource Images, string Name, IReadOnlyList<int> Items, int? Asked)
{
    public IReadOnlyList<int>? Classes => Images switch
    {
        ClassMapSide maps => maps.Classes,
        FaceSide { ClassNames: { } names } => [.. Enumerable.Range(0, names.Count)],
        _ => null,
    };

    /// <summary>The channels of the side, for which all its items are looked at, those too that have no partner.</summary>
    public int Settle(ImageSize size, ImageFit fit, IProgress<Work>? progress, CancellationToken cancellation)
    {
        (Images as ClassMapSide)?.CountClasses(progress, cancellation);
        return Asked ?? (ImageSetLoader.HasColour(Images, size, fit, progress, cancellation) ? Images.DefaultChannels : 1);
    }

    public PairSide Describe(int channels, IReadOnlyList<int> kept, ImageSetOptions options, ImageSize size)
    {
        OriginalImage[] seen = [.. kept.Select(item => Images.Original(Items[item])).OfType<OriginalImage>()];
        IReadOnlyList<ImageSize> sizes = seen.Length > 0 ? [.. seen.Select(image => image.Size)] : [size];
        ImageSetOptions asked = options with { Channels = Asked };
        return new PairSide(Name, channels)
        {
            Classes = Classes,
            ClassNames = (Images as FaceSide)?.ClassNames,
            Originals = OriginalImages.Of(sizes, kept.Count, seen.Count(image => image.IsTransparent), asked, new ImageShape(size.Height, size.Width, channels)),
        };
    }
}

/// <summary>Images of pairs, the target's channels behind the input's; or those of one side. First those to train on, then those that are held out.</summary>
/// <param name="name">Name for people.</param>
/// <param name="input">The side whose channels come first.</param>
/// <param name="target">The other side, with as many items; null for none.</param>
/// <param name="training">How many items are trained on.</param>
/// <param name="identity">What decides the items beside the files.</param>
internal sealed class PairSource(string name, PairItems input, PairItems? target, int training, string identity) : ImageSource
{
    // One more whenever pairs would be found or put together otherwise: cache files of older versions are then not taken.
    private const int Version = 1;

    private int inputChannels, targetChannels;

    public override string Name => name;

    public override string Identity => string.Create(CultureInfo.InvariantCulture,
        $"pairs {Version} {identity} {input.Asked} {target?.Asked}\n{input.Images.Identity}\n{target?.Images.Identity}");

    public override int Count => input.Items.Count;

    public override IReadOnlyList<ImageSize> Measure(ImageSize? asked, IProgress<Work>? progress, CancellationToken cancellation) => (target ?? input).Images.Measure(asked, progress, cancellation);

    public override ImageSize SizeOfSmall(ImageSize typical) => (target ?? input).Images.SizeOfSmall(typical);

    public override int? Settle(ImageSize size, ImageFit fit, IProgress<Work>? progress, CancellationToken cancellation)
    {
        inputChannels = input.Settle(size, fit, progress, cancellation);
        targetChannels = target?.Settle(size, fit, progress, cancellation) ?? 0;
        return inputChannels + targetChannels;
    }

    public override string ItemName(int index) => input.Images.ItemName(input.Items[index]);

    public override void Read(int index, ImageShape shape, ImageFit fit, Span<byte> destination)
    {
        if (target is null)
        {
            input.Images.Read(input.Items[index], shape, fit, destination);
            return;
        }

        int pixels = shape.Height * shape.Width;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(pixels * Math.Max(inputChannels, targetChannels));
        try
        {
            Place(input, inputChannels, 0, destination);
            Place(target, targetChannels, inputChannels, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        void Place(PairItems side, int channels, int first, Span<byte> into)
        {
            Span<byte> picture = buffer.AsSpan(0, pixels * channels);
            try
            {
                side.Images.Read(side.Items[index], shape with { Channels = channels }, fit, picture);
            }
            catch (ImageDecodeException e) when (side == target && side.Images.ItemName(side.Items[index]) is var partner && partner != ItemName(index))
            {
                throw new ImageDecodeException($"has a partner, '{partner}', which {e.Message}", e);
            }

            for (int i = 0; i < pixels; i++)
            {
                picture.Slice(i * channels, channels).CopyTo(into[((i * shape.Channels) + first)..]);
            }
        }
    }

    public override IReadOnlyList<LabelColumn> Labels(IReadOnlyList<int> kept, List<string> warnings)
    {
        // Both sides may say the same of the folder that they are in.
        var remarks = new List<string>();
        input.Images.Labels(kept, remarks);
        target?.Images.Labels(kept, remarks);
        warnings.AddRange(remarks.Distinct());
        return [];
    }

    public override PairFacts Facts(IReadOnlyList<int> kept, ImageSetOptions options, ImageShape shape)
    {
        var size = new ImageSize(shape.Height, shape.Width);
        List<int> differing = target is null ? [] : [.. kept.Where(index => input.Images.Original(input.Items[index])?.Size is { } first
            && target.Images.Original(target.Items[index])?.Size is { } second && first != second)];
        return new PairFacts(input.Describe(inputChannels, kept, options, size), target?.Describe(targetChannels, kept, options, size), kept.Count(index => index >= training))
        {
            OfTwoSizes = differing.Count,
            FirstOfTwoSizes = differing.Count > 0 ? ItemName(differing[0]) : null,
        };
    }
}
