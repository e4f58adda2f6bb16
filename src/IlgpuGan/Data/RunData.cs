using System.Text.Json.Serialization;
using IlgpuGan.Data.Pairs;
using IlgpuGan.Graphs;

namespace IlgpuGan.Data;

/// <summary>The data of a run.</summary>
/// <param name="Fingerprint">Equal for equal data.</param>
/// <param name="Count">Number of images; 0 where only their shape is known, as of weights that came from elsewhere.</param>
/// <param name="Height">Rows of an image.</param>
/// <param name="Width">Columns of an image.</param>
/// <param name="Channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
/// <param name="IsPoints">Whether it is points in the plane, which have no pixels.</param>
public sealed record RunData(string Fingerprint, int Count, int Height, int Width, int Channels, bool IsPoints)
{
    /// <summary>Bytes of one image: Height * Width * Channels.</summary>
    [JsonIgnore]
    public int BytesPerImage => Height * Width * Channels;

    /// <summary>What is translated; null where images are drawn from noise, or are translated into others of their kind.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PairSide? Input { get; init; }

    /// <summary>What it is translated into.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public PairSide? Target { get; init; }

    /// <summary>What is translated, also where that is images of the one kind there is.</summary>
    [JsonIgnore]
    internal PairSide InputSide => Input ?? OneKind;

    /// <summary>What it is translated into, likewise.</summary>
    [JsonIgnore]
    internal PairSide TargetSide => Target ?? OneKind;

    /// <summary>Whether a run of this data goes on with other data: with the same, or, where only the shape is known, with all of that shape.</summary>
    internal bool Accepts(RunData data) => Sideless(data) == Sideless(Count > 0 ? this : this with { Fingerprint = data.Fingerprint, Count = data.Count });

    private PairSide OneKind => new("images", Channels) { Originals = null! };

    // What the sides are made of is in the fingerprint.
    private static RunData Sideless(RunData data) => data with { Input = null, Target = null };

    /// <summary>What a network draws: [Height, Width, Channels], or [2] for points.</summary>
    [JsonIgnore]
    internal Shape ImageShape => IsPoints ? Shape.Of(Channels) : Shape.Of(Height, Width, Channels);
}
