using System.Globalization;
using System.Text.Json.Serialization;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data;

/// <summary>What the images of a set were like before they were brought to one shape, and what that did to them.</summary>
public sealed record OriginalImages
{
    // What rounds to nothing is not worth a word.
    private const double Noticeable = 0.005;

    // From here on somebody would rather have bars beside the pictures, or should be told that there are such.
    private const double Much = 0.25;

    // With less than that there is little more to be had.
    private const double WorthMore = 1.2;

    /// <summary>Number of images there were.</summary>
    public required int Count { get; init; }

    /// <summary>The least height and the least width.</summary>
    public required ImageSize Smallest { get; init; }

    /// <summary>The greatest height and the greatest width.</summary>
    public required ImageSize Largest { get; init; }

    /// <summary>The size that stands for them all; see <see cref="SizeRule.Typical"/>.</summary>
    public required ImageSize Typical { get; init; }

    /// <summary>The share of images, from 0 to 1, that have just that size.</summary>
    public required double OfTypicalSize { get; init; }

    /// <summary>The size that they were brought to.</summary>
    public required ImageSize Target { get; init; }

    /// <summary>How they were brought to it.</summary>
    public required ImageFit Fit { get; init; }

    /// <summary>Whether the size was chosen here, as none was asked for.</summary>
    public required bool IsSizeChosen { get; init; }

    /// <summary>The share of an image that was cut off, in the mean; with <see cref="ImageFit.Pad"/> the share of the result that is bars.</summary>
    public required double MeanLoss { get; init; }

    /// <summary>The greatest such share of an image.</summary>
    public required double GreatestLoss { get; init; }

    /// <summary>The share of images that became larger.</summary>
    public required double Enlarged { get; init; }

    /// <summary>How many images are transparent somewhere.</summary>
    public required int Transparent { get; init; }

    /// <summary>A larger size that would have kept more of them; null where they have no more.</summary>
    public ImageSize? Larger { get; init; }

    /// <summary>A size in which hardly one would have been enlarged, where a size was asked for in which all were; otherwise null.</summary>
    public ImageSize? Smaller { get; init; }

    /// <summary>Channels of the result: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public required int Channels { get; init; }

    /// <summary>Whether the channels were chosen here, as none were asked for: 1 where all images are grey, otherwise 3.</summary>
    public required bool IsChannelsChosen { get; init; }

    /// <summary>Their sizes, width x height, such as "212..1600 x 180..400"; null where all had the size that they have now.</summary>
    [JsonIgnore]
    public string? Before => !AreOneSize ? $"{Range(Smallest.Width, Largest.Width)} x {Range(Smallest.Height, Largest.Height)}"
        : Largest == Target ? null : Largest.Words;

    /// <summary>What became of their sizes: "31 images of 212..1600 x 180..400, brought to 64 x 64 (crop loses 12 % on average), 372 KiB in all".</summary>
    [JsonIgnore]
    public string Sizes
    {
        get
        {
            string most = !AreOneSize && OfTypicalSize > 0.5 ? $" (mostly {Typical.Words})" : "";
            string brought = Before is null ? "taken as they are" : $"brought to {Target.Words}{Losses()}{Enlargement()}";
            return string.Create(CultureInfo.InvariantCulture,
                $"{Amount.Of(Count, "image")} of {Before ?? Target.Words}{most}, {brought}, {Bytes(Count * Target.Pixels * Channels)} in all");
        }
    }

    /// <summary>What became of their colours and their transparency: "In colour, three channels; 12 of them are transparent in places, which are put on white".</summary>
    [JsonIgnore]
    public string Colours
    {
        get
        {
            string colour = Channels switch
            {
                1 => IsChannelsChosen ? "All are grey, in one channel" : "In grey, one channel",
                2 => "In grey with alpha, two channels",
                3 => "In colour, three channels",
                _ => "In colour with alpha, four channels",
            };
            string some = Transparent == Count ? "all are" : Transparent == 1 ? "1 of them is" : string.Create(CultureInfo.InvariantCulture, $"{Transparent} of them are");
            return (IsAlphaKept, Transparent) switch
            {
                (true, 0) => $"{colour}; none is transparent anywhere",
                (false, 0) => colour,
                (true, _) => $"{colour}; {some} transparent in places, which is kept",
                _ => $"{colour}; {some} transparent in places, which are put on white",
            };
        }
    }

