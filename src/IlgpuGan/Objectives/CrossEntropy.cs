using IlgpuGan.Graphs;

namespace IlgpuGan.Objectives;

/// <summary>How far class logits are from labels.</summary>
public static class CrossEntropy
{
    /// <summary>Mean over the rows of log(sum of e^l) - l of the labelled class, shape [1]: minus the log probability that softmax gives the label.</summary>
    /// <param name="logits">l, [N, classes].</param>
    /// <param name="labels">One-hot rows [N, classes].</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor OfSoftmax(Tensor logits, Tensor labels)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);
        return logits.Shape.Rank == 2 && logits.Shape.Equals(labels.Shape)
            ? (logits.LogSumExp() - (logits * labels).SumColumns()).Mean()
            : throw new ArgumentException($"Logits of {logits.Shape} have no labels of {labels.Shape}; both must be [N, classes].");
    }
}
