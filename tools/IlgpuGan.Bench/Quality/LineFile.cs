using System.Text;
using System.Text.Json;
using IlgpuGan.Options;

namespace IlgpuGan.Bench.Quality;

/// <summary>A file with a JSON object on each line, which grows by lines and is whole whenever the program is killed.</summary>
/// <param name="path">The file.</param>
internal sealed class LineFile<T>(string path)
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectRequiredConstructorParameters = true };

    /// <summary>What it holds; nothing where it is not there.</summary>
    /// <exception cref="OptionException">It holds something else.</exception>
    public IReadOnlyList<T> Read()
    {
        try
        {
            return !File.Exists(path) ? [] : [.. Lines().Select(line => JsonSerializer.Deserialize<T>(line, Format)!)];
        }
        catch (JsonException fault)
        {
            throw new OptionException($"{path} is not what this program wrote ({JsonWords.Of(fault)}); mend or remove it, or give another --out.");
        }
    }

    /// <summary>Adds a line.</summary>
    /// <exception cref="IOException">It cannot be written; what it held is unharmed.</exception>
    public void Add(T item)
    {
        string[] lines = File.Exists(path) ? Lines() : [];
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Append(JsonSerializer.Serialize(item, Format)).Select(line => line + "\n")))));
    }

    private string[] Lines() => RegularFile.ReadText(path).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
