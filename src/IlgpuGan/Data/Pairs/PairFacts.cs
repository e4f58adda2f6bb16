using System.Text.Json.Serialization;

namespace IlgpuGan.Data.Pairs;

/// <summary>What the images of a set of pairs are made of.</summary>
/// <param name="Input">The side that is translated; its channels come first.</param>
/// <param name="Target">What it is translated into; null where the set is of one side.</param>
/// <param name="HeldOut">How many images, the last ones, are held out.</param>
internal sealed record PairFacts(PairSide Input, PairSide? Target, int HeldOut)
{
    /// <summary>Pairs whose two images differed in size.</summary>
    public int OfTwoSizes { get; init; }

    /// <summary>The first of them.</summary>
    public string? FirstOfTwoSizes { get; init; }
}

/// <summary>One of the two kinds of images of pairs.</summary>
/// <param name="Name">Name for people: <c>trainA</c>, <c>A (left half)</c>.</param>
/// <param name="Channels">Bytes of a pixel: 1 to 4, of a map of classes 1.</param>
public sealed record PairSide(string Name, int Channels)
{
    /// <summary>Of a map of classes the numbers that its files have, in their order: a byte is the place of a number among them. Null for pictures.</summary>
    public IReadOnlyList<int>? Classes { get; init; }

    /// <summary>Names of the classes, where they have some.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What the images were like before they were brought to one shape.</summary>
    public required OriginalImages Originals { get; init; }

    /// <summary>Planes that a network sees: one a class, or one a channel.</summary>
    [JsonIgnore]
    public int Planes => Classes?.Count ?? Channels;

    /// <summary>What it is in a word: <c>grey</c>, <c>RGB</c>, <c>12 classes</c>.</summary>
    [JsonIgnore]
    public string Kind => Classes is { } classes ? Amount.Of(classes.Count, "class") : Channels switch { 1 => "grey", 2 => "grey and alpha", 3 => "RGB", _ => "RGB and alpha" };
}
