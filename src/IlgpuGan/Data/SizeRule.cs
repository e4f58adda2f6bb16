using IlgpuGan.Networks;

namespace IlgpuGan.Data;

/// <summary>
/// The size that images are brought to when none is asked for: what a network can draw, near what the images are. Images up to as many pixels as
/// 96 x 96 keep their size, larger ones get a longer side of 64, and a shorter one of 16 at least.
/// </summary>
/// <param name="Name">Names the rule: sets that were brought to a size by another are another set.</param>
/// <param name="Supports">Whether images of so many rows and columns can be drawn.</param>
public sealed record SizeRule(string Name, Func<int, int, bool> Supports)
{
    private const int KeptPixels = 96 * 96;
    private const int ReducedSide = 64;
    private const int SmallestReducedSide = 16;

    // Beside a shorter side of 16 that makes as many pixels as 64 x 64 has.
    private const int LongestReducedSide = 256;

    // Nobody has to think about squares, and most pictures show what they show in their middle.
    private const double WorthOfASquare = 0.15;

    /// <summary>Any size at all.</summary>
    public static SizeRule Any { get; } = new("any", (_, _) => true);

    /// <summary>Sides that are multiples of 4 and at least 16: what the default network draws.</summary>
    public static SizeRule MultiplesOf4 { get; } = new("dcgan", Dcgan.Supports);

    /// <summary>The size that images of a size get: 72 x 72 stay, of 178 x 218 become 52 x 64, of 355 x 32 become 176 x 16. Null where nothing that small can be drawn.</summary>
    public ImageSize? For(ImageSize images)
    {
        var (width, height) = images.Pixels <= KeptPixels ? (images.Width, images.Height)
            : images.Width >= images.Height ? Reduced(images.Width, images.Height)
            : Swapped(Reduced(images.Height, images.Width));
        return Within(new ImageSize(height, width));

        static (int, int) Swapped((int Longer, int Shorter) sides) => (sides.Shorter, sides.Longer);
    }

    /// <summary>The size nearest to one that cannot be drawn and no smaller in either side, or else no larger; null where there is none.</summary>
    public ImageSize? Near(ImageSize size) => Above(size) ?? Within(size);

    /// <summary>
    /// The size that stands for images of many: that of more than half of them. Without one it is the middle of what remains when all are cut to the middle
    /// shape, or to a square unless that would take off 15 % more.
    /// </summary>
    /// <param name="sizes">At least one.</param>
    public static ImageSize Typical(IReadOnlyList<ImageSize> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        var (common, count) = MostCommon(sizes);
        if (count * 2 > sizes.Count)
        {
            return common;
        }

        ImageSize shape = Middle(sizes, size => (double)size.Width / size.Height);
        var square = new ImageSize(1, 1);
        if (sizes.Average(size => size.LossIn(square)) < sizes.Average(size => size.LossIn(shape)) + WorthOfASquare)
        {
            shape = square;
        }

        return Middle([.. sizes.Select(size => size.CutTo(shape))], size => size.Pixels);
    }

    /// <summary>The size that most images have, of several the largest, and how many have it.</summary>
    internal static (ImageSize Size, int Count) MostCommon(IEnumerable<ImageSize> sizes) => sizes.GroupBy(size => size)
        .OrderByDescending(group => group.Count())
        .ThenByDescending(group => group.Key.Pixels)
        .ThenByDescending(group => group.Key.Width)
        .Select(group => (group.Key, group.Count()))
        .First();

    private static ImageSize Middle(IReadOnlyList<ImageSize> sizes, Func<ImageSize, double> value) =>
        sizes.OrderBy(value).ThenBy(size => size.Width).ElementAt(sizes.Count / 2);

    private static (int Longer, int Shorter) Reduced(int longer, int shorter)
    {
        double scale = (double)ReducedSide / longer;
        int side = RoundedTo4(shorter * scale);
        return side >= SmallestReducedSide ? (ReducedSide, side)
            : (Math.Min(RoundedTo4((double)longer * Smallest(shorter) / shorter), LongestReducedSide), Smallest(shorter));

        static int Smallest(int shorter) => Math.Min(shorter, SmallestReducedSide);

        static int RoundedTo4(double side) => Math.Max(4, (int)Math.Round(side / 4) * 4);
    }

    /// <summary>The best size within another: as little as possible is cut off, and half as badly wanted, it is as large as possible.</summary>
    internal ImageSize? Within(ImageSize size)
    {
        if (Supports(size.Height, size.Width))
        {
            return size;
        }

        ImageSize? best = null;
        double least = double.MaxValue;
        for (int height = size.Height; height > 0; height--)
        {
            for (int width = size.Width; width > 0; width--)
            {
                if (Supports(height, width) && new ImageSize(height, width) is var found && Cost(found) is var cost && cost < least)
                {
                    (best, least) = (found, cost);
                }
            }
        }

        return best;

        double Cost(ImageSize found) => size.LossIn(found) + ((1 - Math.Sqrt((double)found.Pixels / size.Pixels)) / 2);
    }

    private ImageSize? Above(ImageSize size)
    {
        int longest = Math.Min(2 * Math.Max(SmallestReducedSide, Math.Max(size.Height, size.Width)), ImageSize.MaxSide);
        ImageSize? best = null;
        for (int height = size.Height; height <= longest; height++)
        {
            for (int width = size.Width; width <= longest; width++)
            {
                if (Supports(height, width) && new ImageSize(height, width) is var found && !(found.Pixels >= best?.Pixels))
                {
                    best = found;
                }
            }
        }

        return best;
    }
}
