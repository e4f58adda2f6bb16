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
    UInt8,

    /// <summary>8 bits, signed.</summary>
    Int8,

    /// <summary>16 bits, unsigned.</summary>
    UInt16,

    /// <summary>16 bits, signed.</summary>
    Int16,

    /// <summary>32 bits, unsigned.</summary>
    UInt32,

    /// <summary>32 bits, signed.</summary>
    Int32,

    /// <summary>64 bits, unsigned.</summary>
    UInt64,

    /// <summary>64 bits, signed.</summary>
    Int64,

    /// <summary>Half precision.</summary>
    Float16,

    /// <summary>Single precision.</summary>
    Float32,

    /// <summary>Double precision.</summary>
    Float64,
}
