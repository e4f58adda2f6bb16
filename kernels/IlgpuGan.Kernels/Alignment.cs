namespace IlgpuGan.Kernels;

/// <summary>How floats lie in memory: what is moved in vectors begins on a cache line of 64 bytes, which is a multiple of any vector.</summary>
public static class Alignment
{
    /// <summary>Floats of a cache line; so many may be read behind the end of every buffer, for SIMD loops round up to whole vectors.</summary>
    public const int Floats = 16;

    /// <summary>The next multiple of a line.</summary>
    public static int Up(int floats) => (floats + Floats - 1) / Floats * Floats;

    /// <summary>The next multiple of a line.</summary>
    public static long Up(long floats) => (floats + Floats - 1) / Floats * Floats;
}