    /// <summary>Whether a channel of the result is alpha.</summary>
    [JsonIgnore]
    public bool IsAlphaKept => Channels is 2 or 4;

    /// <summary>Whether so much is cut off that bars beside the images would be the lesser evil.</summary>
    [JsonIgnore]
    public bool IsMuchCutOff => Fit == ImageFit.Crop && MeanLoss >= Much;

    /// <summary>What became of images that were brought to a shape.</summary>
    /// <param name="sizes">Their sizes, or the one size of all.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="transparent">How many of them are transparent somewhere.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="shape">The shape.</param>
    internal static OriginalImages Of(IReadOnlyList<ImageSize> sizes, int count, int transparent, ImageSetOptions options, ImageShape shape)
    {
        var target = new ImageSize(shape.Height, shape.Width);
        ImageSize typical = SizeRule.Typical(sizes);
        double[] losses = options.Fit == ImageFit.Stretch ? [0] : [.. sizes.Select(size => size.LossIn(target))];
        return new OriginalImages
        {
            Count = count,
            Smallest = new ImageSize(sizes.Min(size => size.Height), sizes.Min(size => size.Width)),
            Largest = new ImageSize(sizes.Max(size => size.Height), sizes.Max(size => size.Width)),
            Typical = typical,
            OfTypicalSize = sizes.Average(size => size == typical ? 1.0 : 0),
            Target = target,
            Fit = options.Fit,
            IsSizeChosen = options.Size is null,
            MeanLoss = losses.Average(),
            GreatestLoss = losses.Max(),
            Enlarged = sizes.Average(size => Scale(size, target, options.Fit) > 1 ? 1.0 : 0),
            Transparent = transparent,
            Channels = shape.Channels,
            IsChannelsChosen = options.Channels is null,
        };
    }

    /// <summary>The same with a larger size that a rule allows: twice the size, or what the typical image has where that is less.</summary>
    internal OriginalImages SeenBy(SizeRule rule)
    {
        ImageSize own = Fit == ImageFit.Crop ? Typical.CutTo(Target) : Typical;
        double scale = Math.Min(2, Math.Sqrt((double)own.Pixels / Target.Pixels));
        var wanted = new ImageSize((int)(Target.Height * scale), (int)(Target.Width * scale));
        return this with
        {
            Larger = scale < WorthMore || Math.Max(wanted.Height, wanted.Width) > ImageSize.MaxSide ? null : rule.Within(wanted),
            Smaller = Enlarged == 1 && !IsSizeChosen ? rule.For(Typical) : null,
        };
    }

    private bool AreOneSize => Smallest == Largest;

    private string Number(double share) =>
        share == 1 ? "all" : string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * Count)} of them");

    private string Losses()
    {
        if (Fit == ImageFit.Stretch)
        {
            return Typical.LossIn(Target) < Noticeable ? "" : " (stretched out of their proportions)";
        }

        string greatest = GreatestLoss >= MeanLoss + Much ? $", {Percent(GreatestLoss)} of one" : "";
        return MeanLoss < Noticeable && greatest.Length == 0 ? ""
            : Fit == ImageFit.Pad ? $" (bars fill {Percent(MeanLoss)} on average{greatest})"
            : $" (crop loses {Percent(MeanLoss)} on average{greatest})";
    }

    private string Enlargement() => Enlarged == 0 ? ""
        : Enlarged == 1 ? " by enlarging them" : $", which enlarges {Number(Enlarged)}";

    private static double Scale(ImageSize size, ImageSize target, ImageFit fit)
    {
        double across = (double)target.Width / size.Width, down = (double)target.Height / size.Height;
        return fit == ImageFit.Pad ? Math.Min(across, down) : Math.Max(across, down);
    }

    private static string Range(int least, int greatest) =>
        least == greatest ? string.Create(CultureInfo.InvariantCulture, $"{least}") : string.Create(CultureInfo.InvariantCulture, $"{least}..{greatest}");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{Math.Clamp(Math.Round(share * 100), 1, 100)} %");

    private static string Bytes(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : bytes >= 1L << 20
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 20):F1} MiB")
            : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1024.0):F0} KiB");
}

/// <summary>What reading an image showed beyond its pixels.</summary>
/// <param name="Size">Its size, upright.</param>
/// <param name="IsTransparent">Whether it is transparent somewhere.</param>
internal readonly record struct OriginalImage(ImageSize Size, bool IsTransparent);
