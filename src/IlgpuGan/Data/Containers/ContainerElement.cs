namespace IlgpuGan.Data.Containers;

/// <summary>What a column of a container holds. Numbers are little-endian where they are handed over.</summary>
public enum ContainerElement
{
    /// <summary>Something else, which is left alone.</summary>
    Other,

    /// <summary>The bytes of an image file.</summary>
    File,

    /// <summary>Text.</summary>
    Text,

    /// <summary>A byte, 0 or not.</summary>
    Boolean,

    /// <summary>8 bits, 0 to 255.</summary>
    Unsigned8,

    /// <summary>8 bits, signed.</summary>
    Signed8,

    /// <summary>16 bits, unsigned.</summary>
    Unsigned16,

    /// <summary>16 bits, signed.</summary>
    Signed16,

    /// <summary>32 bits, unsigned.</summary>
    Unsigned32,

    /// <summary>32 bits, signed.</summary>
    Signed32,

    /// <summary>64 bits, unsigned.</summary>
    Unsigned64,

    /// <summary>64 bits, signed.</summary>
    Signed64,

    /// <summary>Half precision.</summary>
    Fraction16,

    /// <summary>Single precision.</summary>
    Fraction32,

    /// <summary>Double precision.</summary>
    Fraction64,
}
