namespace IlgpuGan.Graphs;

/// <summary>How an image goes on beyond its borders.</summary>
public enum Border
{
    /// <summary>With zeros.</summary>
    Zero,

    /// <summary>As its mirror image; the pixels at the border come twice.</summary>
    Reflect,
}
