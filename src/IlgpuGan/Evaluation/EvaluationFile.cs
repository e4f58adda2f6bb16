using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Options;

namespace IlgpuGan.Evaluation;

/// <summary>Results as JSON, one object per line: what <c>evaluate --json</c> prints and <c>--compare</c> reads.</summary>
public static class EvaluationFile
{
    // A report of a thousand runs is a megabyte.
    private const long MostBytes = 64 << 20;

    /// <summary>A result as one line, without a line end.</summary>
    public static string LineOf(EvaluationResult result) => JsonSerializer.Serialize(result, EvaluationJson.Default.EvaluationResult);

    /// <summary>Writes results, whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Save(string path, IReadOnlyList<EvaluationResult> results) =>
        AtomicFile.Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(results.Select(result => LineOf(result) + "\n")))));

    /// <summary>Reads results.</summary>
    /// <exception cref="OptionException">The file is not there, or holds something else.</exception>
    public static IReadOnlyList<EvaluationResult> Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MostBytes })
            {
                throw new OptionException($"The report {path} is {new FileInfo(path).Length >> 20} MiB, which no report is; give a report that evaluate wrote as JSON.");
            }
            EvaluationResult[] results = [.. RegularFile.ReadText(path).Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length > 0)
                .Select(line => JsonSerializer.Deserialize(line, EvaluationJson.Default.EvaluationResult)!)];
            return results.Length > 0 && Array.TrueForAll(results, result => result?.Protocol is not null) ? results
                : throw new OptionException($"The report {path} holds no results; give a report that evaluate wrote as JSON.");
        }
        catch (Exception fault) when (fault is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new OptionException($"The report {path} is not a report of evaluate ({JsonWords.Of(fault)}); give a report that evaluate wrote as JSON.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OptionException($"The report {path} cannot be read: {Excerpt.Of(fault, path)}; give a report that evaluate wrote as JSON.");
        }
    }

    /// <summary>What is to be known before the numbers are believed: doubts about them, and a sentence for each result that may not be put beside the first, saying what differs.</summary>
    public static IReadOnlyList<string> Warnings(IReadOnlyList<EvaluationResult> results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var warnings = results.SelectMany(result => result.Doubts ?? []).ToList();
        foreach (var result in results.Skip(1))
        {
            if (result.Protocol.DifferencesFrom(results[0].Protocol) is { Count: > 0 } differences)
            {
                warnings.Add($"The numbers of {result.Subject} and {results[0].Subject} cannot be compared: {string.Join("; ", differences)}.");
            }
        }
        return warnings;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [typeof(FiniteDoubleJson), typeof(FiniteSingleJson)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EvaluationResult))]
internal sealed partial class EvaluationJson : JsonSerializerContext;
