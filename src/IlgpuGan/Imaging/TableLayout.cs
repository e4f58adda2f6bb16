using System.Text.Json;
using System.Text.Json.Serialization;

namespace IlgpuGan.Imaging;

/// <summary>Where the images of a <see cref="PictureTable"/> are in its picture, in whose file it stands as JSON, so that whoever has the picture can show them one by one.</summary>
/// <param name="Heads">The words above each column; the first is of what came in.</param>
/// <param name="Truth">The column of what should have come out, from 0 on; null where none is.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Scale">Side of the square that shows one pixel.</param>
/// <param name="Step">Pixels from an image to the next one of its row.</param>
/// <param name="Rows">Left and top of the first image of each row.</param>
internal sealed record TableLayout(IReadOnlyList<string> Heads, int? Truth, int Width, int Height, int Scale, int Step, IReadOnlyList<int[]> Rows)
{
    /// <summary>Keyword of the text in the file.</summary>
    public const string Keyword = "ilgpugan-table";

    /// <summary>Left and top of an image.</summary>
    public (int Left, int Top) PlaceOf(int row, int column) => (Rows[row][0] + (column * Step), Rows[row][1]);

    /// <summary>As one line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TableLayoutJson.Default.TableLayout);

    /// <summary>The layout of JSON that <see cref="ToJson"/> made.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static TableLayout? OfJson(string json) => JsonSerializer.Deserialize(json, TableLayoutJson.Default.TableLayout);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(TableLayout))]
internal sealed partial class TableLayoutJson : JsonSerializerContext;
