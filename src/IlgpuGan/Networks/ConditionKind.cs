namespace IlgpuGan.Networks;

/// <summary>How D takes labels.</summary>
public enum ConditionKind
{
    /// <summary>Features of the image times an embedding of the labels, added to the logit (Miyato and Koyama 2018).</summary>
    Projection,

    /// <summary>As further channels of the image (Mirza and Osindero 2014).</summary>
    Concatenation,

    /// <summary>D does not see them but says what it reads, beside its logit (Odena et al. 2017).</summary>
    Classifier,
}
