namespace IlgpuGan.Networks;

/// <summary>What is brought to mean 0 and variance 1 between layers; each has a learnt scale and shift per channel.</summary>
public enum Normalization
{
    /// <summary>Nothing; layers then have a learnt shift alone.</summary>
    None,

    /// <summary>Each channel over the batch and its pixels (Ioffe and Szegedy 2015).</summary>
    Batch,

    /// <summary>Each image over its channels and pixels (Ba et al. 2016).</summary>
    Layer,

    /// <summary>Each channel of each image over its pixels (Ulyanov et al. 2016).</summary>
    Instance,
}
