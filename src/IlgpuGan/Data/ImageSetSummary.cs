using System.Text.Json.Serialization;
using static System.FormattableString;

namespace IlgpuGan.Data;

/// <summary>What a set was taken from, what it holds and what was left out: what a user is told before a run begins.</summary>
/// <param name="Source">
/// The file or folder that was read, with the name of the set where it is inside one: <c>emnist-letters-train-images-idx3-ubyte.gz</c>,
/// <c>animals/train</c>.
/// </param>
/// <param name="Count">Number of images.</param>
/// <param name="Labels">Label columns, possibly none.</param>
/// <param name="Remarks">Whole sentences: what was left out and why, and how what is not plain was understood.</param>
public sealed record ImageSetSummary(string Source, int Count, IReadOnlyList<LabelSummary> Labels, IReadOnlyList<string> Remarks)
{
    private const int Listed = 6;

    /// <summary>What the images were like before they were brought to one shape; null for a set that was made of bytes.</summary>
    public OriginalImages? Originals { get; init; }

    /// <summary>Folders that only number the images, and are labels to who asks for them by name; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LabelSummary? Numbered { get; init; }

    /// <summary>What was taken, in words: "pets: 31 images in 2 classes (folder): cat 20, dog 11".</summary>
    [JsonIgnore]
    public string Taken
    {
        get
        {
            string images = $"{Source}: {Amount.Of(Count, "image")}";
            return Labels switch
            {
                [] => Numbered is { } folders ? $"{images} in {Amount.Of(folders.Classes.Count, "numbered folder")}" : $"{images} without labels",
                [var column] => $"{images} in {Amount.Of(column.Classes.Count, "class")} ({column.Name}): " + List(column.Classes, item => Invariant($"{item.Name} ({item.Count})")),
                _ => $"{images} with {Amount.Of(Labels.Count, "column")} of labels: " + List(Labels, column => $"{column.Name} ({Amount.Of(column.Classes.Count, "class")})"),
            };
        }
    }

    /// <summary>All but the remarks as whole sentences.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Sentences => Originals is null ? [$"{Taken}."] : [$"{Taken}.", $"{Originals.Sizes}.", $"{Originals.Colours}."];

    private static string List<T>(IReadOnlyList<T> items, Func<T, string> words) =>
        string.Join(", ", items.Take(Listed).Select(words)) + (items.Count > Listed ? Invariant($" and {items.Count - Listed} more") : "");
}

/// <summary>A label column without its values.</summary>
/// <param name="Name">What is labelled.</param>
/// <param name="Classes">The classes in their order, those that no image has included.</param>
public sealed record LabelSummary(string Name, IReadOnlyList<ClassCount> Classes)
{
    internal static LabelSummary Of(LabelColumn column)
    {
        int[] counts = new int[column.ValueNames.Count];
        foreach (int value in column.Values)
        {
            counts[value]++;
        }

        return new LabelSummary(column.Name, [.. column.ValueNames.Select((name, i) => new ClassCount(name, counts[i]))]);
    }
}

/// <summary>How many images have a class.</summary>
/// <param name="Name">Name of the class.</param>
/// <param name="Count">Images that have it.</param>
public sealed record ClassCount(string Name, int Count);
