namespace IlgpuGan.Networks;

/// <summary>How a network doubles the sides of its features.</summary>
public enum Upsampling
{
    /// <summary>To the nearest pixel, then a 3 x 3 convolution: no checkerboards (Odena, Dumoulin and Olah 2016).</summary>
    Resize,

    /// <summary>By the transposed convolution that was published.</summary>
    Transposed,

    /// <summary>
    /// By a transposed convolution whose kernel has the same sum at each of the four places of a pixel, which is kept after each update: it cannot draw a checkerboard on an even area.
    /// </summary>
    Balanced,
}
