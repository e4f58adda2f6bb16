using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.VisualBasic.FileIO;

namespace IlgpuGan.Data.Labelling;

/// <summary>
/// A table of text: CSV with commas, semicolons, tabs or bars between its fields, quotes where they are needed, CelebA's lists with blanks, or lines of JSON with
/// the name of a file in each, as Hugging Face has them.</summary>
/// <param name="Rows">The rows, all of one length.</param>
internal sealed record LabelTable(IReadOnlyList<string[]> Rows)
{
    private static readonly char[] Separators = [',', ';', '\t', '|'];

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether a file is a table by its name: CSV, tabs, CelebA's <c>list_attr_celeba.txt</c>, or Hugging Face's <c>metadata.jsonl</c>.</summary>
    public static bool IsName(string name) => Path.GetExtension(name).ToUpperInvariant() is ".CSV" or ".TSV" || IsList(name) || IsJsonLines(name);

    /// <summary>Reads a table; a sentence on what is wrong with it otherwise.</summary>
    public static (LabelTable? Table, string? Wrong) Read(string name, byte[] bytes)
    {
        string text = Text(bytes);
        if (IsList(name))
        {
            return OfList(text);
        }

        if (IsJsonLines(name))
        {
            return OfJsonLines(text);
        }

        string first = text.Split('\n').FirstOrDefault(line => !string.IsNullOrWhiteSpace(line)) ?? "";
        char separator = Path.GetExtension(name).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t'
            : Separators.MaxBy(candidate => first.Count(letter => letter == candidate));
        using var parser = new TextFieldParser(new StringReader(text)) { HasFieldsEnclosedInQuotes = true };
        parser.SetDelimiters(separator.ToString());
        var rows = new List<string[]>();
        try
        {
            while (parser.ReadFields() is string[] fields)
            {
                rows.Add(fields);
                if (fields.Length != rows[0].Length)
                {
                    return (null, $"row {rows.Count} has {fields.Length} fields where {rows[0].Length} were expected; put quotes around texts that hold '{separator}'");
                }
            }
        }
        catch (MalformedLineException e)
        {
            return (null, $"line {e.LineNumber} has a quote that does not end");
        }

        return (new LabelTable(rows), null);
    }

    private static bool IsList(string name) => name.StartsWith("list_", StringComparison.OrdinalIgnoreCase) && Path.GetExtension(name).Equals(".txt", StringComparison.OrdinalIgnoreCase);

    // The number of images, the names of the columns without that of the files, then a row for each.
    private static (LabelTable? Table, string? Wrong) OfList(string text)
    {
        var rows = text.Split('\n').Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).Where(row => row.Length > 0).ToList();
        if (rows.Count > 0 && rows[0].Length == 1)
        {
            rows.RemoveAt(0);
        }

        if (rows.Count > 1 && rows[0].Length == rows[1].Length - 1)
        {
            rows[0] = ["file", .. rows[0]];
        }

        int odd = rows.FindIndex(row => row.Length != rows[0].Length);
        return odd < 0 ? (new LabelTable(rows), null) : (null, $"row {odd + 1} has {rows[odd].Length} fields where {rows[0].Length} were expected");
    }

    private static bool IsJsonLines(string name) => name.Equals("metadata.jsonl", StringComparison.OrdinalIgnoreCase);

    // A column for each field of one value that any line has; what is a list or an object is no label.
    private static (LabelTable? Table, string? Wrong) OfJsonLines(string text)
    {
        var lines = new List<Dictionary<string, string>>();
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                lines.Add(document.RootElement.EnumerateObject().Where(field => IsOneValue(field.Value)).GroupBy(field => field.Name)
                    .ToDictionary(field => field.Key, field => TextOf(field.Last().Value)));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                return (null, string.Create(CultureInfo.InvariantCulture, $"line {number} is no JSON object"));
            }
        }

        string[] header = [.. lines.SelectMany(line => line.Keys).Distinct()];
        return (new LabelTable(header.Length == 0 ? [] : [header, .. lines.Select(line => Array.ConvertAll(header, name => line.GetValueOrDefault(name, "")))]), null);
    }

    private static bool IsOneValue(JsonElement value) => value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null;

    private static string TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Null => "",
        _ => value.GetRawText(),
    };

    // Bytes that are no UTF-8 stay different letters, so that no two classes become one.
    private static string Text(byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return (bytes[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(bytes, 2, bytes.Length - 2);
        }

        int mark = bytes is [0xEF, 0xBB, 0xBF, ..] ? 3 : 0;
        try
        {
            return Strict.GetString(bytes, mark, bytes.Length - mark);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes, mark, bytes.Length - mark);
        }
    }
}
