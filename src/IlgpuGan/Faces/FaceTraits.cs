namespace IlgpuGan.Faces;

/// <summary>
/// Everything that makes face <c>index</c> of a seed different from the others: its attributes and the small continuous
/// variation.
/// </summary>
/// <remarks>
/// Each trait is a hash of (seed, index, number of the trait), so that a trait added later changes no other.
/// The ranges are kept small on purpose: a network must learn the faces in minutes.
/// </remarks>
internal readonly struct FaceTraits(ulong seed, int index)
{
    /// <summary>The colour that the hair is dyed; null for its own.</summary>
    public HairColour? Dye { get; init; }

    /// <summary>The discrete attributes.</summary>
    public FaceAttributes Attributes => new(
        Dye ?? (HairColour)Choose(0, 9),
        (HairStyle)Choose(1, 6),
        (EyeColour)Choose(2, 6),
        (EyeShape)Choose(3, 3),
        (Mouth)Choose(4, 4),
        (Skin)Choose(5, 4),
        (Outfit)Choose(6, 4),
        (Background)Choose(7, 6));

    /// <summary>Turn of the head, degrees clockwise.</summary>
    public float Tilt => Range(16, -5, 5);

    /// <summary>Shift of the head to the right, in 256ths of the image.</summary>
    public float ShiftX => Range(17, -4, 4);

    /// <summary>Shift of the head downwards, in 256ths of the image.</summary>
    public float ShiftY => Range(18, -3, 3);

    /// <summary>Size of the head, 1 on average.</summary>
    public float Scale => Range(19, 0.97f, 1.03f);

    /// <summary>Width of the face, 1 on average.</summary>
    public float FaceWidth => Range(20, 0.97f, 1.03f);

    /// <summary>Shift of the chin downwards.</summary>
    public float Chin => Range(21, -3, 3);

    /// <summary>Size of the eyes, 1 on average.</summary>
    public float EyeSize => Range(22, 0.95f, 1.05f);

    /// <summary>Shift of each eye outwards.</summary>
    public float EyeSpacing => Range(23, -1.5f, 1.5f);

    /// <summary>Shift of the irises to the right.</summary>
    public float Gaze => Range(24, -2, 2);

    /// <summary>Shift of the brows downwards.</summary>
    public float BrowHeight => Range(25, -3, 3);

    /// <summary>Size of the mouth, 1 on average.</summary>
    public float MouthSize => Range(26, 0.92f, 1.1f);

    /// <summary>Shift of the fringe's locks to the right.</summary>
    public float FringeShift => Range(27, -4, 4);

    /// <summary>Shift of the fringe's tips downwards.</summary>
    public float FringeLength => Range(28, -4, 4);

    /// <summary>Size of the hair, 1 on average.</summary>
    public float HairVolume => Range(29, 0.98f, 1.03f);

    /// <summary>Lightness of the hair: -1 towards its shade, 1 towards its highlight.</summary>
    public float HairTint => Range(30, -0.18f, 0.18f);

    /// <summary>Strength of the blush, 0 to 1.</summary>
    public float Blush => Range(31, 0.45f, 0.8f);

    // The high half of the hash times the count: even to one part in 2^32 / count.
    private int Choose(ulong trait, uint count) => (int)(((Hash(trait) >> 32) * count) >> 32);

    private float Range(ulong trait, float low, float high) => low + ((high - low) * ((Hash(trait) >> 40) * (1f / (1 << 24))));

    private ulong Hash(ulong trait) => Mix(Mix(Mix(seed) + (uint)index) + trait);

    // The output function of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
    private static ulong Mix(ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        state = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
        state = (state ^ (state >> 27)) * 0x94D049BB133111EB;
        return state ^ (state >> 31);
    }
}
