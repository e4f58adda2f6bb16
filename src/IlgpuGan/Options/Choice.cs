using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Options;

/// <summary>Members of an enumeration by the names that people type and <c>options.json</c> holds: theirs in small letters.</summary>
internal static class Choice
{
    /// <summary>The names of all members, in their order.</summary>
    public static IReadOnlyList<string> Names<TEnum>()
        where TEnum : struct, Enum => [.. Enum.GetValues<TEnum>().Select(Name)];

    /// <summary>The name of a member; of a value that is none its number.</summary>
    public static string Name<TEnum>(TEnum value)
        where TEnum : struct, Enum => value.ToString().ToLowerInvariant();

    /// <summary>The member of a name; null where there is none.</summary>
    public static TEnum? Read<TEnum>(string? name)
        where TEnum : struct, Enum =>
        Enum.GetValues<TEnum>().Where(value => Name(value) == name).Select(value => (TEnum?)value).FirstOrDefault();
}

/// <summary>A choice in <c>options.json</c>.</summary>
internal sealed class ChoiceJson<TEnum> : JsonConverter<TEnum>
    where TEnum : struct, Enum
{
    public override TEnum Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string? name = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return Choice.Read<TEnum>(name) ?? throw new JsonException($"\"{name}\" is none of {string.Join(", ", Choice.Names<TEnum>())}.");
    }

    public override void Write(Utf8JsonWriter writer, TEnum value, JsonSerializerOptions options) => writer.WriteStringValue(Choice.Name(value));
}
