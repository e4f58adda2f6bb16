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
    private const int MostShown = 60;

    /// <summary>The files in the order they are named in, those of a pattern in that of their names; null where the word names no list.</summary>
    /// <exception cref="SourceUnavailableException">A file does not exist, or a pattern has none.</exception>
    /// <exception cref="DataOptionException">They are too many.</exception>
    public static IReadOnlyList<string>? Expand(string source)
    {
        if (!Is(source))
        {
            return null;
        }

        var files = new List<string>();
        foreach (string part in Parts(source).SelectMany(Alternatives))
        {
            files.AddRange(Path.GetFileName(part).IndexOfAny(['*', '?']) >= 0 ? Matches(part) : [part]);
            if (files.Count > MostFiles)
            {
                throw new DataOptionException($"'{source}' names more than {MostFiles} files; name the folder that holds them.");
            }
        }

        return files.Count == 0 ? throw new DataOptionException($"'{source}' names no file; give the files with {Divider} between them.")
            : files.Find(file => !RegularFile.Is(file)) is { } absent
            ? throw new SourceUnavailableException($"'{absent}', which '{source}' names, does not exist or is no file; correct the list.") : [.. files.Distinct()];
    }

    /// <summary>Whether a word may name a list, whatever there is of it.</summary>
    public static bool Is(string source) => source.Contains(Divider, StringComparison.Ordinal) || source.IndexOfAny(['*', '?']) >= 0 || Braces().IsMatch(source);

    /// <summary>The same list, wherever it is read from.</summary>
    public static string Located(string source) => string.Join(Divider, Parts(source).Select(Path.GetFullPath));

    /// <summary>A short name of a list, for people.</summary>
    public static string NameOf(string source) => Excerpt.Of(string.Join(Divider, Parts(source).Select(part => Path.GetFileName(part))), MostShown);

    /// <summary>What the files of a list have in common by their names, for a folder's name: that of the first, up to where a pattern begins.</summary>
    public static string StemOf(string source)
    {
        string first = Path.GetFileName(Parts(source).FirstOrDefault() ?? "");
        return (first.IndexOfAny(['*', '?', '{']) is >= 0 and var pattern ? first[..pattern] : Path.GetFileNameWithoutExtension(first)).TrimEnd('-', '_', '.') is { Length: > 0 } stem ? stem : "data";
    }

    private static string[] Parts(string source) => source.Split(Divider, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

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
