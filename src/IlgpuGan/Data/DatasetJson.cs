using System.Globalization;
using System.Text.Json;

namespace IlgpuGan.Data;

/// <summary>StyleGAN's labels: <c>{"labels": [["00000/img00000000.png", 6], ...]}</c>, or <c>null</c> for a set without.</summary>
internal static class DatasetJson
{
    public const string FileName = "dataset.json";

    /// <summary>Far above any published set of classes; every class up to the largest that occurs gets a name.</summary>
    private const int MaxClass = 65_535;

    /// <summary>Class of each path, or null when the file gives none. Labels that are not whole numbers, or miss an image, are not taken and a warning says so.</summary>
    /// <exception cref="SourceCorruptException">The file is not JSON of this form.</exception>
    public static LabelColumn? Labels(string name, byte[] json, IReadOnlyList<string> paths, List<string> warnings)
    {
        Dictionary<string, int>? classes;
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            classes = Classes(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new SourceCorruptException(
                $"'{name}' is not what StyleGAN's dataset tool writes ({{\"labels\": [[\"file.png\", 6], ...]}}): {e.Message} Write it anew, or delete it to go without labels.", e);
        }

        if (classes is null)
        {
            return null;
        }

        if (paths.FirstOrDefault(path => classes.GetValueOrDefault(path, -1) < 0) is string missing)
        {
            warnings.Add($"'{name}' gives no class (a whole number from 0) for '{missing}', so its labels were not taken.");
            return null;
        }

        int[] values = [.. paths.Select(path => classes[path])];
        if (values.Max() > MaxClass)
        {
            warnings.Add($"'{name}' gives class {values.Max()}, where 0 to {MaxClass} were expected, so its labels were not taken.");
            return null;
        }

        return new LabelColumn("class", [.. Enumerable.Range(0, values.Max() + 1).Select(i => i.ToString(CultureInfo.InvariantCulture))], values);
    }

    // A label that is a vector (StyleGAN2-ADA allows it) is kept as -1: known, but no class.
    private static Dictionary<string, int>? Classes(JsonElement root)
    {
        if (!root.TryGetProperty("labels", out JsonElement labels) || labels.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var classes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (JsonElement pair in labels.EnumerateArray())
        {
            if (pair.GetArrayLength() != 2)
            {
                throw new FormatException("a label is not a pair of file and class.");
            }

            string path = pair[0].GetString() ?? throw new FormatException("a label names no file.");
            JsonElement value = pair[1];
            classes[path.Replace('\\', '/')] = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : -1;
        }

        return classes;
    }
}
