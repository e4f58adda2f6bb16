using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Training;

/// <summary>How the JSON files of a run folder are written; generated at build time, as reflection would cost the first report a tenth of a second.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    UseStringEnumConverter = true,
    NewLine = "\n",
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(TrainingReport))]
internal sealed partial class RunJson : JsonSerializerContext
{
    /// <summary>The same, indented for people.</summary>
    public static RunJson Indented { get; } = new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
