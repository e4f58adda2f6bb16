namespace IlgpuGan.Faces;

/// <summary>Colour of a drawn face's hair.</summary>
internal enum HairColour
{
    /// <summary>Blue-black.</summary>
    Black,
    /// <summary>Chestnut.</summary>
    Brown,
    /// <summary>Golden.</summary>
    Blond,
    /// <summary>Fiery.</summary>
    Red,
    /// <summary>Rose.</summary>
    Pink,
    /// <summary>Clear blue.</summary>
    Blue,
    /// <summary>Leaf green.</summary>
    Green,
    /// <summary>Violet.</summary>
    Purple,
    /// <summary>Almost white.</summary>
    Silver,
}

/// <summary>Cut of a drawn face's hair.</summary>
internal enum HairStyle
{
    /// <summary>Swept fringe, ends above the collar, ears free.</summary>
    Cropped,
    /// <summary>Straight fringe, round to the chin.</summary>
    Bob,
    /// <summary>Parted fringe, falls past the shoulders.</summary>
    Flowing,
    /// <summary>A tail with a ribbon on either side.</summary>
    TwinTails,
    /// <summary>One high tail with a bow.</summary>
    Ponytail,
    /// <summary>Stands up in spikes.</summary>
    Spiky,
}

/// <summary>Colour of the irises.</summary>
internal enum EyeColour
{
    /// <summary>Brown.</summary>
    Brown,
    /// <summary>Gold.</summary>
    Gold,
    /// <summary>Green.</summary>
    Green,
    /// <summary>Blue.</summary>
    Blue,
    /// <summary>Violet.</summary>
    Violet,
    /// <summary>Crimson.</summary>
    Crimson,
}

/// <summary>Shape of the eyes.</summary>
internal enum EyeShape
{
    /// <summary>Tall and round.</summary>
    Round,
    /// <summary>Outer corners raised.</summary>
    Sharp,
    /// <summary>Outer corners lowered.</summary>
    Gentle,
}

/// <summary>Expression of the mouth.</summary>
internal enum Mouth
{
    /// <summary>Closed smile.</summary>
    Smile,
    /// <summary>Open, laughing.</summary>
    Laugh,
    /// <summary>Small and round.</summary>
    Surprise,
    /// <summary>Curled like a cat's.</summary>
    Cat,
}

/// <summary>Tone of the skin.</summary>
internal enum Skin
{
    /// <summary>Very light.</summary>
    Fair,
    /// <summary>Light, warm.</summary>
    Light,
    /// <summary>Tanned.</summary>
    Tan,
    /// <summary>Dark brown.</summary>
    Dark,
}

/// <summary>Colour of the clothes.</summary>
internal enum Outfit
{
    /// <summary>White with a navy collar.</summary>
    Sailor,
    /// <summary>Dark blue with a white collar.</summary>
    Navy,
    /// <summary>Wine red with a cream collar.</summary>
    Wine,
    /// <summary>Yellow with a teal collar.</summary>
    Sunny,
}

/// <summary>Colour of the background.</summary>
internal enum Background
{
    /// <summary>Light blue.</summary>
    Sky,
    /// <summary>Light green.</summary>
    Mint,
    /// <summary>Light yellow.</summary>
    Lemon,
    /// <summary>Light orange.</summary>
    Peach,
    /// <summary>Light violet.</summary>
    Lavender,
    /// <summary>Indigo to rose.</summary>
    Dusk,
}

/// <summary>The discrete attributes of one drawn face, each drawn evenly and independently of the others.</summary>
/// <param name="HairColour">Colour of the hair.</param>
/// <param name="HairStyle">Cut of the hair.</param>
/// <param name="EyeColour">Colour of the irises.</param>
/// <param name="EyeShape">Shape of the eyes.</param>
/// <param name="Mouth">Expression of the mouth.</param>
/// <param name="Skin">Tone of the skin.</param>
/// <param name="Outfit">Colour of the clothes.</param>
/// <param name="Background">Colour of the background.</param>
internal readonly record struct FaceAttributes(
    HairColour HairColour,
    HairStyle HairStyle,
    EyeColour EyeColour,
    EyeShape EyeShape,
    Mouth Mouth,
    Skin Skin,
    Outfit Outfit,
    Background Background)
{
    /// <summary>
    /// The value of attribute <paramref name="attribute"/> of <see cref="FacePainter.Schema"/>, as an index into its <see
    /// cref="FaceLabel.Values"/>.
    /// </summary>
    public int this[int attribute] => attribute switch
    {
        0 => (int)HairColour,
        1 => (int)HairStyle,
        2 => (int)EyeColour,
        3 => (int)EyeShape,
        4 => (int)Mouth,
        5 => (int)Skin,
        6 => (int)Outfit,
        7 => (int)Background,
        _ => throw new ArgumentOutOfRangeException(
            nameof(attribute), attribute, "Faces have the attributes that FacePainter.Schema lists."),
    };
}

/// <summary>One attribute of the drawn faces: its name and what it can be.</summary>
/// <param name="Name">Name in lower case with hyphens, such as <c>hair-colour</c>.</param>
/// <param name="Values">Names of the values in lower case with hyphens, in the order of their numbers.</param>
internal sealed record FaceLabel(string Name, IReadOnlyList<string> Values);
