namespace IlgpuGan.Networks;

/// <summary>How a network doubles the sides of its features.</summary>
public enum Upsampling
{
    /// <summary>To the nearest pixel, then a 3 x 3 convolution: no checkerboards (Odena, Dumoulin and Olah 2016).</summary>
    Resize,

    /// <summary>By the transposed convolution that was published.</summary>
    Transposed,
}
