using System.Text.Json;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// StyleGAN's labels: <c>{"labels": [["00000/img00000000.png", 6], ...]}</c>, or <c>null</c> for a set without. A label is a class by its
/// number, whole or written as <c>6.0</c>, or a vector of zeros and ones.
/// </summary>
internal static class DatasetJson
{
    public const string FileName = "dataset.json";

    private const string Column = "class";

    /// <summary>Label columns of each path, none when the file gives none. Labels that are no classes, or miss an image, are not taken and a warning says so.</summary>
    /// <param name="name">The file, for messages.</param>
    /// <param name="json">Its bytes.</param>
    /// <param name="images">Paths of the images that are kept.</param>
    /// <param name="all">Paths of all images there are.</param>
    /// <param name="roots">Folders that the names in the file may be relative to, <c>/</c> at their ends; of equal ones the first holds.</param>
    /// <param name="warnings">What a user should know.</param>
    /// <exception cref="SourceCorruptException">The file is not JSON of this form, or gives a file two labels.</exception>
    public static IReadOnlyList<LabelColumn> Labels(
        string name, byte[] json, IReadOnlyList<string> images, IReadOnlyList<string> all, IReadOnlyList<string> roots, List<string> warnings)
    {
        Dictionary<string, Label?>? labels;
        int twice = 0;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.AsMemory(json is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0));
            labels = Read(document.RootElement, ref twice);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new SourceCorruptException(
                $"'{name}' is not what StyleGAN's dataset tool writes ({{\"labels\": [[\"file.png\", 6], ...]}}): {JsonWords.Of(e)}. Write it anew, or delete it to go without labels.", e);
        }

        if (labels is null)
        {
            return [];
        }

        string root = roots.MaxBy(root => images.Count(path => labels.ContainsKey(path[root.Length..])))!;
        IReadOnlyList<LabelColumn> columns = Columns(name, labels, [.. images.Select(path => path[root.Length..])], warnings);
        int absent = labels.Keys.Except(all.Where(path => path.StartsWith(root, StringComparison.Ordinal)).Select(path => path[root.Length..])).Count();
        if (columns.Count > 0 && absent > 0)
        {
            warnings.Add($"'{name}' names {Amount.Of(absent, "file")} that {(absent == 1 ? "is no image" : "are no images")} of the set.");
        }

        if (twice > 0)
        {
            warnings.Add($"'{name}' names {Amount.Of(twice, "file")} more than once, with the same label.");
        }

        return columns;
    }

    private static IReadOnlyList<LabelColumn> Columns(string name, Dictionary<string, Label?> labels, IReadOnlyList<string> paths, List<string> warnings)
    {
        if (paths.FirstOrDefault(path => labels.GetValueOrDefault(path) is null) is string missing)
        {
            warnings.Add($"'{name}' gives no class (a whole number from 0, or a vector of zeros and ones) for '{missing}', so its labels were not taken.");
            return [];
        }

        Label[] values = [.. paths.Select(path => labels[path]!)];
        if (values.Any(value => value.IsVector != values[0].IsVector || value.Numbers.Length != values[0].Numbers.Length))
        {
            warnings.Add($"'{name}' gives labels of different lengths, so its labels were not taken.");
            return [];
        }

        if (Columns(values) is { } columns)
        {
            return columns;
        }

        int odd = Math.Max(0, Array.FindIndex(values, value => Columns([value]) is null));
        warnings.Add($"'{name}' gives '{paths[odd]}' a label that is neither a whole number from 0 to {LabelColumns.MaxClass} nor a vector of at most {LabelColumns.MaxColumns} zeros "
            + "and ones, so its labels were not taken.");
        return [];
    }

    private static IReadOnlyList<LabelColumn>? Columns(Label[] labels) => labels[0].IsVector
        ? LabelColumns.OfVectors(Column, [.. labels.Select(label => label.Numbers)])
        : LabelColumns.OfNumbers(Column, [.. labels.Select(label => label.Numbers[0])]) is { } column ? [column] : null;

    // A label of another kind is kept as null: known, but no class.
    private static Dictionary<string, Label?>? Read(JsonElement root, ref int twice)
    {
        if (!root.TryGetProperty("labels", out JsonElement labels) || labels.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var read = new Dictionary<string, Label?>(StringComparer.Ordinal);
        foreach (JsonElement pair in labels.EnumerateArray())
        {
            if (pair.GetArrayLength() != 2)
            {
                throw new FormatException("a label is not a pair of file and class.");
            }

            string path = (pair[0].GetString() ?? throw new FormatException("a label names no file.")).Replace('\\', '/');
            path = path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path;
            Label? label = Label.Of(pair[1]);
            if (read.TryGetValue(path, out Label? earlier))
            {
                twice++;
                if (earlier is null ? label is not null : label is null || !earlier.Numbers.SequenceEqual(label.Numbers))
                {
                    throw new FormatException($"'{path}' has two different labels.");
                }
            }

            read[path] = label;
        }

        return read;
    }

    private sealed record Label(double[] Numbers, bool IsVector)
    {
        public static Label? Of(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out double number) => new Label([number], IsVector: false),
            JsonValueKind.Array when value.EnumerateArray().All(part => part.ValueKind == JsonValueKind.Number && part.TryGetDouble(out _)) =>
                new Label([.. value.EnumerateArray().Select(part => part.GetDouble())], IsVector: true),
            _ => null,
        };
    }
}
