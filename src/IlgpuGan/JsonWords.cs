using System.Text.Json;
using System.Text.RegularExpressions;

namespace IlgpuGan;

/// <summary>Says what is wrong with JSON in words of somebody who has the file, not of the classes that it is read into.</summary>
internal static partial class JsonWords
{
    /// <summary>The fault as the rest of a sentence: <c>settings.training.batch is not what belongs there</c>.</summary>
    /// <param name="fault">What the reader of JSON threw.</param>
    public static string Of(Exception fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        return fault switch
        {
            // Without the reader's own words it is ours, which were written for people.
            JsonException when !Machine().IsMatch(fault.Message) => Excerpt.Of(fault.Message),
            JsonException { Path: { Length: > 0 } path } => Missing().Match(fault.Message) is { Success: true } missing
                ? $"{Name(path, "it")} lacks {missing.Groups[1].Value.Replace("'", "", StringComparison.Ordinal)}"
                : $"{Name(path, "what it holds")} is not what belongs there",
            JsonException { LineNumber: { } line } => FormattableString.Invariant($"line {line + 1} is no JSON"),
            ArgumentException when Key().Match(fault.Message) is { Success: true } key => $"{key.Groups[1].Value} stands there twice",
            InvalidOperationException => "a text in it has half of a letter, or something of another kind stands in a place",
            _ => Excerpt.Of(Parameter().Replace(fault.Message, "")),
        };
    }

    private static string Name(string path, string root) => path == "$" ? root : path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path;

    [GeneratedRegex("LineNumber: |JSON value could not|JSON deserialization|IlgpuGan\\.|System\\.")]
    private static partial Regex Machine();

    [GeneratedRegex("including: (.+?)\\.(?: |$)")]
    private static partial Regex Missing();

    [GeneratedRegex("Key: (\\S+)")]
    private static partial Regex Key();

    [GeneratedRegex(" \\(Parameter '[^']*'\\)")]
    private static partial Regex Parameter();
}
