using System.Text.Json;

namespace IlgpuGan.Parquet;

/// <summary>The names of classes that Hugging Face's library writes into a file's footer.</summary>
internal static class HuggingFaceFeatures
{
    private const string Key = "huggingface";

    /// <summary>The names by column; empty where the footer has none that can be read.</summary>
    public static Dictionary<string, IReadOnlyList<string>> Of(IReadOnlyDictionary<string, string> footer)
    {
        var names = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        if (!footer.TryGetValue(Key, out string? text))
        {
            return names;
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty feature in document.RootElement.GetProperty("info").GetProperty("features").EnumerateObject())
            {
                if (feature.Value.ValueKind == JsonValueKind.Object && feature.Value.TryGetProperty("_type", out JsonElement type) && type.GetString() == "ClassLabel"
                    && feature.Value.TryGetProperty("names", out JsonElement listed) && listed.ValueKind == JsonValueKind.Array)
                {
                    names[feature.Name] = [.. listed.EnumerateArray().Select(name => name.ToString())];
                }
            }
        }
        // What the library writes for itself is a help; the columns are all there without it.
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            names.Clear();
        }

        return names;
    }
}
