using IlgpuGan.Data;

namespace IlgpuGan.Cli;

/// <summary>Says what was taken as data, what became of it, and which options would make something else of it.</summary>
internal static class DataWords
{
    /// <summary>One line each on what was taken, on sizes and on colours.</summary>
    /// <param name="data">What was taken.</param>
    /// <param name="advised">The options that may be advised.</param>
    public static IReadOnlyList<string> Lines(ImageSetSummary data, IReadOnlyCollection<string> advised)
    {
        var taken = $"Taken from {data.Taken}{Listed(LabelAdvice(data), advised)}.";
        return data.Originals is { } originals
            ? [taken, $"{originals.Sizes}{Listed(SizeAdvice(originals), advised)}.", $"{originals.Colours}{Listed(ColourAdvice(originals), advised)}."]
            : [taken];
    }

    private static IEnumerable<(string Option, string Advice)> LabelAdvice(ImageSetSummary data) =>
        data.Labels.Count > 0 ? [("--condition", $"{(data.Labels is [var only] ? only.Name : "all")} draws by them")]
        : data.Numbered is { } folders ? [("--condition", $"{folders.Name} takes them for labels")] : [];

    private static IEnumerable<(string Option, string Advice)> SizeAdvice(OriginalImages images)
    {
        if (images.Larger is { } larger)
        {
            yield return ("--size", $"{Option(larger)} keeps more");
        }

        if (images.Smaller is { } smaller)
        {
            yield return ("--size", $"{Option(smaller)} enlarges nothing");
        }

        if (images.IsMuchCutOff)
        {
            yield return ("--fit", "pad cuts nothing off");
        }
    }

    private static IEnumerable<(string Option, string Advice)> ColourAdvice(OriginalImages images)
    {
        if (images.Channels == 1 && images.IsChannelsChosen)
        {
            yield return ("--channels", "3 takes three");
        }

        if (images.Transparent > 0 && !images.IsAlphaKept)
        {
            yield return ("--channels", $"{images.Channels + 1} keeps it");
        }
    }

    private static string Option(ImageSize size) => size.Width == size.Height ? $"{size.Width}" : $"{size}";

    private static string Listed(IEnumerable<(string Option, string Advice)> all, IReadOnlyCollection<string> advised) =>
        string.Concat(all.Where(one => advised.Contains(one.Option)).Select((one, i) => $"{(i == 0 ? ";" : ",")} {one.Option} {one.Advice}"));
}
