using System.Globalization;

namespace IlgpuGan.Data.Labelling;

/// <summary>Makes label columns of what files say about images, one text or row per image.</summary>
internal static class LabelColumns
{
    /// <summary>Far above any published set of classes; every class up to the largest that occurs gets a name.</summary>
    public const int MaxClass = 65_535;

    /// <summary>More columns would be an embedding, not labels.</summary>
    public const int MaxColumns = 1_000;

    /// <summary>So many different texts may always be classes, however few the images are.</summary>
    private const int FewTexts = 16;

    private const int MostGaps = 4;

    private static readonly string[] YesNo = ["no", "yes"];

    // What folders, records and tables call classes where nobody has given them a name.
    private static readonly string[] PlainNames = ["class", "classes", "cls", "label", "labels", "category", "target", "y", FolderLabels.Name];

    /// <summary>Classes by number, 0 to the largest that occurs; null where a number is below 0 or above <see cref="MaxClass"/>.</summary>
    public static LabelColumn? OfNumbers(string name, IReadOnlyList<double> numbers) =>
        numbers.All(number => number is >= 0 and <= MaxClass && number == Math.Floor(number))
            ? new LabelColumn(name, Numbered((int)numbers.Max() + 1), [.. numbers.Select(number => (int)number)])
            : null;

    /// <summary>
    /// Labels that are vectors of zeros and ones: one class where each has a single one, else a yes/no column for each place. Null where they are neither.
    /// </summary>
    /// <param name="name">What is labelled.</param>
    /// <param name="rows">Vectors of one length.</param>
    /// <param name="places">Names of the places; null to number them.</param>
    public static IReadOnlyList<LabelColumn>? OfVectors(string name, IReadOnlyList<double[]> rows, IReadOnlyList<string>? places = null)
    {
        int width = rows[0].Length;
        if (width is 0 or > MaxColumns || rows.Any(row => row.Length != width || row.Any(value => value is not (0 or 1))))
        {
            return null;
        }

        return rows.All(row => row.Sum() == 1)
            ? [new LabelColumn(name, places ?? Numbered(width), [.. rows.Select(row => Array.IndexOf(row, 1.0))])]
            : [.. Enumerable.Range(0, width).Select(place =>
                new LabelColumn(places?[place] ?? string.Create(CultureInfo.InvariantCulture, $"{name}-{place}"), YesNo, [.. rows.Select(row => (int)row[place])]))];
    }

    /// <summary>
    /// A column of texts: whole numbers are classes, as are few different words; -1 and 1, true and false, yes and no are yes/no. Null where
    /// they are measures or nearly all different: captions, addresses, names of files.
    /// </summary>
    public static LabelColumn? OfTexts(string name, IReadOnlyList<string> texts)
    {
        if (texts.Any(string.IsNullOrWhiteSpace))
        {
            return null;
        }

        if (Signs(texts) is { } signs)
        {
            return new LabelColumn(name, YesNo, signs);
        }

        string[] names = [.. texts.Distinct().Order(StringComparer.Ordinal)];
        if (names.Length > Math.Max(FewTexts, texts.Count / 2) || names.Length > MaxClass)
        {
            return null;
        }

        double?[] numbers = [.. texts.Select(Number)];
        if (numbers.Contains(null))
        {
            return new LabelColumn(name, names, [.. texts.Select(text => Array.BinarySearch(names, text, StringComparer.Ordinal))]);
        }

        double[] values = [.. numbers.Select(number => number!.Value)];
        LabelColumn? classes = OfNumbers(name, values);
        if (classes is null || classes.ValueNames.Count <= FewTexts + (MostGaps * names.Length))
        {
            return classes;
        }

        // Years and the like: a class for each that does not occur would be most of them.
        double[] distinct = [.. values.Distinct().Order()];
        return new LabelColumn(name, [.. distinct.Select(value => value.ToString(CultureInfo.InvariantCulture))], [.. values.Select(value => Array.BinarySearch(distinct, value))]);
    }

    /// <summary>A column as yes/no where it holds nothing else than -1 and 1, or 0 and 1, or words for both; else null.</summary>
    public static LabelColumn? OfYesNo(string name, IReadOnlyList<string> texts) =>
        (Zeros(texts) ?? Signs(texts)) is { } values ? new LabelColumn(name, YesNo, values) : null;

    /// <summary>Whether the name of a column says no more than that it holds classes: <c>folder</c>, <c>fine_label</c>, <c>y_train</c>.</summary>
    public static bool IsPlain(string name) => name.Split('/', '_', '-', ' ').Any(word => PlainNames.Contains(word, StringComparer.OrdinalIgnoreCase));

    /// <summary>Names 0, 1, ...</summary>
    public static string[] Numbered(int count) => [.. Enumerable.Range(0, count).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    /// <summary>A number as files write it, or null.</summary>
    public static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : null;

    private static int[]? Zeros(IReadOnlyList<string> texts) => Values(texts, text => Number(text) switch { 0 => 0, 1 => 1, _ => null });

    private static int[]? Signs(IReadOnlyList<string> texts) => Values(texts, text => text.ToUpperInvariant() switch
    {
        "TRUE" or "YES" => 1,
        "FALSE" or "NO" => 0,
        _ => Number(text) switch { -1 => 0, 1 => 1, _ => null },
    }) is { } values && (values.Contains(0) || texts.Any(text => Number(text) is null)) ? values : null;

    private static int[]? Values(IReadOnlyList<string> texts, Func<string, int?> valueOf)
    {
        int?[] values = [.. texts.Select(valueOf)];
        return values.All(value => value is not null) ? [.. values.Select(value => value!.Value)] : null;
    }
}
