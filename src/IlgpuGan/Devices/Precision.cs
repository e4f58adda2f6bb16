namespace IlgpuGan.Devices;

/// <summary>How matrix products and convolutions multiply; they always add in single precision, and everything else is single precision.</summary>
public enum Precision
{
    /// <summary>IEEE single precision, 24 bits of mantissa, everywhere.</summary>
    Fp32,

    /// <summary>Factors rounded to 11 bits of mantissa (TF32) on tensor cores; single precision on devices without them.</summary>
    Tf32,

    /// <summary>Factors rounded to 8 bits of mantissa (bfloat16) on tensor cores, activations and their gradients held in memory as such; single precision on devices without them.</summary>
    Bf16,
}
