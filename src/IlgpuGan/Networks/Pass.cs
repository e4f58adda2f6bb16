using IlgpuGan.Graphs;

namespace IlgpuGan.Networks;

/// <summary>A way through a network: which weights it takes, and which moments its batch normalisation.</summary>
/// <param name="Graph">The graph it is added to.</param>
/// <param name="Weights">The values that its parameters have.</param>
/// <param name="Moments">Which moments batch normalisation uses.</param>
/// <param name="Labels">The condition of each image, [N, classes] of zeros and ones; null for a network without.</param>
public sealed record Pass(Graph Graph, Weights Weights, MomentSource Moments, Tensor? Labels)
{
    /// <summary>What dropout draws from; null where nothing is dropped: when images are drawn for use.</summary>
    public DropoutDraws? Dropout { get; init; }

    /// <summary>The condition, for layers that cannot do without.</summary>
    public Tensor NeededLabels => Labels ?? throw new InvalidOperationException("A network with a condition was applied without labels.");

    /// <summary>The present value of a parameter.</summary>
    public Tensor Read(Parameter parameter) => Weights[parameter];
}

/// <summary>The moments that batch normalisation uses.</summary>
public enum MomentSource
{
    /// <summary>Of the batch at hand: training.</summary>
    Batch,

    /// <summary>Of the batch at hand, which are also blended into the measured ones: <see cref="Network.Blend"/> says how.</summary>
    Measure,

    /// <summary>The measured ones, so that an image does not depend on its batch: sampling.</summary>
    Measured,
}
