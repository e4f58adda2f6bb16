namespace IlgpuGan.Options;

/// <summary>What is normalised between D's layers.</summary>
public enum DiscriminatorNormalization
{
    /// <summary>Each channel over the batch, or nothing where a penalty or spectral normalisation bounds D.</summary>
    Auto,

    /// <inheritdoc cref="Networks.Normalization.None"/>
    None,

    /// <inheritdoc cref="Networks.Normalization.Batch"/>
    Batch,

    /// <inheritdoc cref="Networks.Normalization.Layer"/>
    Layer,

    /// <inheritdoc cref="Networks.Normalization.Instance"/>
    Instance,
}
