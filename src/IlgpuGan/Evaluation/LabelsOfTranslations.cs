using IlgpuGan.Runs;

namespace IlgpuGan.Evaluation;

/// <summary>What labels an image should carry, and which were read off it.</summary>
/// <param name="Asked">The column whose label was asked for; null where all are to be kept.</param>
/// <param name="Wanted">The label of each column.</param>
/// <param name="Read">What a classifier read.</param>
internal readonly record struct LabelReading(int? Asked, IReadOnlyList<int> Wanted, IReadOnlyList<int> Read)
{
    /// <summary>Whether a column is as it should be.</summary>
    public bool IsRight(int column) => Wanted[column] == Read[column];
}

/// <summary>How often translations carry the label that was asked for, and keep the others.</summary>
internal static class LabelsOfTranslations
{
    /// <summary>The share of images with the asked label, of all and of each label where several are asked for.</summary>
    /// <param name="columns">The columns of labels.</param>
    /// <param name="readings">The images.</param>
    /// <param name="ending">What the key ends with, and the name.</param>
    public static IEnumerable<MetricValue> Asked(IReadOnlyList<ConditionColumn> columns, IReadOnlyList<LabelReading> readings, (string Key, string Words) ending)
    {
        foreach (var ofColumn in readings.Where(reading => reading.Asked is not null).GroupBy(reading => reading.Asked!.Value).OrderBy(group => group.Key))
        {
            int column = ofColumn.Key;
            MetricValue Share(IEnumerable<LabelReading> some, string name) =>
                TranslationMetric.Value(TranslationMetric.Asked + ending.Key, name + ending.Words, some.Average(reading => reading.IsRight(column) ? 1.0 : 0));
            var values = ofColumn.GroupBy(reading => reading.Wanted[column]).OrderBy(group => group.Key).ToList();
            string Name(int value) => $"asked {columns[column].Name}={columns[column].Values[value]}";
            yield return Share(ofColumn, values.Count > 1 ? $"asked {columns[column].Name}" : Name(values[0].Key));
            foreach (var ofValue in values.Count > 1 ? values : [])
            {
                yield return Share(ofValue, Name(ofValue.Key)) with { Class = columns[column].Values[ofValue.Key] };
            }
        }
    }

    /// <summary>The share of images that keep all labels but the asked one, and of each column those that keep it.</summary>
    /// <inheritdoc cref="Asked"/>
    public static IEnumerable<MetricValue> Kept(IReadOnlyList<ConditionColumn> columns, IReadOnlyList<LabelReading> readings, (string Key, string Words) ending)
    {
        MetricValue Share(IEnumerable<bool> kept, string what) =>
            TranslationMetric.Value(TranslationMetric.Kept + ending.Key, $"kept {what}{ending.Words}", kept.Average(one => one ? 1.0 : 0));
        int[] all = [.. Enumerable.Range(0, columns.Count)];
        if (columns.Count > 1 || readings.Any(reading => reading.Asked is null))
        {
            yield return Share(
                readings.Select(reading => all.All(column => column == reading.Asked || reading.IsRight(column))), readings.Any(reading => reading.Asked is not null) ? "all others" : "all labels");
        }
        foreach (int column in columns.Count > 1 ? all : [])
        {
            var others = readings.Where(reading => reading.Asked != column).ToList();
            if (others.Count > 0)
            {
                yield return Share(others.Select(reading => reading.IsRight(column)), columns[column].Name);
            }
        }
    }
}
