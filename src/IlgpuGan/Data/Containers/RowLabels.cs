using System.Globalization;
using IlgpuGan.Data.Labelling;

namespace IlgpuGan.Data.Containers;

/// <summary>Makes label columns of the columns beside the images of a container.</summary>
internal static class RowLabels
{
    private const int MostListed = 12;
    private const string Verdict = "was not taken for labels:";

    /// <summary>More numbers are features, and would fill the memory.</summary>
    private const long MostNumbers = 1 << 25;

    /// <summary>The label columns of the rows that are kept.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="set">The set, for messages.</param>
    /// <param name="kept">The rows that are kept, in rising order.</param>
    /// <param name="warnings">Hears which columns are no labels.</param>
    public static IReadOnlyList<LabelColumn> Of(ContainerRows rows, string set, IReadOnlyList<int> kept, List<string> warnings)
    {
        var columns = new List<LabelColumn>();
        var others = new List<string>();
        ContainerColumn[] candidates = [.. rows.Labels];
        foreach (ContainerColumn column in candidates)
        {
            if (column.Refusal is { } refusal)
            {
                warnings.Add(NotTaken(column, set, $"it {refusal}"));
                continue;
            }

            if (column.Rows != rows.Image.Rows)
            {
                warnings.Add(NotTaken(column, set, $"it has {Amount.Of(column.Rows, "row")} where there are {Amount.Of(rows.Image.Rows, "image")}; save one for each image"));
                continue;
            }

            var made = ContainerRows.IsText(column) ? OfTexts(rows, column, set, kept, candidates.Length > 1, warnings) : OfVectors(rows, column, set, kept, warnings);
            if (made is null || columns.Count + made.Count > LabelColumns.MaxColumns)
            {
                others.Add(column.Name);
            }
            else
            {
                columns.AddRange(made);
            }
        }

        if (others.Count > 0)
        {
            warnings.Add($"Of '{set}' these columns are no labels, as they have gaps, measures or hardly a value twice, or are not in all files: "
                + $"{string.Join(", ", others.Take(MostListed))}{(others.Count > MostListed ? ", ..." : "")}.");
        }

        return columns;
    }

    /// <summary>What one of the warnings says of a column that was not taken; null where none does.</summary>
    public static string? ReasonIn(IReadOnlyList<string> warnings, string column) =>
        warnings.FirstOrDefault(warning => warning.StartsWith($"'{column}' of '", StringComparison.Ordinal) && warning.Contains(Verdict, StringComparison.Ordinal));

    private static string NotTaken(ContainerColumn column, string set, string why) => $"'{column.Name}' of '{set}' {Verdict} {why}.";

    private static string NoNumber(ContainerRows rows, ContainerColumn column, string set, int row, string text) =>
        NotTaken(column, set, $"{rows.NameOf(row)} has {text} in it, which is no class; give it a whole number, or leave that row out");

    private static IReadOnlyList<LabelColumn>? OfTexts(
        ContainerRows rows, ContainerColumn column, string set, IReadOnlyList<int> kept, bool isOneOfSeveral, List<string> warnings)
    {
        if (rows.Texts(column.Name) is not { } all)
        {
            return null;
        }

        if (column.Element.IsFraction() && kept.FirstOrDefault(row => all[row] is { } text && LabelColumns.Number(text) is null, -1) is >= 0 and var odd)
        {
            warnings.Add(NoNumber(rows, column, set, odd, all[odd]!));
            return [];
        }

        string[] texts = [.. kept.Select(row => all[row] ?? "")];
        if (column.ValueNames is { } names)
        {
            return OfNamed(column.Name, names, texts, set, warnings);
        }

        return ((isOneOfSeveral ? LabelColumns.OfYesNo(column.Name, texts) : null) ?? LabelColumns.OfTexts(column.Name, texts)) is { } made ? [made] : null;
    }

    // A set writes -1, or nothing, for an image that has no class.
    private static IReadOnlyList<LabelColumn> OfNamed(string column, IReadOnlyList<string> names, string[] texts, string set, List<string> warnings)
    {
        int[] values = [.. texts.Select(text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value < names.Count ? value : -1)];
        int without = values.Count(value => value < 0);
        if (without == 0)
        {
            return [new LabelColumn(column, names, values)];
        }

        warnings.Add($"In '{column}' of '{set}' {without} of {Amount.Of(values.Length, "image")} {(without == 1 ? "has" : "have")} none of its {Amount.Of(names.Count, "class")}, "
            + "so it was not taken for labels.");
        return [];
    }

    private static IReadOnlyList<LabelColumn>? OfVectors(ContainerRows rows, ContainerColumn column, string set, IReadOnlyList<int> kept, List<string> warnings)
    {
        long width = column.Lengths[1];
        if (!column.Element.IsNumber() || width > LabelColumns.MaxColumns || width * rows.Count > MostNumbers || rows.Vectors(column.Name) is not { } all)
        {
            return null;
        }

        float[] values = new float[width];
        var vectors = new List<double[]>(kept.Count);
        foreach (int row in kept)
        {
            if (all[row] is not { } bytes)
            {
                return null;
            }

            column.Element.ToFloats(bytes.Span, values);
            if (Array.Find(values, value => !float.IsFinite(value)) is not 0 and var odd)
            {
                warnings.Add(NoNumber(rows, column, set, row, odd.ToString(CultureInfo.InvariantCulture)));
                return [];
            }

            vectors.Add(Array.ConvertAll(values, value => (double)value));
        }

        return LabelColumns.OfVectors(column.Name, vectors);
    }
}
