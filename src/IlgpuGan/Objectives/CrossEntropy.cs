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

    /// <summary>The sum of the same over columns of labels that lie side by side (Odena et al. 2017, equation 3).</summary>
    /// <param name="logits">[N, classes of all columns].</param>
    /// <param name="labels">Rows with a one in each column, [N, classes of all columns].</param>
    /// <param name="columns">Classes of each column.</param>
    public static Tensor OfColumns(Tensor logits, Tensor labels, IReadOnlyList<int> columns)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(columns);
        int first = 0;
        Tensor? loss = null;
        foreach (int classes in columns)
        {
            var part = OfSoftmax(logits.Graph.Slice(logits, first, classes), logits.Graph.Slice(labels, first, classes));
            loss = loss is null ? part : loss + part;
            first += classes;
        }
        return loss ?? throw new ArgumentException("There are no columns of labels.");
    }
}
