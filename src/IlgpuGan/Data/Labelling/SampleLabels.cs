using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.Data.Files;
using IlgpuGan.Imaging;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// Labels in WebDataset's manner: files of one key are one sample. The key is the path up to the first dot of its last part, within one archive;
/// <c>KEY.cls</c> holds a class, <c>KEY.json</c> fields of which those named for labels are taken.
/// </summary>
internal static partial class SampleLabels
{
    private const string ClassEnding = "cls";
    private const string JsonEnding = "json";
    private const string ClassColumn = "class";

    private static readonly string[] Fields = ["label", "class", "cls", "class_id", "class_name", "category", "target", "fine_label", "coarse_label"];

    /// <summary>The columns; none, with a warning, where only some images have a label.</summary>
    public static IReadOnlyList<LabelColumn> Of(FileTree tree, IReadOnlyList<SetImage> images, List<string> warnings)
    {
        var beside = new Dictionary<string, TreeFile>(StringComparer.Ordinal);
        foreach (TreeFile file in tree.Files)
        {
            if (Split(file) is var (key, ending) && ending is ClassEnding or JsonEnding)
            {
                beside[$"{key}.{ending}"] = file;
            }
        }

        string?[] keys = [.. images.Select(image => Split(image.File)?.Key)];
        bool Has(string? key, string ending) => key is not null && beside.ContainsKey($"{key}.{ending}");
        foreach (string ending in new[] { ClassEnding, JsonEnding })
        {
            int with = keys.Count(key => Has(key, ending));
            if (with > 0 && with < keys.Length)
            {
                warnings.Add($"{keys.Length - with} of {keys.Length} images {(keys.Length - with == 1 ? "has no" : "have no")} .{ending} beside them, so those of the others were not "
                    + "taken as labels.");
            }

            if (with == keys.Length)
            {
                var files = keys.Select(key => beside[$"{key}.{ending}"]);
                IReadOnlyList<LabelColumn> columns = ending == ClassEnding ? OfClasses(tree, files, warnings) : OfJson(tree, files, warnings);
                if (columns.Count > 0)
                {
                    return columns;
                }
            }
        }

        return [];
    }

    // The pattern of the webdataset library; names that begin so are its own notes, and no samples.
    private static (string Key, string Ending)? Split(TreeFile file) =>
        SampleName().Match(file.Within) is { Success: true } match && !file.Within.StartsWith("__", StringComparison.Ordinal)
            ? (file.Shard + match.Groups[1].Value, match.Groups[2].Value.ToLowerInvariant()) : null;

    private static IReadOnlyList<LabelColumn> OfClasses(FileTree tree, IEnumerable<TreeFile> files, List<string> warnings)
    {
        string[] texts = [.. files.Select(file => Encoding.UTF8.GetString(tree.ReadLabels(file)).Trim())];
        if (LabelColumns.OfTexts(ClassColumn, texts) is { } column)
        {
            return [column];
        }

        warnings.Add("The .cls files hold no classes (numbers from 0, or few different words), so they were not taken as labels.");
        return [];
    }

    private static IReadOnlyList<LabelColumn> OfJson(FileTree tree, IEnumerable<TreeFile> files, List<string> warnings)
    {
        var texts = Fields.ToDictionary(field => field, _ => new List<string>());
        foreach (TreeFile file in files)
        {
            try
            {
                using JsonDocument document = JsonDocument.Parse(tree.Read(file));
                foreach (string field in Fields)
                {
                    texts[field].Add(TextOf(document.RootElement, field));
                }
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or ImageDecodeException)
            {
                warnings.Add($"'{file.Path}' is no JSON that can be read, so the .json files beside the images were not taken as labels.");
                return [];
            }
        }

        return [.. Fields.Select(field => LabelColumns.OfTexts(field, texts[field])).OfType<LabelColumn>()];
    }

    private static string TextOf(JsonElement root, string field) =>
        root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(field, out JsonElement value) ? "" : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => "",
        };

    [GeneratedRegex("^((?:.*/|)[^.]+)[.]([^/]*)$")]
    private static partial Regex SampleName();
}
