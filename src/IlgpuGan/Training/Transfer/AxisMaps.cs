using IlgpuGan.Data.Labelling;
using IlgpuGan.Imaging;
using IlgpuGan.Runs;

namespace IlgpuGan.Training.Transfer;

/// <summary>What a parent's image and labels are to a new run's.</summary>
internal static class AxisMaps
{
    /// <summary>
    /// The channels of images that a layer draws: grey is the luma of the colours, each of the colours is the grey. Alpha is of alpha alone, and new without.
    /// </summary>
    public static AxisMap DrawnChannels(int old, int made) => new(old, [.. Enumerable.Range(0, made).Select(
        channel => Shares(old, made, channel) is { Count: > 0 } shares ? shares : null)]);

    /// <summary>
    /// The channels of images that a layer reads, so that it sees in the new ones what it saw in the old: the weights of grey are the sum of those of the
    /// colours, those of the colours are the shares that they have in grey. What it did not see before counts for nothing at first.
    /// </summary>
    public static AxisMap SeenChannels(int old, int made) => new(old, [.. Enumerable.Range(0, made).Select(
        channel => (IReadOnlyList<Share>)[.. Enumerable.Range(0, old).SelectMany(
            seen => Shares(made, old, seen).Where(share => share.Index == channel).Select(share => new Share(seen, share.Weight)))])]);

    /// <summary>The labels side by side in a row: those of the same names are the same, new ones are the mean of the old ones of their column, or of all.</summary>
    public static AxisMap Labels(LabelChoice old, LabelChoice made)
    {
        var entries = new List<IReadOnlyList<Share>?>();
        foreach (var column in made.Columns)
        {
            var (first, values) = ColumnOf(old, column, isOnly: made.Columns.Count == 1);
            var mean = Mean(first, values.Count);
            entries.AddRange(column.Values.Select(value => values.ToList().IndexOf(value) is >= 0 and var index ? [new(first + index, 1)] : mean));
        }

        return new(old.Width, entries);
    }

    /// <summary>The labels that are new to the parent, for people.</summary>
    public static IReadOnlyList<string> NewLabels(LabelChoice old, LabelChoice made) =>
        [.. made.Columns.SelectMany(column => column.Values.Except(ColumnOf(old, column, made.Columns.Count == 1).Values)
            .Select(value => made.Columns.Count > 1 ? $"{column.Name}={value}" : value))];

    // Of two single columns one may be called what a folder or a table calls it by itself, which says nothing of what it holds; red hair is no red shirt.
    private static (int First, IReadOnlyList<string> Values) ColumnOf(LabelChoice old, ConditionColumn column, bool isOnly)
    {
        int first = 0;
        foreach (var candidate in old.Columns)
        {
            if (candidate.Name == column.Name || (isOnly && old.Columns.Count == 1 && (LabelColumns.IsPlain(candidate.Name) || LabelColumns.IsPlain(column.Name))))
            {
                return (first, candidate.Values);
            }

            first += candidate.Values.Count;
        }

        return (0, [.. Enumerable.Repeat("", old.Width)]);
    }

    private static IReadOnlyList<Share> Mean(int first, int count) => [.. Enumerable.Range(first, count).Select(i => new Share(i, 1f / count))];

    /// <summary>What a channel of images is made of when images of others are brought to it.</summary>
    private static IReadOnlyList<Share> Shares(int from, int to, int channel)
    {
        bool hasAlpha = from % 2 == 0, isAlpha = to % 2 == 0 && channel == to - 1;
        int colours = from > 2 ? 3 : 1, made = to > 2 ? 3 : 1;
        return isAlpha ? hasAlpha ? [new(from - 1, 1)] : []
            : colours == made ? [new(channel, 1)]
            : colours == 1 ? [new(0, 1)]
            : [new(0, ImageScaler.RedOfGrey), new(1, ImageScaler.GreenOfGrey), new(2, ImageScaler.BlueOfGrey)];
    }
}
