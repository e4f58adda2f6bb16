using System.Text.Json.Serialization;

namespace IlgpuGan.Runs;

/// <summary>How a line of the log is written; generated at build time, as reflection would cost the first report a tenth of a second.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    RespectRequiredConstructorParameters = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(FiniteDoubleJson), typeof(FiniteSingleJson)])]
[JsonSerializable(typeof(TrainingReport))]
[JsonSerializable(typeof(Finding))]
[JsonSerializable(typeof(MetricLine))]
[JsonSerializable(typeof(ResumedLine))]
[JsonSerializable(typeof(ChangedLine))]
internal sealed partial class ReportJson : JsonSerializerContext;

/// <summary>How <c>options.json</c> is written: indented, for people.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    WriteIndented = true,
    NewLine = "\n",
    UseStringEnumConverter = true,
    Converters = [typeof(ScheduleJson), typeof(FiniteDoubleJson), typeof(FiniteSingleJson)],
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(RunRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;

/// <summary>What writes a run folder's files, ready before it is needed.</summary>
internal static class FolderJson
{
    /// <summary>Compiles what reads and writes records and lines of the log, which takes a tenth of a second.</summary>
    public static void Prepare() => _ = (RecordJson.Default.RunRecord, ReportJson.Default.TrainingReport);
}
