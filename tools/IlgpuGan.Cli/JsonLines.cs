using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Cli;

/// <summary>Writes one JSON object per line.</summary>
internal static class JsonLines
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new FiniteDoubleJson(), new FiniteSingleJson() },
    };

    public static void WriteJson<T>(this TextWriter output, T value)
    {
        output.WriteLine(JsonSerializer.Serialize(value, Options));
        output.Flush();
    }
}
