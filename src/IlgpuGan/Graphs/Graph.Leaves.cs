namespace IlgpuGan.Graphs;

/// <summary>What a batch in leaves needs.</summary>
public sealed partial class Graph
{
    /// <summary>The leaf that what is drawn from now on is for; null for the whole batch.</summary>
    internal Leaf? Leaf { get; set; }

    /// <summary>
    /// Adds the gradients of a leaf to those of the leaves before it. Whoever runs the program runs this once for each leaf, and in between the counter advances;
    /// then the set's gradients are means over the batch, and so are the first numbers beside them; the others are sums. Where leaves are computed elsewhere, too, all are sums over those here.
    /// </summary>
    /// <param name="updated">The parameters, neighbours in their set; gradients of the others stay at zero.</param>
    /// <param name="gradients">Theirs, of the mean over the leaf's images.</param>
    /// <param name="leaf">Which leaf.</param>
    /// <param name="means">How many numbers beside the gradients are means, a multiple of <see cref="Kernels.Alignment.Floats"/>.</param>
    internal void SumLeaves(IReadOnlyList<Parameter> updated, IReadOnlyList<Tensor> gradients, Leaf leaf, int means)
    {
        var parameters = updated[0].Set;
        foreach (var (parameter, gradient) in updated.Zip(gradients))
        {
            Require(gradient, parameter.Shape);
        }
        long size = (long)leaf.Levels * parameters.Gradients.Size;
        if (size > Shape.MostElements)
        {
            throw new ArgumentException(
                $"{leaf.Own} leaves take {size:N0} numbers for sums of the {parameters.Name}'s gradients, where at most {Shape.MostElements:N0} can be counted; "
                + "give fewer leaves or a smaller network.");
        }
        Effect(new SumLeaves(parameters, leaf, parameters.Extent + means, parameters.Partials(leaf.Levels)) { Updated = updated }, Shape.Scalar, [.. gradients]);
    }

    /// <summary>Writes what a leaf has, a row for each image, to its place in a window for the whole batch, and zeros to the places of other leaves.</summary>
    internal void PlaceLeaf(Variable variable, int offset, Tensor rows, Leaf leaf)
    {
        RequireWindow(variable, offset, Shape.Of(checked(leaf.Count * rows.Shape.Size)));
        Effect(new PlaceLeaf(variable, offset, leaf), Shape.Scalar, rows);
    }

    /// <summary>Gives a counter the value that another has.</summary>
    internal void Copy(Counter from, Counter to)
    {
        Effect(new CopyCounter(from, to), Shape.Scalar);
        Forget(to);
    }

    /// <summary>
    /// Ends a segment whose tensors no other knows: what it leaves lies in variables. Only so may the next one run again and again, for what it has at hand from before would be
    /// overwritten by what it makes.
    /// </summary>
    /// <param name="isRepeated">Whether it runs again and again; what is the same each time is then computed in the segment before it.</param>
    /// <param name="given">The variables that others write in between.</param>
    internal void CloseSegment(bool isRepeated = false, params IReadOnlyList<Variable> given)
    {
        Effect(new SegmentEnd { IsClosed = true, IsRepeated = isRepeated, Given = given }, Shape.Scalar);
        known.Clear();
    }

    // What has as many rows as a leaf is of its images; anything else is the same for all.
    private LeafPart? PartOf(Shape shape, int columns = 1) =>
        Leaf is { } leaf && (columns > 1 ? shape.Size == (long)columns * leaf.Rows : shape[0] == leaf.Rows) ? new(leaf, columns) : null;
}
