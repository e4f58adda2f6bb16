using System.Globalization;
using System.Text.RegularExpressions;

namespace IlgpuGan.Data.Files;

/// <summary>
/// Several files named in one word, in the manner of the WebDataset library and of shells: <c>a.tar::b.tar</c>, <c>shard-{000..011}.tar</c>,
/// <c>{train,extra}.parquet</c>, <c>data/train-*.parquet</c>.
/// </summary>
internal static partial class SourceList
{
    private const string Divider = "::";
    private const int MostFiles = 100_000;

    /// <summary>The files in the order they are named in, those of a pattern in that of their names; null where the word names no list.</summary>
    /// <exception cref="SourceUnavailableException">A file does not exist, or a pattern has none.</exception>
    /// <exception cref="DataOptionException">They are too many.</exception>
    public static IReadOnlyList<string>? Expand(string source)
    {
        if (!source.Contains(Divider, StringComparison.Ordinal) && source.IndexOfAny(['*', '?']) < 0 && !Braces().IsMatch(source))
        {
            return null;
        }

        var files = new List<string>();
        foreach (string part in source.Split(Divider, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).SelectMany(Alternatives))
        {
            files.AddRange(Path.GetFileName(part).IndexOfAny(['*', '?']) >= 0 ? Matches(part) : [part]);
            if (files.Count > MostFiles)
            {
                throw new DataOptionException($"'{source}' names more than {MostFiles} files; name the folder that holds them.");
            }
        }

        return files.Find(file => !RegularFile.Is(file)) is { } absent
            ? throw new SourceUnavailableException($"'{absent}', which '{source}' names, does not exist or is no file; correct the list.") : [.. files.Distinct()];
    }

    private static IEnumerable<string> Matches(string pattern)
    {
        string folder = Path.GetDirectoryName(pattern) is { Length: > 0 } named ? named : ".";
        if (!Directory.Exists(folder))
        {
            throw new SourceUnavailableException($"The folder '{folder}' of the pattern '{pattern}' does not exist; correct it.");
        }

        string[] found = Directory.GetFiles(folder, Path.GetFileName(pattern));
        return found.Length > 0 ? found.Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)
            : throw new SourceUnavailableException($"The pattern '{pattern}' has no file; correct it, or name the folder.");
    }

    private static IEnumerable<string> Alternatives(string word)
    {
        if (Braces().Match(word) is not { Success: true } braces)
        {
            return [word];
        }

        string before = word[..braces.Index];
        string after = word[(braces.Index + braces.Length)..];
        return (Range().Match(braces.Value) is { Success: true } range ? Numbers(word, range) : braces.Value[1..^1].Split(','))
            .SelectMany(one => Alternatives(after).Select(rest => before + one + rest));
    }

    private static IEnumerable<string> Numbers(string word, Match range)
    {
        int first = int.Parse(range.Groups[1].Value, CultureInfo.InvariantCulture);
        int last = int.Parse(range.Groups[2].Value, CultureInfo.InvariantCulture);
        return last >= first && last - first < MostFiles
            ? Enumerable.Range(first, last - first + 1).Select(number => number.ToString($"D{range.Groups[1].Length}", CultureInfo.InvariantCulture))
            : throw new DataOptionException($"'{range.Value}' in '{word}' names no files, or more than {MostFiles}; give the first and the last number, as in {{000..011}}.");
    }

    [GeneratedRegex(@"\{(?:[0-9]{1,9}\.\.[0-9]{1,9}|[^{}]*,[^{}]*)\}")]
    private static partial Regex Braces();

    [GeneratedRegex(@"^\{([0-9]+)\.\.([0-9]+)\}$")]
    private static partial Regex Range();
}
