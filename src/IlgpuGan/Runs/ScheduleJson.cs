using System.Text.Json;
using System.Text.Json.Serialization;
using IlgpuGan.Graphs;

namespace IlgpuGan.Runs;

/// <summary>Schedules in <c>options.json</c>: a number that stays as a number, others as on the command line.</summary>
internal sealed class ScheduleJson : JsonConverter<Schedule>
{
    public override Schedule Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number ? reader.GetSingle()
        : Schedule.TryParse(reader.GetString(), out var schedule) ? schedule!
        : throw new JsonException($"\"{reader.GetString()}\" is no schedule; it must be {Schedule.Forms}.");

    public override void Write(Utf8JsonWriter writer, Schedule value, JsonSerializerOptions options)
    {
        if (value.Shape == ScheduleShape.Constant)
        {
            writer.WriteNumberValue(value.From);
        }
        else
        {
            writer.WriteStringValue(value.ToString());
        }
    }
}
